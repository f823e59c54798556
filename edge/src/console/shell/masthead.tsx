import { route } from '../navigation.ts';
import { Icon } from '../parts/icon.tsx';
import type { Route } from '../route.ts';
import { session, signOut } from '../session/session.ts';
import { ThemeToggle } from './theme-toggle.tsx';

const PLACES: readonly { readonly href: string; readonly name: string; readonly pages: readonly Route['page'][] }[] = [
  { href: '/', name: 'Channels', pages: ['channels', 'new-channel', 'channel'] },
  { href: '/webhooks', name: 'Webhooks', pages: ['webhooks'] },
  { href: '/settings', name: 'Settings', pages: ['settings'] },
];

/** The top of every page: where one is, where one can go, and who one is. */
export function Masthead() {
  const state = session.value;
  return (
    <header class="masthead">
      <a class="brand" href="/" aria-label="Sluice, channels">
        <Icon name="sluice" />
        <span class="brand-name">Sluice</span>
      </a>
      {state.kind === 'signed-in' && <Places />}
      <div class="masthead-end">
        <ThemeToggle />
        {state.kind === 'signed-in' && state.setup.access === 'token' && (
          <button type="button" class="icon-button sign-out" onClick={signOut} aria-label="Sign out" title="Sign out">
            <Icon name="leave" />
          </button>
        )}
      </div>
    </header>
  );
}

function Places() {
  const { page } = route.value;
  return (
    <nav class="places" aria-label="Console">
      {PLACES.map(({ href, name, pages }) => (
        <a key={href} href={href} aria-current={pages.includes(page) ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
