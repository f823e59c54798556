import type { MediaReply, Refused } from '../channel/channel-replies.ts';
import { refused } from '../channel/channel-replies.ts';
import { heldFile } from './held-file.ts';
import { readInit } from './init-bytes.ts';
import { readJoined } from './joined-media.ts';
import type { MediaBytes, MediaWish, NothingBytes } from './media-bytes.ts';
import type { MediaAddress } from './media-source.ts';
import { askSegment, type MediaScope, readMedia, readOpenSegment, readParts } from './read-media.ts';

export interface DashSegmentOptions {
  /** The init segment that the client's MPD has for it. */
  readonly initVersion: number;
  readonly wish: MediaWish;
}

/** A segment that is being made, as it comes; `null`: only its head was wished for. */
export interface SegmentStream {
  readonly kind: 'stream';
  readonly body: ReadableStream<Uint8Array> | null;
}

/**
 * A segment as an MPD leads to it (docs/adr/0024-ll-dash.md). DASH clients ask for what is made now or next, which is in
 * no bucket yet, so the window is asked first; and it knows whether the client's MPD is older than a seam, and whose media
 * the segment is. A picture has the init segment that it needs in front: what a client has appended before may be of
 * another rendition, which an MPD cannot tell it.
 */
export async function readDashSegment(
  scope: MediaScope,
  address: MediaAddress,
  { initVersion, wish }: DashSegmentOptions,
): Promise<MediaBytes | SegmentStream | NothingBytes | Refused> {
  const reply = await askSegment(scope, address, { initVersion });
  if (isNothing(reply)) return { kind: 'nothing' };
  // What is too far ahead may have come by now.
  if (reply.kind === 'refused' && reply.code !== 'no-such-media') return reply;
  const source = sourceOf(address, reply);
  const init = isPicture(source) ? await readInit(readTrackOf(scope), source.place, initVersion) : undefined;
  if (init !== undefined && !(init instanceof Uint8Array)) return init;
  if (reply.kind === 'open') {
    const body = wish.isHead ? null : readOpenSegment(scope, source, { ...reply, init });
    return { kind: 'stream', body };
  }
  const readSegment = (own: MediaWish) => readWhole(scope, source, { reply, wish: own });
  const read = await (init === undefined
    ? readSegment(wish)
    : readJoined([async (own) => heldFile(init, own), readSegment], wish));
  const isGone = reply.kind === 'forgotten' && read.kind === 'refused' && read.code === 'no-such-media';
  return isGone ? { kind: 'nothing' } : read;
}

function isNothing(reply: MediaReply): boolean {
  return reply.kind === 'in-parts' && reply.partSizesBytes.length === 0;
}

function isPicture({ place }: MediaAddress): boolean {
  return place.renditionId.startsWith('v');
}

/** Where its bytes are: a segment that is lent is none of its own rendition's. */
function sourceOf({ place, file }: MediaAddress, reply: MediaReply): MediaAddress {
  const lentBy = reply.kind === 'refused' || reply.kind === 'forgotten' ? undefined : reply.lentBy;
  return lentBy === undefined ? { place, file } : { place: { ...place, renditionId: lentBy }, file };
}

function readTrackOf(scope: MediaScope) {
  return (address: MediaAddress, wish: MediaWish) => readMedia(scope, address, wish);
}

/** Its own object, or its parts while that is not there. */
async function readWhole(
  scope: MediaScope,
  source: MediaAddress,
  { reply, wish }: { readonly reply: MediaReply; readonly wish: MediaWish },
): Promise<MediaBytes | Refused> {
  const read = await readMedia(scope, source, wish);
  if (read.kind !== 'refused' && read.kind !== 'open') return read;
  // A lender may be behind of what it lends.
  if (reply.kind === 'in-parts') return readParts(scope, source, { ...reply, wish });
  return read.kind === 'open' ? refused('no-such-media') : read;
}
