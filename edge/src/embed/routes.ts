import { ChannelId } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import type { z } from 'zod';
import { playerModule } from '../../generated/pages.ts';
import type { EdgeEnv } from '../environment.ts';
import { viewerCors } from '../http/cors.ts';
import { viewingAsk } from '../live/ask-viewing.ts';
import { ASSETS_PATH } from '../pages/document.ts';
import { CHANNEL_SENTENCE, keptAnswer, mediaOriginOf, pageAnswer, refusalAnswer } from '../pages/page-answer.ts';
import { contentSecurityPolicy, type PagePolicy, SECURITY_HEADERS, SHARED_HEADERS } from '../pages/page-headers.ts';
import { admissionOf } from '../playback/admission.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { embedNotice, embedPage } from './embed-page.ts';
import { EMBED_QUERY_WORDS, EmbedQuery } from './embed-query.ts';
import { frameAncestors } from './frame-ancestors.ts';
import { oembed } from './oembed-route.ts';

/** So long a frame waits that cannot be told yet whether it may show the channel. */
const LOOK_AGAIN_S = 5;

/** What other sites show of a channel: the player as a module, a page for frames, and what there is to say about it. */
export function embedRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.get('/player.js', playerScript);
  app.get('/embed/:channelId', embed);
  app.use('/oembed', viewerCors());
  app.get('/oembed', oembed);
  return app;
}

/** A stable address of the player's module, whose own has the hash of its bytes in it. */
function playerScript(c: Context<EdgeEnv>): Promise<Response> {
  return keptAnswer(c, `export { SluicePlayer } from '.${ASSETS_PATH}${playerModule}';\n`, {
    ...SECURITY_HEADERS,
    ...SHARED_HEADERS,
    'content-type': 'text/javascript; charset=utf-8',
  });
}

async function embed(c: Context<EdgeEnv>): Promise<Response> {
  const channelId = ChannelId.safeParse(c.req.param('channelId'));
  if (!channelId.success) return notice(c, 404, embedNotice('There is nothing here', CHANNEL_SENTENCE));
  const query = EmbedQuery.safeParse(c.req.query());
  if (!query.success) return notice(c, 400, embedNotice('This address is not right', querySentence(query.error)));
  const ask = viewingAsk(c.req.raw, channelId.data);
  const sites = await admissionOf(c.env).embedSites(c.env, ask, c.executionCtx);
  if (sites === undefined) {
    const body = embedNotice('One moment', 'The channel cannot be reached just now. This page looks again by itself.');
    return notice(c, 503, body, { 'retry-after': String(LOOK_AGAIN_S), refresh: String(LOOK_AGAIN_S) });
  }
  const isPrivateLink = rightsOf(c.req.raw).seesPrivate;
  const { origin } = new URL(c.req.url);
  const body = embedPage({ origin, channelId: channelId.data, query: query.data, isPrivateLink });
  return pageAnswer(c, body, framedHeaders(c, frameAncestors(sites)));
}

/** Nothing on it can be pressed, so any page may show it. */
function notice(
  c: Context<EdgeEnv>,
  status: 400 | 404 | 503,
  body: ReturnType<typeof embedNotice>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return refusalAnswer(c, status, body, { ...framedHeaders(c, 'anybody'), ...headers });
}

function framedHeaders(c: Context<EdgeEnv>, ancestors: PagePolicy['ancestors']): Record<string, string> {
  return {
    'content-security-policy': contentSecurityPolicy({ mediaOrigin: mediaOriginOf(c), ancestors }),
    'cross-origin-resource-policy': SHARED_HEADERS['cross-origin-resource-policy'],
  };
}

function querySentence({ issues: [issue] }: z.ZodError): string {
  const words = new Map<PropertyKey | undefined, string>(Object.entries(EMBED_QUERY_WORDS));
  const name = issue?.path[0];
  return `${String(name)} is ${words.get(name) ?? 'something else'}.`;
}
