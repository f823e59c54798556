import { ChannelId, VERSION, VERSION_HEADER } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { assets } from '../../generated/pages.ts';
import { cacheControl } from '../http/cache-control.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { consolePage } from './console-page.ts';
import { ASSETS_PATH } from './document.ts';
import { indexPage } from './index-page.ts';
import { notFoundPage } from './not-found-page.ts';
import { CHANNEL_SENTENCE, notFoundAnswer, type PageEnv, pageAnswer, refusalAnswer } from './page-answer.ts';
import type { PageAsset } from './page-asset.ts';
import { SECURITY_HEADERS, SHARED_HEADERS } from './page-headers.ts';
import { watchPage } from './watch-page.ts';

type PageContext = Context<PageEnv>;

const ASSETS: ReadonlyMap<string, PageAsset> = new Map(assets.map((asset) => [asset.fileName, asset]));

/** What the console shows by itself (console/route.ts). */
const CONSOLE_PATHS = ['/', '/channels/*', '/webhooks', '/settings'] as const;

const GONE_SENTENCE = 'That file belongs to another version of this site.';

/**
 * Everything a person opens in a browser: the console, `/watch`, `/watch/{channelId}`, `/assets/{file}` and `/time`, which tells the
 * edge's clock to players. Hono answers HEAD from the same handlers.
 */
export function pageRoutes() {
  const app = new Hono<PageEnv>();
  for (const path of CONSOLE_PATHS) app.get(path, (c) => pageAnswer(c, consolePage()));
  app.get('/watch', async (c) => {
    if (c.req.query('channel') === undefined) return pageAnswer(c, indexPage());
    const channelId = ChannelId.safeParse(c.req.query('channel')?.trim().toLowerCase());
    if (!channelId.success) return notFoundAnswer(c, CHANNEL_SENTENCE);
    return c.redirect(`/watch/${channelId.data}`, 303);
  });
  app.get('/watch/:channelId', (c) => {
    const channelId = ChannelId.safeParse(c.req.param('channelId'));
    if (!channelId.success) return notFoundAnswer(c, CHANNEL_SENTENCE);
    const engine = c.req.query('engine') === 'hls' ? 'hls' : undefined;
    return pageAnswer(c, watchPage({ channelId: channelId.data, origin: sharedOrigin(c), engine }));
  });
  app.get(`${ASSETS_PATH}:file`, async (c) => {
    const asset = ASSETS.get(c.req.param('file'));
    if (asset === undefined) return refusalAnswer(c, 404, notFoundPage(GONE_SENTENCE), SHARED_HEADERS);
    return c.body(asset.body, 200, {
      ...SECURITY_HEADERS,
      // They hold nothing of anybody, and pages of other sites load the player.
      ...SHARED_HEADERS,
      'content-type': asset.contentType,
      'cache-control': cacheControl({ kind: 'media' }),
    });
  });
  app.get('/time', (c) =>
    c.text(new Date().toISOString(), 200, {
      ...SECURITY_HEADERS,
      ...SHARED_HEADERS,
      'cache-control': cacheControl({ kind: 'never' }),
      [VERSION_HEADER]: VERSION,
    }),
  );
  return app;
}

/** For tags about the page. A page below a token has none: its address is its viewer's own. */
function sharedOrigin(c: PageContext): string | undefined {
  return rightsOf(c.req.raw).seesPrivate ? undefined : new URL(c.req.url).origin;
}
