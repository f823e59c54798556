import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface EmptyStateProps {
  readonly heading: string;
  readonly icon?: IconName;
  readonly action?: ComponentChildren;
  /** It is all that the page shows, so its heading is the page's. */
  readonly isHeading?: boolean;
  readonly children?: ComponentChildren;
}

/** What is shown where there is nothing: why, and what to do. */
export function EmptyState({ heading, icon = 'sluice', action, isHeading = false, children }: EmptyStateProps) {
  return (
    <div class="empty-state">
      <Icon name={icon} />
      {isHeading ? <h1>{heading}</h1> : <h2>{heading}</h2>}
      {children !== undefined && <p>{children}</p>}
      {action !== undefined && <div class="empty-action">{action}</div>}
    </div>
  );
}
