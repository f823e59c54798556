import { type MediaReply, type Refused, refused } from '../channel/channel-replies.ts';
import type { RequestLife } from '../collapse/collapse.ts';
import type { EdgeBindings } from '../environment.ts';
import { log } from '../log.ts';
import type { SegmentClaim } from '../window/media-gate.ts';
import { CachedReading } from './cached-reading.ts';
import type { MediaBytes, MediaWish, OpenBytes } from './media-bytes.ts';
import { mediaSettings } from './media-settings.ts';
import { type MediaAddress, mediaKey } from './media-source.ts';
import { streamOpenSegment } from './open-segment.ts';
import { type ReadPart, readSegmentOfParts } from './segment-of-parts.ts';
import { sharedAsk } from './shared-ask.ts';
import { readShared } from './shared-media.ts';
import { StoreError } from './store-error.ts';

/** The request that media is read for. */
export interface MediaScope {
  readonly bindings: EdgeBindings;
  readonly life: RequestLife;
  /** Of the request's URL: `https://live.example.com`. */
  readonly origin: string;
  /** Asks whoever holds the window near this viewer about a file that is not in the bucket. */
  askWindow(address: MediaAddress, claim?: SegmentClaim): Promise<MediaReply>;
}

/**
 * A media file's bytes, through the layers: requests that meet in this isolate are one, then the data centre's cache,
 * then the bucket, then the window. Each layer can be left out (docs/adr/0027-media-through-layers.md).
 */
export async function readMedia(
  scope: MediaScope,
  address: MediaAddress,
  wish: MediaWish,
): Promise<MediaBytes | OpenBytes | Refused> {
  const key = mediaKey(address);
  const { isCollapsed } = mediaSettings(scope.bindings);
  // A range of a segment is read as such: the whole may be much more than what was wished for.
  const isShared = isCollapsed && !wish.isHead && (wish.range === undefined || address.file.kind !== 'segment');
  const reading = new CachedReading(scope, address, readPartOf(scope));
  try {
    return await (isShared ? readShared({ key, wish, life: scope.life, reading }) : reading.readAlone(wish));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log('error', 'the bucket could not be read', { key, reason: error.message });
    return refused('unavailable');
  }
}

/** The bytes of a segment that is being made, as they come; its init segment before them, where that is given. */
export function readOpenSegment(
  scope: MediaScope,
  address: MediaAddress,
  { partSizesBytes, init }: OpenBytes & { readonly init?: Uint8Array<ArrayBuffer> | undefined },
): ReadableStream<Uint8Array> {
  const { place, file } = address;
  if (file.kind !== 'segment') throw new Error('only segments are sent while they are made');
  const askMore = (fromPart: number) => askSegment(scope, address, { fromPart });
  return streamOpenSegment({ readPart: readPartOf(scope), askMore }, { place, msn: file.msn, partSizesBytes }, init);
}

/** A segment out of parts that are known to be all of it. */
export async function readParts(
  scope: MediaScope,
  { place, file }: MediaAddress,
  { partSizesBytes, wish }: { readonly partSizesBytes: readonly number[]; readonly wish: MediaWish },
): Promise<MediaBytes | Refused> {
  if (file.kind !== 'segment') throw new Error('only segments are put together');
  const segment = { place, msn: file.msn, partSizesBytes };
  return (await readSegmentOfParts(readPartOf(scope), segment, wish)) ?? refused('no-such-media');
}

/** Asks whoever holds the window about a segment, once for all viewers of this isolate. */
export function askSegment(scope: MediaScope, address: MediaAddress, claim: SegmentClaim): Promise<MediaReply> {
  const ask = () => scope.askWindow(address, claim);
  if (!mediaSettings(scope.bindings).isCollapsed) return ask();
  return sharedAsk({ key: `${mediaKey(address)}/${JSON.stringify(claim)}`, life: scope.life, ask });
}

/** Parts of a segment that is put together: viewers at the live edge have just had them. */
function readPartOf(scope: MediaScope): ReadPart {
  return async ({ place, msn, partIndex }, wish) => {
    const read = await readMedia(scope, { place, file: { kind: 'part', msn, partIndex } }, wish);
    if (read.kind === 'bytes' || read.kind === 'out-of-range') return read;
    const why = read.kind === 'refused' ? read.code : read.kind;
    if (why === 'no-such-media') return undefined;
    throw new StoreError('unreachable', `part ${msn}.${partIndex}: ${why}`);
  };
}
