import { BroadcastId, ChannelId, type ChannelStatus, parseMediaFileName, RenditionId } from '@sluice/contracts';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { askChannel } from '../channel/ask-channel.ts';
import type { EdgeEnv } from '../environment.ts';
import { clientAcceptEncoding } from '../http/accept-encoding.ts';
import { cacheControl } from '../http/cache-control.ts';
import { JSON_CONTENT_TYPE, mediaContentType } from '../http/content-types.ts';
import { viewerCors } from '../http/cors.ts';
import { readPath } from '../http/path.ts';
import { problem, unexpectedProblem } from '../http/problem.ts';
import { readByteRange } from '../media/byte-range.ts';
import { entityTag, isKnownByClient, mayRange } from '../media/entity-tag.ts';
import { mediaAnswer, notModifiedAnswer } from '../media/media-answer.ts';
import { mediaKey, readMedia } from '../media/media-source.ts';
import { readReloadDirectives } from '../window/reload-directives.ts';
import { playlistAnswer } from './playlist-answer.ts';

const ChannelPath = z.object({ channelId: ChannelId });
const PlaylistPath = ChannelPath.extend({
  broadcastId: BroadcastId,
  playlist: z
    .string()
    .regex(/\.m3u8$/, 'a playlist is named {rendition}.m3u8')
    .transform((name) => name.slice(0, -'.m3u8'.length))
    .pipe(RenditionId),
});
const MediaPath = ChannelPath.extend({ broadcastId: BroadcastId, renditionId: RenditionId, file: z.string() });

/** ChannelStatus, as a client hands it back. */
const STATUS_VERSION_CHARS_MAX = 64;

/** Everything a player asks for, below `/live`. */
export function liveRoutes(): Hono<EdgeEnv> {
  const app = new Hono<EdgeEnv>();
  app.use(viewerCors());
  app.get('/:channelId/index.m3u8', multivariant);
  app.get('/:channelId/status.json', status);
  app.get('/:channelId/:broadcastId/:playlist{[^/]+\\.m3u8}', mediaPlaylist);
  app.get('/:channelId/:broadcastId/:renditionId/:file', media);
  app.all('*', (c) => {
    const isRead = c.req.method === 'GET' || c.req.method === 'HEAD';
    return isRead
      ? problem('no-such-address')
      : problem('method-not-allowed', undefined, { allow: 'GET, HEAD, OPTIONS' });
  });
  app.onError(unexpectedProblem);
  return app;
}

async function multivariant(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const { channelId } = path;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) => channel.multivariant());
  return playlistAnswer(reply, clientAcceptEncoding(c.req.raw));
}

async function status(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, ChannelPath);
  if (path instanceof Response) return path;
  const [after, ...more] = c.req.queries('after') ?? [];
  if (more.length > 0) return problem('malformed-query', 'after is given twice.');
  if ((after?.length ?? 0) > STATUS_VERSION_CHARS_MAX) return problem('malformed-query', 'after is no version.');
  const { channelId } = path;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) => channel.status(after));
  if (reply.kind === 'refused') return problem(reply.code, reply.detail);
  const body: ChannelStatus = { channelId, ...reply.status };
  return c.body(JSON.stringify(body), 200, {
    'content-type': JSON_CONTENT_TYPE,
    'cache-control': cacheControl({ kind: 'never' }),
  });
}

async function mediaPlaylist(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, PlaylistPath);
  if (path instanceof Response) return path;
  const read = readReloadDirectives(new URL(c.req.url).searchParams);
  if (read.kind === 'malformed') return problem('malformed-directive', read.detail);
  const directives = read.kind === 'reload' ? read.directives : undefined;
  const { channelId, broadcastId, playlist: renditionId } = path;
  const reply = await askChannel(c.env, { channelId, isRepeatable: true }, (channel) =>
    channel.playlist({ broadcastId, renditionId, directives }),
  );
  return playlistAnswer(reply, clientAcceptEncoding(c.req.raw));
}

async function media(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, MediaPath);
  if (path instanceof Response) return path;
  const { file: fileName, ...place } = path;
  const file = parseMediaFileName(fileName);
  if (file === undefined) return problem('no-such-media', 'No part, segment or init segment is named so.');
  const address = { place, file };
  const etag = entityTag(mediaKey(address));
  // Objects are never rewritten: who has it has it for good, and nobody needs to be asked.
  if (isKnownByClient(c.req.header('if-none-match'), etag)) return notModifiedAnswer(etag);
  const range = mayRange(c.req.header('if-range'), etag) ? readByteRange(c.req.header('range')) : undefined;
  const bytes = await readMedia(c.env, address, { isHead: c.req.method === 'HEAD', range });
  if (bytes.kind === 'refused') return problem(bytes.code, bytes.detail);
  return mediaAnswer(bytes, { contentType: mediaContentType(place.renditionId), etag });
}
