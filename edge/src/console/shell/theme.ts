import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const NAME = 'sluice-theme';

/** What was chosen; `system`: as the machine has it. */
export const theme = signal<Theme>(readTheme());

function readTheme(): Theme {
  try {
    const kept = localStorage.getItem(NAME);
    return THEMES.find((known) => known === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

/** Shows the page as it was chosen, from now on, and remembers the choice. */
export function applyTheme(): void {
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    try {
      if (theme.value === 'system') localStorage.removeItem(NAME);
      else localStorage.setItem(NAME, theme.value);
    } catch {
      // It lasts as long as the page does.
    }
  });
}
