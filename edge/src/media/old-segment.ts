import { partKey, type RenditionPlace } from '@sluice/contracts';
import type { MediaStore } from './media-store.ts';
import type { SegmentParts } from './segment-of-parts.ts';

const SIZE_ONLY = { isHead: true, range: undefined } as const;

/** A segment whose own object never came, and of which nobody remembers how large its parts are. */
export interface OldSegment {
  readonly place: RenditionPlace;
  readonly msn: number;
  readonly partCount: number;
}

/** Asks the bucket how large the parts are; `undefined` when one is not there. */
export async function sizedSegment(
  store: MediaStore,
  { place, msn, partCount }: OldSegment,
): Promise<SegmentParts | undefined> {
  const indices = Array.from({ length: partCount }, (_, partIndex) => partIndex);
  const sizes = await Promise.all(
    indices.map(async (partIndex) => (await store.read(partKey(place, msn, partIndex), SIZE_ONLY))?.sizeBytes),
  );
  const partSizesBytes = sizes.filter((sizeBytes) => sizeBytes !== undefined);
  return partSizesBytes.length === partCount ? { place, msn, partSizesBytes } : undefined;
}
