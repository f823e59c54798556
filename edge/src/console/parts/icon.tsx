import type { ConsoleIconName } from '../../pages/icons.ts';

export type IconName = ConsoleIconName;

/** One icon of the document's sprite (pages/icons.ts, pages/console-icon-paths.ts); what it stands beside says what it means. */
export function Icon({ name, class: className = '' }: { readonly name: IconName; readonly class?: string }) {
  return (
    <svg class={`icon ${className}`} aria-hidden="true" focusable="false">
      <use href={`#i-${name}`} />
    </svg>
  );
}
