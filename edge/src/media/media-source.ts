import { initKey, type MediaFile, partKey, type RenditionPlace, segmentKey } from '@sluice/contracts';
import { type MediaReply, type Refused, refused } from '../channel/channel-replies.ts';
import { log } from '../log.ts';
import type { SegmentClaim } from '../window/media-gate.ts';
import type { MediaBytes, MediaWish, OpenBytes } from './media-bytes.ts';
import type { MediaStore } from './media-store.ts';
import { sizedSegment } from './old-segment.ts';
import { type ReadPart, readSegmentOfParts } from './segment-of-parts.ts';
import { StoreError } from './store-error.ts';

export interface MediaAddress {
  readonly place: RenditionPlace;
  readonly file: MediaFile;
}

/** Where a media file lies in the bucket. */
export function mediaKey({ place, file }: MediaAddress): string {
  switch (file.kind) {
    case 'init':
      return initKey(place, file.initVersion);
    case 'part':
      return partKey(place, file.msn, file.partIndex);
    case 'segment':
      return segmentKey(place, file.msn);
    default:
      return file satisfies never;
  }
}

/** Where media comes from: the bucket, and for what is not in it whoever knows the window. */
export interface MediaSource {
  readonly store: MediaStore;
  /** @param claim of a segment: what whoever asks has already. */
  askWindow(address: MediaAddress, claim?: SegmentClaim): Promise<MediaReply>;
  /** A part of a segment that is put together; it may come from a nearer place than the bucket. */
  readonly readPart: ReadPart;
}

/**
 * A media file's bytes. Nearly always they are in the bucket, so that is looked at first and the window is left alone.
 * Only for what is not there it is asked: whether to wait (a hinted part), to put a segment together, or to say no.
 */
export async function readFromSource(
  source: MediaSource,
  address: MediaAddress,
  wish: MediaWish,
): Promise<MediaBytes | OpenBytes | Refused> {
  const key = mediaKey(address);
  try {
    const stored = await source.store.read(key, wish);
    if (stored !== undefined) return stored;
    const reply = await source.askWindow(address);
    if (reply.kind === 'refused' || reply.kind === 'open') return reply;
    const announced = await readAnnounced(source, address, { reply, wish });
    if (announced !== undefined) return announced;
    log('warn', 'announced media is not in the bucket', { key });
    return refused('no-such-media');
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log('error', 'the bucket could not be read', { key, code: error.code, reason: error.message });
    return refused('unavailable');
  }
}

async function readAnnounced(
  { store, readPart }: MediaSource,
  { place, file }: MediaAddress,
  { reply, wish }: { readonly reply: Exclude<MediaReply, Refused | OpenBytes>; readonly wish: MediaWish },
): Promise<MediaBytes | undefined> {
  if (file.kind !== 'segment' || reply.kind === 'stored' || reply.kind === 'forgotten')
    return store.read(mediaKey({ place, file }), wish);
  const { msn } = file;
  const segment =
    reply.kind === 'in-parts' ? { place, msn, ...reply } : await sizedSegment(store, { place, msn, ...reply });
  return segment && readSegmentOfParts(readPart, segment, wish);
}
