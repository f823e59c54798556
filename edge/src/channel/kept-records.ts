import {
  BroadcastDescription,
  BroadcastId,
  Epoch,
  NextPart,
  NodeId,
  RenditionId,
  TakeoverBrake,
} from '@sluice/contracts';
import { z } from 'zod';

/**
 * What a channel object keeps in its SQLite database, as it is read back after a restart. Words that are not known here
 * are ignored: a newer version may have written them, which was taken back.
 */

export const LeaseRecord = z.object({
  state: z.enum(['free', 'held', 'lost']),
  epoch: Epoch,
  broadcastId: BroadcastId,
  nodeId: NodeId,
  heardAtMs: z.int().nonnegative(),
  isBackup: z.boolean().default(false),
  isPublisherAbsent: z.boolean().default(false),
  takeovers: TakeoverBrake.optional(),
  takenFrom: Epoch.optional(),
});

export const BroadcastRecord = z.object({
  broadcastId: BroadcastId,
  epoch: Epoch,
  dvrWindowS: z.int().positive(),
  description: BroadcastDescription.optional(),
  endedAtMs: z.int().positive().optional(),
  cut: NextPart.optional(),
});
export type BroadcastRecord = z.infer<typeof BroadcastRecord>;

const Ticks = z.int().nonnegative();

const SegmentOfRendition = z.object({
  segment: z.object({
    msn: z.int().positive(),
    startTicks: Ticks,
    cutTicks: Ticks.default(0),
    durationTicks: Ticks,
    sizeBytes: z.int().nonnegative(),
    initVersion: z.int().nonnegative(),
    isDiscontinuity: z.boolean(),
    isComplete: z.literal(true),
    parts: z.array(
      z.object({
        durationTicks: Ticks,
        sizeBytes: z.int().nonnegative(),
        isIndependent: z.boolean(),
        isGap: z.boolean(),
      }),
    ),
  }),
  /** The oldest segment in the rendition's window when this one was kept. */
  firstMsn: z.int().positive(),
  /** EXT-X-DISCONTINUITY-SEQUENCE of a playlist that begins with this segment. */
  discontinuitySequence: z.int().nonnegative(),
  measure: z.object({
    totalBytes: z.number().nonnegative(),
    totalTicks: Ticks,
    peakBps: z.number().nonnegative(),
  }),
});

/** One segment of every rendition. */
export const SegmentRecord = z.object({
  msn: z.int().positive(),
  renditions: z.record(RenditionId, SegmentOfRendition),
});
export type SegmentRecord = z.infer<typeof SegmentRecord>;
