import type { MediaReply, Refused } from '../channel/channel-replies.ts';
import type { MediaBytes, MediaWish, NothingBytes, OpenBytes } from './media-bytes.ts';
import type { MediaAddress } from './media-source.ts';
import { askSegment, type MediaScope, readMedia, readParts } from './read-media.ts';

export interface DashSegmentOptions {
  /** The init segment that the client's MPD has for it. */
  readonly initVersion: number;
  readonly wish: MediaWish;
}

/**
 * A segment as an MPD leads to it (docs/adr/0024-ll-dash.md). DASH clients ask for what is made now or next, which is in
 * no bucket yet, so the window is asked first; and it knows whether the client's MPD is older than a seam.
 */
export async function readDashSegment(
  scope: MediaScope,
  address: MediaAddress,
  { initVersion, wish }: DashSegmentOptions,
): Promise<MediaBytes | OpenBytes | NothingBytes | Refused> {
  const reply = await askSegment(scope, address, { initVersion });
  if (reply.kind === 'open') return reply;
  if (isNothing(reply)) return { kind: 'nothing' };
  // Older than the window: it may be in the bucket all the same.
  if (reply.kind === 'refused' && reply.code !== 'no-such-media') return reply;
  const read = await readMedia(scope, address, wish);
  const isThere = read.kind !== 'refused' || reply.kind !== 'in-parts';
  return isThere ? read : readParts(scope, address, { ...reply, wish });
}

function isNothing(reply: MediaReply): boolean {
  return reply.kind === 'in-parts' && reply.partSizesBytes.length === 0;
}
