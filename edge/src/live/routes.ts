import { BroadcastId, type ChannelAudience, ChannelId, type Delivery, isPrivateBroadcast } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { type AudienceCount, NO_AUDIENCE } from '../audience/audience-count.ts';
import { countFetches, countReloads, countViews } from '../audience/count-fetches.ts';
import { COUNTED_PATH, countRequests } from '../audience/count-requests.ts';
import { CLOCK_FILE_NAME } from '../dash/utc-timing.ts';
import type { EdgeEnv } from '../environment.ts';
import { cacheControl } from '../http/cache-control.ts';
import { JSON_CONTENT_TYPE, MPD_CONTENT_TYPE } from '../http/content-types.ts';
import { viewerCors } from '../http/cors.ts';
import { readPath } from '../http/path.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { bucketUrlOf } from '../media/media-settings.ts';
import { ListedId } from '../mux/muxed-id.ts';
import { broadcastGuard, GUARDED_PATH } from '../playback/broadcast-guard.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { shownStatus } from '../playback/shown-status.ts';
import { rightsKey, type ViewerRights } from '../playback/viewer-rights.ts';
import { readReloadDirectives } from '../window/reload-directives.ts';
import { askStatus } from './ask-status.ts';
import { askViewing, viewingAsk } from './ask-viewing.ts';
import { addFiguresRoutes } from './figures-routes.ts';
import { media } from './media-route.ts';
import { sharedPlaylist } from './shared-playlist.ts';
import { addThumbnailRoutes } from './thumbnail-routes.ts';
import { wantedRights } from './wanted-rights.ts';
import { throughWorkersCache } from './workers-cache.ts';

const ChannelPath = z.object({ channelId: ChannelId });
const PlaylistPath = ChannelPath.extend({
  broadcastId: BroadcastId,
  playlist: z
    .string()
    .regex(/\.m3u8$/, 'a playlist is named {rendition}.m3u8')
    .transform((name) => name.slice(0, -'.m3u8'.length))
    .pipe(ListedId),
});
const ManifestPath = ChannelPath.extend({
  mpd: z
    .string()
    .transform((name) => (name === 'manifest.mpd' ? undefined : name.slice(0, -'.mpd'.length)))
    .pipe(BroadcastId.optional()),
});

/** ChannelStatus, as a client hands it back. */
const STATUS_VERSION_CHARS_MAX = 64;

/** Everything a player asks for, below `/live`. */
export function liveRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use(COUNTED_PATH, countRequests());
  app.use(viewerCors());
  app.use(GUARDED_PATH, broadcastGuard());
  const cached = throughWorkersCache();
  app.get('/:channelId/index.m3u8', countViews(), cached, (c) => multivariant(c));
  app.get('/:channelId/muxed.m3u8', countViews(), cached, (c) => multivariant(c, 'muxed'));
  app.get('/:channelId/status.json', status);
  app.get('/:channelId/viewers.json', viewers);
  app.get(`/:channelId/${CLOCK_FILE_NAME}`, clock);
  addFiguresRoutes(app);
  app.get('/:channelId/:mpd{[^/]+\\.mpd}', countViews(), cached, manifest);
  addThumbnailRoutes(app, cached);
  app.get('/:channelId/:broadcastId/:playlist{[^/]+\\.m3u8}', countReloads(), cached, mediaPlaylist);
  app.get('/:channelId/:broadcastId/:renditionId/:file', countFetches(), cached, media);
  app.all('*', (c) => {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    return isRead
      ? problem('no-such-address')
      : problem('method-not-allowed', undefined, { allow: 'GET, HEAD, OPTIONS' });
  });
  app.onError(unexpectedProblem);
  return app;
}

/** @param delivery as the channel says, if absent. */
async function multivariant(c: Context<EdgeEnv>, delivery?: Delivery): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const { channelId } = path;
  const viewer = wantedRights(c.req.raw);
  const name = `index/${delivery ?? ''}/${rightsKey(viewer)}`;
  return sharedPlaylist(c, { channelId, name, ask: (viewing) => viewing.multivariant({ viewer, delivery }) });
}

/** The MPD of the channel's live broadcast, or of the broadcast that is named. */
async function manifest(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ManifestPath);
  if (path instanceof Response) return path;
  const { channelId, mpd: broadcastId } = path;
  const viewer = wantedRights(c.req.raw);
  const name = `manifest/${broadcastId ?? ''}/${rightsKey(viewer)}`;
  const contentType = MPD_CONTENT_TYPE;
  return sharedPlaylist(c, {
    channelId,
    name,
    contentType,
    ask: (viewing) => viewing.manifest({ viewer, broadcastId }),
  });
}

/** The edge's clock, as an MPD's UTCTiming sends players to it. */
function clock(c: Context<EdgeEnv>): Response {
  return c.text(new Date().toISOString(), 200, { 'cache-control': cacheControl({ kind: 'never' }) });
}

async function status(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const [after, ...more] = c.req.queries('after') ?? [];
  if (more.length > 0) return problem('malformed-query', 'after is given twice.');
  if ((after?.length ?? 0) > STATUS_VERSION_CHARS_MAX) return problem('malformed-query', 'after is no version.');
  const { channelId } = path;
  const reply = await askStatus(c.env, viewingAsk(c.req.raw, channelId), after);
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  const body = shownStatus({ channelId, ...reply.status }, rightsOf(c.req.raw));
  return c.body(JSON.stringify(body), 200, {
    'content-type': JSON_CONTENT_TYPE,
    'cache-control': cacheControl({ kind: 'never' }),
  });
}

async function viewers(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const { channelId } = path;
  const reply = await askViewing(c.env, viewingAsk(c.req.raw, channelId), (viewing) => viewing.audience());
  if (reply.kind === 'refused' && reply.code !== 'channel-offline') return problem(reply.code, reply.detail);
  const audience = reply.kind === 'refused' ? NO_AUDIENCE : reply.audience;
  if (isHidden(audience, rightsOf(c.req.raw))) return problem('token-required');
  return c.body(JSON.stringify({ channelId, ...audience } satisfies ChannelAudience), 200, {
    'content-type': JSON_CONTENT_TYPE,
    'cache-control': cacheControl({ kind: 'never' }),
  });
}

/** Who watches a private broadcast is told to those who may watch it. */
function isHidden({ broadcastId }: AudienceCount, { seesPrivate }: ViewerRights): boolean {
  return broadcastId !== null && isPrivateBroadcast(broadcastId) && !seesPrivate;
}

async function mediaPlaylist(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, PlaylistPath);
  if (path instanceof Response) return path;
  const read = readReloadDirectives(new URL(c.req.url).searchParams);
  if (read.kind === 'malformed') return problem('malformed-directive', read.detail);
  const { skip } = read;
  const directives = read.kind === 'reload' ? read.directives : undefined;
  const { channelId, broadcastId, playlist: renditionId } = path;
  const name = `${broadcastId}/${renditionId}/${directives?.msn}.${directives?.partIndex}/${skip}`;
  const ask = { broadcastId, renditionId, directives, skip, bucketUrl: bucketUrlOf(c.env, channelId) };
  return sharedPlaylist(c, { channelId, name, ask: (viewing) => viewing.playlist(ask) });
}
