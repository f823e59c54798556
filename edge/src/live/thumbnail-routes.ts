import {
  BroadcastId,
  ChannelId,
  parseSpriteFileName,
  parseThumbnailFileName,
  STORYBOARDS_FOLDER,
  spriteKey,
  THUMBNAILS_FOLDER,
  thumbnailKey,
} from '@sluice/contracts';
import type { Context, Hono, MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { PlaylistReply, Refused, ThumbnailsReply } from '../channel/channel-replies.ts';
import { Collapse } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';
import { noPictureAnswer } from '../embed/no-picture.ts';
import type { EdgeEnv } from '../environment.ts';
import { cacheControl } from '../http/cache-control.ts';
import { VTT_CONTENT_TYPE } from '../http/content-types.ts';
import { readPath } from '../http/path.ts';
import { problem } from '../http/problem.ts';
import { entityTag, isKnownByClient } from '../media/entity-tag.ts';
import { mediaAnswer, notModifiedAnswer } from '../media/media-answer.ts';
import { IMAGE_CONTENT_TYPE, readImage } from '../media/read-image.ts';
import { rightsOf } from '../playback/request-rights.ts';
import { rightsKey } from '../playback/viewer-rights.ts';
import { storyboardVtt } from '../thumbnails/storyboard-vtt.ts';
import { askViewing, isChannel, viewingAsk } from './ask-viewing.ts';
import { sharedPlaylist } from './shared-playlist.ts';

const ChannelPath = z.object({ channelId: ChannelId });
const BroadcastPath = ChannelPath.extend({ broadcastId: BroadcastId });
const ImagePath = BroadcastPath.extend({ file: z.string() });

/** So long one answer to which thumbnail is the newest does for all in this isolate; another comes every five seconds. */
const NEWEST_RECENT_MS = 1_000;
/** Channels whose answers are remembered at once. */
const NEWEST_RECENT_MAX = 2_000;

const newest = new Collapse<ThumbnailsReply | Refused>({
  ...VIEWER_LIMITS,
  recent: { bytesMax: NEWEST_RECENT_MAX, sizeBytes: () => 1, keepMs: recentMs },
});

function recentMs(reply: ThumbnailsReply | Refused): number {
  return reply.kind === 'refused' ? 0 : NEWEST_RECENT_MS;
}

/** How broadcasts look: the newest thumbnail, all of them, and storyboards for seek bars. */
export function addThumbnailRoutes(app: Hono<EdgeEnv>, cached: MiddlewareHandler<EdgeEnv>): void {
  app.get('/:channelId/thumbnail', cached, newestThumbnail);
  app.get('/:channelId/preview.jpg', cached, preview);
  app.get('/:channelId/:broadcastId/storyboard.vtt', cached, storyboard);
  app.get(`/:channelId/:broadcastId/${THUMBNAILS_FOLDER}/:file`, cached, thumbnail);
  app.get(`/:channelId/:broadcastId/${STORYBOARDS_FOLDER}/:file`, cached, sprite);
}

/** The newest one of the broadcast that is live. */
async function newestThumbnail(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const { channelId } = path;
  const viewer = rightsOf(c.req.raw);
  const asked = viewingAsk(c.req.raw, channelId);
  const ask = () => askViewing(c.env, asked, (viewing) => viewing.thumbnails({ viewer }));
  const isShared = c.env.PLAYLIST_COLLAPSING !== 'off';
  const key = `${asked.region}/${channelId}/${rightsKey(viewer)}`;
  const reply = isShared ? await newest.run(key, c.executionCtx, ask) : await ask();
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  const { broadcastId, thumbnails } = reply;
  if (thumbnails.newestSlot === undefined) return problem('no-such-media', 'The broadcast has no thumbnail yet.');
  const answer = await image(c, thumbnailKey({ channelId, broadcastId }, thumbnails.newestSlot));
  // Another one will be the newest: only its own address says the same for ever.
  if (answer.ok || answer.status === 304) answer.headers.set('cache-control', cacheControl({ kind: 'thumbnail' }));
  return answer;
}

/** The same for those who show links, and keep what they find: an image of ours where there is none. */
async function preview(c: Context<EdgeEnv>): Promise<Response> {
  const answer = await newestThumbnail(c);
  // A name that cannot be a channel's is a mistake to be told of.
  if (answer.ok || answer.status === 304 || answer.status === 400) return answer;
  await answer.body?.cancel();
  return noPictureAnswer();
}

async function thumbnail(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ImagePath);
  if (path instanceof Response) return path;
  const slot = parseThumbnailFileName(path.file);
  return slot === undefined ? noSuchImage() : knownImage(c, path.channelId, thumbnailKey(path, slot));
}

async function sprite(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ImagePath);
  if (path instanceof Response) return path;
  const slots = parseSpriteFileName(path.file);
  return slots === undefined ? noSuchImage() : knownImage(c, path.channelId, spriteKey(path, slots));
}

/** What there is so far of the broadcast's storyboard. */
async function storyboard(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, BroadcastPath);
  if (path instanceof Response) return path;
  const { channelId, broadcastId } = path;
  const viewer = rightsOf(c.req.raw);
  const answer = await sharedPlaylist(c, {
    channelId,
    name: `storyboard/${broadcastId}`,
    contentType: VTT_CONTENT_TYPE,
    ask: async (viewing) => storyboardText(await viewing.thumbnails({ viewer, broadcastId })),
  });
  // Unlike a playlist it is waited for by nobody.
  answer.headers.delete('priority');
  return answer;
}

function storyboardText(reply: ThumbnailsReply | Refused): PlaylistReply {
  if (reply.kind === 'refused') return reply;
  return { kind: 'playlist', text: storyboardVtt(reply.thumbnails.storyboards), cache: { kind: 'storyboard' } };
}

/** The channel is asked for before the bucket: reads are paid for, and a no is remembered. */
async function knownImage(c: Context<EdgeEnv>, channelId: ChannelId, key: string): Promise<Response> {
  if ((await isChannel(c.env, channelId)) === false) return problem('channel-offline');
  return image(c, key);
}

async function image(c: Context<EdgeEnv>, key: string): Promise<Response> {
  const etag = entityTag(key);
  if (isKnownByClient(c.req.header('if-none-match'), etag)) return notModifiedAnswer(etag);
  const scope = { bindings: c.env, life: c.executionCtx, origin: new URL(c.req.url).origin };
  const bytes = await readImage(scope, key, { isHead: c.req.method === 'HEAD', range: undefined });
  if (bytes.kind === 'refused') return problem(bytes.code, bytes.detail);
  return mediaAnswer(bytes, { contentType: IMAGE_CONTENT_TYPE, etag });
}

function noSuchImage(): Response {
  return problem('no-such-media', 'No thumbnail and no sprite is named so.');
}
