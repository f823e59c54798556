/** Where the control API stands below the edge's own origin. */
const MOUNT = '/api';
const VERSIONED = '/v1/';
/**
 * Of nodes and of the edge, each with a token of its own that no page has: they are no part of what teams and their
 * programs use.
 */
const NOT_FOR_PAGES: ReadonlySet<string> = new Set(['ingest', 'edge']);
/**
 * Each name in the API's addresses is an id or a word of ours. So nothing that is escaped is passed on but the `#` in the ids of
 * deliveries, no empty name and none that begins with a dot: whatever a server on the way makes of `%2e%2e`, `%2f` or `//`, it
 * gets none to make it of.
 */
const NAMES = /^[A-Za-z0-9_~-](?:[A-Za-z0-9._~-]|%23)*(\/[A-Za-z0-9_~-](?:[A-Za-z0-9._~-]|%23)*)*$/;

/**
 * The control API's address of what is asked for below `/api/v1/`; `undefined`: pages have nothing there.
 *
 * @param controlUrl without a slash at its end
 */
export function controlAddress(controlUrl: string, requestUrl: string): URL | undefined {
  // URL has resolved dot segments by now, escaped ones too (URL Standard, "double-dot URL path segment").
  const { pathname, search } = new URL(requestUrl);
  if (!pathname.startsWith(MOUNT + VERSIONED)) return undefined;
  const names = pathname.slice(MOUNT.length + VERSIONED.length);
  const [first = ''] = names.split('/', 1);
  if (!NAMES.test(names) || NOT_FOR_PAGES.has(first)) return undefined;
  return new URL(controlUrl + VERSIONED + names + search);
}

/** Where pages find what the control API names in `Location`; `undefined`: that is nowhere that they could ask. */
export function pageAddress(location: string, controlUrl: string, asked: URL): string | undefined {
  const named = URL.parse(location, asked);
  const api = new URL(controlUrl + VERSIONED);
  if (named === null || named.origin !== api.origin || !named.pathname.startsWith(api.pathname)) return undefined;
  return MOUNT + VERSIONED + named.pathname.slice(api.pathname.length) + named.search;
}
