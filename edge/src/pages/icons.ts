import { html, raw } from 'hono/html';
import { ICON_PATHS, type IconName } from './icon-paths.ts';

/** All icons, hidden, once a page. */
export function iconSprite() {
  const symbols = Object.entries(ICON_PATHS).map(
    ([name, path]) => `<symbol id="i-${name}" viewBox="0 0 24 24">${path}</symbol>`,
  );
  return html`<svg class="sprite" aria-hidden="true">${raw(symbols.join(''))}</svg>`;
}

/** One icon; it says nothing to a screen reader, its button does. */
export function icon(name: IconName, className = '') {
  return html`<svg class="icon ${className}" aria-hidden="true" focusable="false"><use href="#i-${name}"></use></svg>`;
}
