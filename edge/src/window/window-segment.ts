import type { ListedId } from '../mux/muxed-id.ts';

/** A part of a segment in the window. Its index is its place in the segment. */
export interface WindowPart {
  readonly durationTicks: number;
  readonly sizeBytes: number;
  readonly isIndependent: boolean;
  /** There is no object. */
  readonly isGap: boolean;
}

/** A segment in the window, whole or still growing. Never changed in place: a new part makes a new one. */
export interface WindowSegment {
  readonly msn: number;
  /** tfdt of its first sample, in the rendition's ticks. */
  readonly startTicks: number;
  /** Media before it that was cut off at seams (docs/adr/0016-the-form-of-a-seam.md): the playlist's time has none of it. */
  readonly cutTicks: number;
  readonly durationTicks: number;
  readonly sizeBytes: number;
  readonly initVersion: number;
  /** EXT-X-DISCONTINUITY stands before it. */
  readonly isDiscontinuity: boolean;
  /** The rendition whose media it is: its own rests (docs/adr/0030-renditions-on-demand.md). Absent: its own. */
  readonly lentBy?: ListedId | undefined;
  /** All its parts are here. Only the last segment of a window may lack some. */
  readonly isComplete: boolean;
  readonly parts: readonly WindowPart[];
  /** Of a whole one: who is to lend the next. Absent: nobody. */
  readonly nextLentBy?: ListedId | undefined;
}

/** Whose media a segment is: that of the rendition which lists it, or of another which lends it. */
export function sourceId({ id }: { readonly id: string }, { lentBy }: Pick<WindowSegment, 'lentBy'>): string {
  return lentBy ?? id;
}

/** A segment that lacks even one part cannot be fetched whole (rfc8216bis §6.2.1, EXT-X-GAP). */
export function isGapSegment(segment: WindowSegment): boolean {
  return segment.parts.some((part) => part.isGap);
}

/** Where a segment ends, in the rendition's ticks. */
export function endTicks(segment: WindowSegment): number {
  return segment.startTicks + segment.durationTicks;
}

/** Where a segment begins in the playlist's own time, which has neither holes nor jumps. */
export function playlistTicks({ startTicks, cutTicks }: Pick<WindowSegment, 'startTicks' | 'cutTicks'>): number {
  return startTicks - cutTicks;
}

/** Where it ends there. */
export function playlistEndTicks(segment: WindowSegment): number {
  return playlistTicks(segment) + segment.durationTicks;
}

/** The segment with one more part at its end. */
export function withPart(segment: WindowSegment, part: WindowPart, isLast: boolean): WindowSegment {
  return {
    ...segment,
    durationTicks: segment.durationTicks + part.durationTicks,
    sizeBytes: segment.sizeBytes + part.sizeBytes,
    isComplete: isLast,
    parts: [
      ...segment.parts,
      // Copied by name: what is appended may carry more than the window keeps.
      {
        durationTicks: part.durationTicks,
        sizeBytes: part.sizeBytes,
        isIndependent: part.isIndependent,
        isGap: part.isGap,
      },
    ],
  };
}
