import { ChannelId, VERSION, VERSION_HEADER } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { assets } from '../../generated/pages.ts';
import { cacheControl } from '../http/cache-control.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { consolePage } from './console-page.ts';
import { ASSETS_PATH, type Html } from './document.ts';
import { indexPage } from './index-page.ts';
import { notFoundPage } from './not-found-page.ts';
import type { PageAsset } from './page-asset.ts';
import { contentSecurityPolicy, PAGE_CACHE_CONTROL, SECURITY_HEADERS } from './page-headers.ts';
import { watchPage } from './watch-page.ts';

/** What the pages read of the Worker's environment. */
export interface PageBindings {
  /** Where playlists point parts to, when that is not the Worker itself. */
  readonly MEDIA_BASE_URL?: string;
}

/** As much of a request's context as pages need, on whatever app they are. */
type PageContext = Pick<Context<{ Bindings: PageBindings }>, 'env' | 'req' | 'body' | 'html'>;

const ASSETS: ReadonlyMap<string, PageAsset> = new Map(assets.map((asset) => [asset.fileName, asset]));

/** What the console shows by itself (console/route.ts). */
const CONSOLE_PATHS = ['/', '/channels/*', '/webhooks', '/settings'] as const;

const CHANNEL_SENTENCE =
  'That cannot be the name of a channel: a channel has 2 to 63 of a-z, 0-9 and -, and does not begin with -.';

/**
 * Everything a person opens in a browser: the console, `/watch`, `/watch/{channelId}`, `/assets/{file}` and `/time`, which tells the
 * edge's clock to players. Hono answers HEAD from the same handlers.
 */
export function pageRoutes() {
  const app = new Hono<{ Bindings: PageBindings }>();
  for (const path of CONSOLE_PATHS) app.get(path, (c) => page(c, consolePage()));
  app.get('/watch', async (c) => {
    if (c.req.query('channel') === undefined) return page(c, indexPage());
    const channelId = ChannelId.safeParse(c.req.query('channel')?.trim().toLowerCase());
    if (!channelId.success) return notFound(c, CHANNEL_SENTENCE);
    return c.redirect(`/watch/${channelId.data}`, 303);
  });
  app.get('/watch/:channelId', (c) => {
    const channelId = ChannelId.safeParse(c.req.param('channelId'));
    if (!channelId.success) return notFound(c, CHANNEL_SENTENCE);
    const engine = c.req.query('engine') === 'hls' ? 'hls' : undefined;
    return page(c, watchPage({ channelId: channelId.data, imageUrl: previewUrl(c, channelId.data), engine }));
  });
  app.get(`${ASSETS_PATH}:file`, async (c) => {
    const asset = ASSETS.get(c.req.param('file'));
    if (asset === undefined) return notFound(c, 'That file belongs to another version of this site.');
    return c.body(asset.body, 200, {
      ...SECURITY_HEADERS,
      'content-type': asset.contentType,
      'cache-control': cacheControl({ kind: 'media' }),
    });
  });
  app.get('/time', (c) =>
    c.text(new Date().toISOString(), 200, {
      ...SECURITY_HEADERS,
      'cache-control': cacheControl({ kind: 'never' }),
      'access-control-allow-origin': '*',
      [VERSION_HEADER]: VERSION,
    }),
  );
  return app;
}

/**
 * Whoever shows a link to a page brings no token, so that of a private broadcast they are told no. A page below a token
 * has none: its address is its viewer's own.
 */
function previewUrl(c: PageContext, channelId: ChannelId): string | undefined {
  if (rightsOf(c.req.raw).seesPrivate) return undefined;
  return new URL(`/live/${channelId}/thumbnail`, c.req.url).href;
}

/** A page, asked about each time by its tag. */
export async function page(c: PageContext, body: Html): Promise<Response> {
  const text = (await body).toString();
  const etag = `"${await digest(text)}"`;
  const headers = { ...pageHeaders(c), etag, 'cache-control': PAGE_CACHE_CONTROL };
  // RFC 9110 §13.1.2: weak comparison, for a CDN that compresses makes the tag weak.
  const known = c.req.header('if-none-match')?.split(',') ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return c.body(null, 304, headers);
  return c.html(text, 200, headers);
}

/** The page of an address at which there is none. */
export async function notFound(c: PageContext, sentence: string): Promise<Response> {
  const text = (await notFoundPage(sentence)).toString();
  return c.html(text, 404, { ...pageHeaders(c), 'cache-control': cacheControl({ kind: 'never' }) });
}

function pageHeaders(c: PageContext): Record<string, string> {
  // Absent where the app is called without an environment, as tests do.
  const mediaBaseUrl = c.env?.MEDIA_BASE_URL;
  const mediaOrigin = mediaBaseUrl ? new URL(mediaBaseUrl).origin : undefined;
  return { ...SECURITY_HEADERS, 'content-security-policy': contentSecurityPolicy(mediaOrigin) };
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return [...bytes.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
