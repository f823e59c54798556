import type { PartAnnounced, RenditionId } from '@sluice/contracts';
import type { CutPart } from '../package/packager.ts';

/**
 * Segments of a rendition whose parts are held until the edge knows them. More means that the edge is away; then the
 * oldest segment gets no object of its own, and is served out of its parts.
 */
const SEGMENTS_HELD_MAX = 4;

interface OpenSegment {
  readonly msn: number;
  readonly pieces: Uint8Array[];
  isWhole: boolean;
  hasGap: boolean;
}

/** Puts whole segments together out of their parts. */
export class SegmentAssembly {
  readonly #open = new Map<RenditionId, OpenSegment[]>();
  /** Of the newest part that is in the bucket, its segment. */
  readonly #newestStored = new Map<RenditionId, number>();

  /** A part was cut. */
  add({ announced: { renditionId, msn, partIndex, isLastOfSegment }, bytes }: CutPart): void {
    const segment = this.#segment(renditionId, msn);
    // Another node made what comes before it, and has gone: here it would be a segment without its beginning.
    if (partIndex !== segment.pieces.length) segment.hasGap = true;
    segment.pieces.push(bytes);
    segment.isWhole = isLastOfSegment;
  }

  /** A part is in the bucket. */
  stored({ renditionId, msn }: PartAnnounced): void {
    this.#newestStored.set(renditionId, Math.max(msn, this.#newestStored.get(renditionId) ?? 0));
  }

  /** Another part of its segment is in the bucket, and none of a later one. */
  isBegun({ renditionId, msn }: PartAnnounced): boolean {
    return this.#newestStored.get(renditionId) === msn;
  }

  /** A part was never made: its segment gets no object either. */
  skipped({ renditionId, msn }: PartAnnounced): void {
    this.#segment(renditionId, msn).hasGap = true;
  }

  /** A part will never be in the bucket: its segment gets no object (rfc8216bis §6.2.1: it is a gap). */
  lost({ renditionId, msn }: PartAnnounced): void {
    const segment = this.#open.get(renditionId)?.find((each) => each.msn === msn);
    if (segment !== undefined) segment.hasGap = true;
  }

  /** The bytes of a whole segment, once; `undefined` when a part of it is missing or it is not held any more. */
  take({ renditionId, msn }: PartAnnounced): Uint8Array | undefined {
    const segments = this.#open.get(renditionId) ?? [];
    const index = segments.findIndex((each) => each.msn === msn);
    const [segment] = index < 0 ? [] : segments.splice(index, 1);
    return segment?.isWhole === true && !segment.hasGap ? Buffer.concat(segment.pieces) : undefined;
  }

  #segment(renditionId: RenditionId, msn: number): OpenSegment {
    const segments = this.#open.get(renditionId) ?? [];
    this.#open.set(renditionId, segments);
    const last = segments.at(-1);
    if (last?.msn === msn) return last;
    const segment = { msn, pieces: [], isWhole: false, hasGap: false };
    segments.push(segment);
    if (segments.length > SEGMENTS_HELD_MAX) segments.shift();
    return segment;
  }

  clear(): void {
    this.#open.clear();
    this.#newestStored.clear();
  }
}
