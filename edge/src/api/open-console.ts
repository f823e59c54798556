import type { EdgeBindings } from '../environment.ts';

/** Whether a request without a token may call the control API: by the token that this edge was given for that. */
export type OpenConsole =
  /** This deployment's console has a token brought. */
  | { readonly kind: 'closed' }
  /** Secret. */
  | { readonly kind: 'open'; readonly token: string }
  /** The console is open, and not to this. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Names of this machine, with any port. Another name that leads here is a page that rebinds its own (DNS rebinding). */
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?$/i;
/** Whoever forwards sets one of these: then it is not this machine's own browser that asks. */
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via'] as const;

type ConsoleBindings = Pick<EdgeBindings, 'CONSOLE_ACCESS' | 'CONSOLE_TOKEN'>;

/**
 * Local mode's console needs no signing in. In its place stands what a page of another site cannot make up: the name in
 * `Host`, and what browsers say of who asks. Programs have the CLI, and bring a token.
 */
export function openConsole(
  { CONSOLE_ACCESS: access, CONSOLE_TOKEN: token = '' }: ConsoleBindings,
  request: Pick<Request, 'method' | 'headers' | 'url'>,
): OpenConsole {
  if (access !== 'open' || token === '') return { kind: 'closed' };
  const reason = strangeness(request);
  return reason === undefined ? { kind: 'open', token } : { kind: 'refused', reason };
}

function strangeness({ method, headers, url }: Pick<Request, 'method' | 'headers' | 'url'>): string | undefined {
  const { host, origin } = new URL(url);
  // Both: miniflare, in local mode, believes a client what the address was (`MF-Original-URL`), which a page can send to its
  // own rebound name. `Host` no page can set (Fetch Standard, "forbidden request-header").
  if (![headers.get('host') ?? host, host].every((name) => LOOPBACK_HOST.test(name))) {
    return 'Without a token it answers at 127.0.0.1, localhost and [::1] only.';
  }
  if (FORWARDED.some((name) => headers.has(name))) return 'Without a token it answers nobody through a proxy.';
  if (headers.get('sec-fetch-site') !== 'same-origin') {
    return 'Without a token it answers only what a browser says comes from its own pages (Sec-Fetch-Site).';
  }
  // Of a GET browsers do not say it.
  if (method !== 'GET' && headers.get('origin') !== origin) {
    return 'Without a token it changes nothing for a request that does not have its own origin (Origin).';
  }
  return undefined;
}
