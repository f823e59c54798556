import { computed, signal } from '@preact/signals';
import { type Route, readRoute } from './route.ts';

const pathname = signal(location.pathname);

/** What is shown now. */
export const route = computed<Route>(() => readRoute(pathname.value));

/** Shows another address of the console; the one before it is what Back goes to, unless it is replaced. */
export function navigate(path: string, { replaces = false }: { readonly replaces?: boolean } = {}): void {
  if (path === location.pathname) return;
  history[replaces ? 'replaceState' : 'pushState'](null, '', path);
  pathname.value = location.pathname;
  scrollTo(0, 0);
}

/** Makes links to the console's own addresses change what is shown, and Back and Forward too. */
export function followLinks(): void {
  addEventListener('popstate', () => {
    pathname.value = location.pathname;
  });
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || !isPlainClick(event, link)) return;
    const url = new URL(link.href);
    // A link into the page itself is the browser's.
    if (url.origin !== location.origin || url.hash !== '' || readRoute(url.pathname).page === 'nowhere') return;
    event.preventDefault();
    navigate(url.pathname);
  });
}

/** Whoever holds a key or has another button wants a new tab, or to save. */
function isPlainClick(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  return !event.defaultPrevented && event.button === 0 && !isModified && link.target === '' && !link.download;
}
