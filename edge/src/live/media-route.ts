import { BroadcastId, ChannelId, parseMediaFileName, RenditionId } from '@sluice/contracts';
import type { Context } from 'hono';
import { z } from 'zod';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { EdgeEnv } from '../environment.ts';
import { mediaContentType } from '../http/content-types.ts';
import { readPath } from '../http/path.ts';
import { problem } from '../http/problem.ts';
import { readByteRange } from '../media/byte-range.ts';
import { readDashSegment } from '../media/dash-segment.ts';
import { entityTag, isKnownByClient, mayRange } from '../media/entity-tag.ts';
import {
  emptySegmentAnswer,
  type MediaAnswerOptions,
  mediaAnswer,
  notModifiedAnswer,
  openSegmentAnswer,
} from '../media/media-answer.ts';
import type { MediaBytes, MediaWish } from '../media/media-bytes.ts';
import { type MediaAddress, mediaKey } from '../media/media-source.ts';
import { type MediaScope, readMedia, readOpenSegment } from '../media/read-media.ts';
import { parseMuxedFileName } from '../mux/muxed-file.ts';
import { ListedId, type MuxedTracks, muxedTracks } from '../mux/muxed-id.ts';
import { muxedKey, readMuxed } from '../mux/muxed-media.ts';
import { askRecording } from '../vod/recorded-media.ts';
import { askViewing, isChannel, viewingAsk } from './ask-viewing.ts';

const MediaPath = z.object({
  channelId: ChannelId,
  broadcastId: BroadcastId,
  renditionId: ListedId,
  file: z.string(),
});
type MediaPath = z.infer<typeof MediaPath>;
/** Of a segment, as MPDs ask for it: the init segment that it is to be played with. */
const SegmentQuery = z.object({
  init: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,4})$/)
    .transform(Number)
    .optional(),
});

/** A part, a segment or an init segment, of a rendition as it is encoded or of a muxed one. */
export async function media(c: Context<EdgeEnv>): Promise<Response> {
  const path = readPath(c, MediaPath);
  if (path instanceof Response) return path;
  const tracks = muxedTracks(path.renditionId);
  return tracks === undefined ? encodedMedia(c, path) : muxedMedia(c, path, tracks);
}

async function encodedMedia(c: Context<EdgeEnv>, { file: fileName, ...named }: MediaPath): Promise<Response> {
  const file = parseMediaFileName(fileName);
  if (file === undefined) return noSuchName();
  if (await isNoChannel(c, named.channelId)) return problem('channel-offline');
  const place = { ...named, renditionId: RenditionId.parse(named.renditionId) };
  const query = SegmentQuery.safeParse(c.req.query());
  if (!query.success) return problem('malformed-query', 'init is no version of an init segment.');
  const initVersion = query.data.init;
  const address = { place, file };
  const isOfMpd = file.kind === 'segment' && initVersion !== undefined;
  const etag = entityTag(isOfMpd ? `${mediaKey(address)}?init=${initVersion}` : mediaKey(address));
  // Objects are never rewritten: who has it has it for good, and nobody needs to be asked.
  if (isKnownByClient(c.req.header('if-none-match'), etag)) return notModifiedAnswer(etag);
  const head = { contentType: mediaContentType(place.renditionId), etag };
  return isOfMpd ? dashSegment(c, address, { initVersion, ...head }) : ownFile(c, address, head);
}

/** A file under its own name, as it is stored. */
async function ownFile(c: Context<EdgeEnv>, address: MediaAddress, head: MediaAnswerOptions): Promise<Response> {
  const scope = scopeOf(c);
  const wish = wishOf(c, head.etag);
  const bytes = await readMedia(scope, address, wish);
  if (bytes.kind === 'refused') return problem(bytes.code, bytes.detail);
  if (bytes.kind !== 'open') return mediaAnswer(bytes, head);
  return openSegmentAnswer(wish.isHead ? null : readOpenSegment(scope, address, bytes), head);
}

async function dashSegment(
  c: Context<EdgeEnv>,
  address: MediaAddress,
  { initVersion, ...head }: MediaAnswerOptions & { readonly initVersion: number },
): Promise<Response> {
  const bytes = await readDashSegment(scopeOf(c), address, { initVersion, wish: wishOf(c, head.etag) });
  if (bytes.kind === 'refused') return problem(bytes.code, bytes.detail);
  if (bytes.kind === 'nothing') return emptySegmentAnswer(head.contentType);
  return bytes.kind === 'stream' ? openSegmentAnswer(bytes.body, head) : mediaAnswer(bytes, head);
}

async function muxedMedia(
  c: Context<EdgeEnv>,
  { channelId, broadcastId, file: fileName }: MediaPath,
  tracks: MuxedTracks,
): Promise<Response> {
  const file = parseMuxedFileName(fileName);
  if (file === undefined) return noSuchName();
  if (await isNoChannel(c, channelId)) return problem('channel-offline');
  const address = { channelId, broadcastId, tracks, file };
  const etag = entityTag(muxedKey(address));
  if (isKnownByClient(c.req.header('if-none-match'), etag)) return notModifiedAnswer(etag);
  const scope = scopeOf(c);
  const bytes = await readMuxed((track, wish) => readWhole(scope, track, wish), address, wishOf(c, etag));
  if (bytes.kind === 'refused') return problem(bytes.code, bytes.detail);
  return mediaAnswer(bytes, { contentType: mediaContentType(tracks.videoId), etag });
}

/** Segments that are being made are for DASH, and DASH asks for each track by itself. */
async function readWhole(scope: MediaScope, address: MediaAddress, wish: MediaWish): Promise<MediaBytes | Refused> {
  const read = await readMedia(scope, address, wish);
  return read.kind === 'open' ? refused('no-such-media') : read;
}

/** Asked before the bucket: reads are paid for, and a no is remembered. */
async function isNoChannel(c: Context<EdgeEnv>, channelId: ChannelId): Promise<boolean> {
  return (await isChannel(c.env, channelId)) === false;
}

function noSuchName(): Response {
  return problem('no-such-media', 'No part, segment or init segment is named so.');
}

function wishOf(c: Context<EdgeEnv>, etag: string): MediaWish {
  const range = mayRange(c.req.header('if-range'), etag) ? readByteRange(c.req.header('range')) : undefined;
  return { isHead: c.req.method === 'HEAD', range };
}

function scopeOf(c: Context<EdgeEnv>): MediaScope {
  return {
    bindings: c.env,
    life: c.executionCtx,
    origin: new URL(c.req.url).origin,
    askWindow: async (address, claim = {}) => {
      const { place, file } = address;
      const { channelId, broadcastId, renditionId } = place;
      const reply = await askViewing(c.env, viewingAsk(c.req.raw, channelId), (viewing) =>
        viewing.media({ broadcastId, renditionId, file, claim }),
      );
      const isForgotten = reply.kind === 'refused' && reply.code === 'no-such-broadcast';
      return isForgotten ? askRecording({ bindings: c.env, life: c.executionCtx }, address, claim) : reply;
    },
  };
}
