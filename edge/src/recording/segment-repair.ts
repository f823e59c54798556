import { partKey, type RenditionPlace, segmentKey } from '@sluice/contracts';
import { mediaContentType } from '../http/content-types.ts';
import { log } from '../log.ts';
import { holdBytes } from '../media/hold-bytes.ts';
import { WHOLE } from '../media/media-bytes.ts';
import type { WritableStore } from '../media/media-store.ts';
import { type OldSegment, sizedSegment } from '../media/old-segment.ts';

const SIZE_ONLY = { isHead: true, range: undefined } as const;
/** It is held in memory, of which the objects of an isolate have 128 MB: 4.3 s at 110 Mbit/s. A larger one is a gap. */
const REPAIRED_BYTES_MAX = 60 * 1024 * 1024;

/** How large the object of a segment is; `undefined`: it has none. Throws StoreError. */
export async function storedBytes(store: WritableStore, { place, msn }: OldSegment): Promise<number | undefined> {
  return (await store.read(segmentKey(place, msn), SIZE_ONLY))?.sizeBytes;
}

/**
 * Puts the object of a segment together out of its parts, which are the segment, byte for byte, one after the other.
 * Resolves with its size; `undefined`: it cannot be, for parts are missing too. Throws StoreError.
 */
export async function repairSegment(store: WritableStore, segment: OldSegment): Promise<number | undefined> {
  const { place, msn } = segment;
  const sized = await sizedSegment(store, segment);
  const sizeBytes = sized?.partSizesBytes.reduce((sum, partBytes) => sum + partBytes, 0) ?? 0;
  if (sized === undefined || sizeBytes > REPAIRED_BYTES_MAX) return undefined;
  const bytes = new Uint8Array(sizeBytes);
  let at = 0;
  for (const partIndex of sized.partSizesBytes.keys()) {
    const part = await readPart(store, place, { msn, partIndex });
    if (part === undefined || at + part.length > sizeBytes) return undefined;
    bytes.set(part, at);
    at += part.length;
  }
  await store.write(segmentKey(place, msn), bytes, mediaContentType(place.renditionId));
  log('info', 'a recorded segment was put together out of its parts', { key: segmentKey(place, msn) });
  return sizeBytes;
}

async function readPart(
  store: WritableStore,
  place: RenditionPlace,
  { msn, partIndex }: { readonly msn: number; readonly partIndex: number },
): Promise<Uint8Array | undefined> {
  const read = await store.read(partKey(place, msn, partIndex), WHOLE);
  return read?.kind === 'bytes' ? holdBytes(read.body, read.sizeBytes) : undefined;
}
