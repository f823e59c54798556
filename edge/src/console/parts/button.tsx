import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface Looks {
  /** `primary`: what one most likely came for, once a page. `danger`: it cannot be undone. */
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  readonly children: ComponentChildren;
}

type ButtonProps = Looks &
  Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon'> & {
    /** It is being done: it cannot be pressed again, and a screen reader says so. */
    readonly isBusy?: boolean;
  };

export function Button({ look = 'plain', icon, isBusy = false, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      class={`button ${look}`}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      // Not `disabled`, which would take the focus away from whoever has just pressed it.
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
    >
      {isBusy ? <span class="spinner" /> : icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </button>
  );
}

/** A link that looks like a button: it goes somewhere. */
export function ButtonLink({ look = 'plain', icon, children, href }: Looks & { readonly href: string }) {
  return (
    <a class={`button ${look}`} href={href}>
      {icon !== undefined && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}
