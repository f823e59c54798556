import { Msn, RenditionId } from '@sluice/contracts';
import { z } from 'zod';
import { ArchiveState, DateRangesState } from '../window/window-state.ts';

/**
 * A recording's timeline as it is kept while the broadcast goes on. JSON; words that are not known here are ignored: a
 * newer version may have written them.
 */

export const TimelineArchives = z.record(RenditionId, ArchiveState);
export type TimelineArchives = z.infer<typeof TimelineArchives>;

/** A piece of a timeline that has become a row of its own. They are counted from 0. */
export interface TimelineChunk {
  readonly number: number;
  readonly archives: TimelineArchives;
}

/** Segments of which it is not sure that they are in the bucket: from one to another, both with them. */
export const DoubtfulSpan = z.object({ firstMsn: Msn, lastMsn: Msn });
export type DoubtfulSpan = z.infer<typeof DoubtfulSpan>;

/** What has become of a timeline since its last chunk, and what is not in chunks at all. */
export const TimelineState = z.object({
  tail: TimelineArchives,
  /** Numbers of the chunks that come before the tail: from one, up to another and without it. */
  chunks: z.object({ from: z.int().nonnegative(), to: z.int().nonnegative() }),
  /** Of whole segments that are the rendition's own. */
  sizesBytes: z.record(RenditionId, z.int().nonnegative()),
  doubts: z.array(DoubtfulSpan),
  dateRanges: DateRangesState.shape.listed,
});
export type TimelineState = z.infer<typeof TimelineState>;

/** A timeline as storage has it: its chunks, from the oldest, and the rest. */
export interface KeptTimeline {
  readonly chunks: readonly TimelineArchives[];
  readonly state: TimelineState;
}
