import { Icon, type IconName } from '../parts/icon.tsx';
import { THEMES, type Theme, theme } from './theme.ts';

const LOOKS: Readonly<Record<Theme, { readonly icon: IconName; readonly words: string }>> = {
  system: { icon: 'theme-system', words: 'as the system has it' },
  light: { icon: 'theme-light', words: 'light' },
  dark: { icon: 'theme-dark', words: 'dark' },
};

/** Goes from one look to the next. */
export function ThemeToggle() {
  const { icon, words } = LOOKS[theme.value];
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  return (
    <button
      type="button"
      class="icon-button theme-toggle"
      onClick={() => {
        theme.value = next;
      }}
      aria-label={`Appearance: ${words}`}
      title={`Appearance: ${words}`}
    >
      <Icon name={icon} />
    </button>
  );
}
