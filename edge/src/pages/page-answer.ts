import type { Context } from 'hono';
import { cacheControl } from '../http/cache-control.ts';
import type { Html } from './document.ts';
import { notFoundPage } from './not-found-page.ts';
import { contentSecurityPolicy, PAGE_CACHE_CONTROL, SECURITY_HEADERS } from './page-headers.ts';

/** What the pages read of the Worker's environment. */
export interface PageBindings {
  /** Where playlists point parts to, when that is not the Worker itself. */
  readonly MEDIA_BASE_URL?: string;
}

/** The environment of whatever answers with pages. */
export interface PageEnv {
  Bindings: PageBindings;
}

export const CHANNEL_SENTENCE =
  'That cannot be the name of a channel: a channel has 2 to 63 of a-z, 0-9 and -, and does not begin with -.';

/** A page, or 304 to who has it; `headers` are its own, in the stead of those that pages have. */
export async function pageAnswer<Env extends PageEnv>(
  c: Context<Env>,
  body: Html,
  headers: Readonly<Record<string, string>> = {},
) {
  return keptAnswer(c, (await body).toString(), {
    ...pageHeaders(c),
    'content-type': 'text/html; charset=UTF-8',
    ...headers,
  });
}

/** A page about something that cannot be, which nobody keeps. */
export async function refusalAnswer<Env extends PageEnv>(
  c: Context<Env>,
  status: 400 | 404 | 503,
  body: Html,
  headers = {},
): Promise<Response> {
  return c.html((await body).toString(), status, {
    ...pageHeaders(c),
    'cache-control': cacheControl({ kind: 'never' }),
    ...headers,
  });
}

export function notFoundAnswer<Env extends PageEnv>(c: Context<Env>, sentence: string): Promise<Response> {
  return refusalAnswer(c, 404, notFoundPage(sentence));
}

/**
 * A text that names files of one deployment: it is kept, and asked about each time. The tag covers the policy, too: of an
 * answer that only confirms what is kept, not every browser takes another policy.
 */
export async function keptAnswer<Env extends PageEnv>(
  c: Context<Env>,
  text: string,
  headers: Record<string, string>,
): Promise<Response> {
  const etag = `"${await digest(text + (headers['content-security-policy'] ?? ''))}"`;
  const kept = { ...headers, etag, 'cache-control': PAGE_CACHE_CONTROL };
  // RFC 9110 §13.1.2: weak comparison, for a CDN that compresses makes the tag weak.
  const known = c.req.header('if-none-match')?.split(',') ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return c.body(null, 304, kept);
  return c.body(text, 200, kept);
}

/** On every page that does not say otherwise. */
function pageHeaders<Env extends PageEnv>(c: Context<Env>): Record<string, string> {
  return { ...SECURITY_HEADERS, 'content-security-policy': contentSecurityPolicy({ mediaOrigin: mediaOriginOf(c) }) };
}

/** Of the bucket's own domain, where playlists point there. */
export function mediaOriginOf<Env extends PageEnv>(c: Context<Env>): string | undefined {
  // Absent where the app is called without an environment, as tests do.
  const mediaBaseUrl = c.env?.MEDIA_BASE_URL;
  return mediaBaseUrl ? new URL(mediaBaseUrl).origin : undefined;
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
