import type { MiddlewareHandler } from 'hono';
import { problem } from '../http/problem.ts';

/**
 * What every answer below `/api` says: it is what it says it is, for pages of this origin. No header of CORS is ever among
 * them, so browsers give no other page's script anything of it.
 */
const HEADERS = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' } as const;

/** Refuses what a browser sends in another site's name (Fetch Metadata §2.1; RFC 6454 §7). */
export function ownPagesOnly(): MiddlewareHandler {
  return async (c, next) => {
    const reason = foreignPage(c.req.raw);
    if (reason === undefined) await next();
    else c.res = problem('cross-site-request', reason);
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
  };
}

/** Why a request comes from a page that is not of this origin; `undefined`: nothing in it says so. Programs say neither. */
export function foreignPage({ headers, url }: Pick<Request, 'headers' | 'url'>): string | undefined {
  const site = headers.get('sec-fetch-site');
  // `none` is a person who typed the address. A neighbouring name or port (`same-site`) is another page all the same.
  if (site !== null && site !== 'same-origin' && site !== 'none') return 'The browser says that another site asks.';
  const origin = headers.get('origin');
  if (origin !== null && origin !== new URL(url).origin) return 'The request has the origin of another site.';
  return undefined;
}
