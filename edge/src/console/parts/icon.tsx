import type { IconName } from '../../pages/icon-paths.ts';

export type { IconName };

/** One icon of the document's sprite (pages/icon-paths.ts); what it stands beside says what it means. */
export function Icon({ name, class: className = '' }: { readonly name: IconName; readonly class?: string }) {
  return (
    <svg class={`icon ${className}`} aria-hidden="true" focusable="false">
      <use href={`#i-${name}`} />
    </svg>
  );
}
