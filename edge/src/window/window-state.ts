import { FIRST_PART, InitVersion, Msn, PartIndex, RenditionId } from '@sluice/contracts';
import { z } from 'zod';
import { ListedId } from '../mux/muxed-id.ts';

/**
 * A broadcast's window as it is kept and as relays get it. JSON, and small: twelve hours of seven renditions are some
 * tens of kilobytes. Words that are not known here are ignored: a newer version may have written them.
 */

const Ticks = z.int().nonnegative();
const DateMs = z.int().nonnegative();

/** A run of old segments, as far as it does not follow from the run before it. */
export const RunState = z.object({
  count: z.int().positive(),
  /** Absent: where the run before it ends. */
  startTicks: Ticks.optional(),
  /** Absent: as of the run before it; of the first, 0. */
  cutTicks: Ticks.optional(),
  initVersion: InitVersion.optional(),
  isDiscontinuity: z.boolean().optional(),
  /** Absent: nobody lends it. */
  lentBy: ListedId.optional(),
  /** Absent: as the media grid says. */
  partTicks: z.array(Ticks).optional(),
  gapParts: z.array(PartIndex).optional(),
});
export type RunState = z.infer<typeof RunState>;

export const ArchiveState = z.object({
  /** Of the oldest segment; 0 where there is none. */
  msn: z.int().nonnegative(),
  runs: z.array(RunState),
});
export type ArchiveState = z.infer<typeof ArchiveState>;

const SegmentState = z.object({
  msn: Msn,
  startTicks: Ticks,
  cutTicks: Ticks,
  durationTicks: Ticks,
  sizeBytes: z.int().nonnegative(),
  initVersion: InitVersion,
  isDiscontinuity: z.boolean(),
  lentBy: ListedId.optional(),
  isComplete: z.boolean(),
  parts: z.array(
    z.object({
      durationTicks: Ticks,
      sizeBytes: z.int().nonnegative(),
      isIndependent: z.boolean(),
      isGap: z.boolean(),
    }),
  ),
  nextLentBy: ListedId.optional(),
});

/** What of one segment is held back: gaps, one after the other. */
export const HeldSegmentState = z.object({
  msn: Msn,
  /** Of the first of them. */
  partIndex: PartIndex,
  startTicks: Ticks,
  initVersion: InitVersion,
  partTicks: z.array(Ticks).min(1),
  /** The last of them is the last of the segment. */
  isWhole: z.boolean(),
  /** Of the first of them. */
  lentBy: RenditionId.optional(),
});
export type HeldSegmentState = z.infer<typeof HeldSegmentState>;

const BitrateState = z.object({
  totalBytes: z.number().nonnegative(),
  totalTicks: Ticks,
  peakBps: z.number().nonnegative(),
  runs: z.array(z.object({ ticks: Ticks, bytes: z.number().nonnegative() })),
});

/** Where a rendition's window stands: whoever goes on from here with the same parts has the same playlists. */
export const RenditionWindowState = z.object({
  archive: ArchiveState,
  /** With the open segment. */
  recent: z.array(SegmentState),
  held: z.array(HeldSegmentState),
  discontinuitySequence: z.int().nonnegative(),
  /** The first segment under the init segment of the oldest: where an MPD's Period begins. It may have left the window. */
  initSinceMsn: Msn.default(FIRST_PART.msn),
  measure: BitrateState,
});
export type RenditionWindowState = z.infer<typeof RenditionWindowState>;

/** Where the end of the playlists was. Times of media since the broadcast's start, as playlists count it. */
const EndMs = z.number().nonnegative();

/** The date ranges of a broadcast's playlists, which are the same in all of them. */
export const DateRangesState = z.object({
  listed: z.array(
    z.object({
      class: z.string(),
      /** As announced: with the class, what it is known by. */
      startMs: z.int().nonnegative(),
      startDateMs: DateMs,
      endDateMs: DateMs.optional(),
      /** When it was listed, and when its end was. */
      listedAtMs: EndMs,
      endListedAtMs: EndMs.optional(),
    }),
  ),
  removed: z.array(z.object({ id: z.string(), removedAtMs: EndMs })),
});
export type DateRangesState = z.infer<typeof DateRangesState>;
export type DateRange = DateRangesState['listed'][number];
