import { html, raw } from 'hono/html';
import { CONSOLE_ICON_PATHS } from './console-icon-paths.ts';
import { ICON_PATHS, type IconName } from './icon-paths.ts';

/** All that the console's pages draw. */
export type ConsoleIconName = IconName | keyof typeof CONSOLE_ICON_PATHS;

/** All icons, hidden, once a page; the console has more of them. */
export function iconSprite({ isConsole }: { readonly isConsole: boolean }) {
  const paths = isConsole ? { ...ICON_PATHS, ...CONSOLE_ICON_PATHS } : ICON_PATHS;
  const symbols = Object.entries(paths).map(
    ([name, path]) => `<symbol id="i-${name}" viewBox="0 0 24 24">${path}</symbol>`,
  );
  return html`<svg class="sprite" aria-hidden="true">${raw(symbols.join(''))}</svg>`;
}

/** One icon; it says nothing to a screen reader, its button does. */
export function icon(name: IconName, className = '') {
  return html`<svg class="icon ${className}" aria-hidden="true" focusable="false"><use href="#i-${name}"></use></svg>`;
}
