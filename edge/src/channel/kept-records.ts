import {
  BroadcastDescription,
  BroadcastId,
  Delivery,
  Epoch,
  NextPart,
  NodeId,
  RenditionId,
  TakeoverBrake,
} from '@sluice/contracts';
import { z } from 'zod';
import { TimelineState } from '../recording/timeline-state.ts';
import { ThumbnailsState } from '../thumbnails/thumbnails-state.ts';
import { DateRangesState, RenditionWindowState } from '../window/window-state.ts';

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
  delivery: Delivery.optional(),
  isRecorded: z.boolean().optional(),
  description: BroadcastDescription.optional(),
  endedAtMs: z.int().positive().optional(),
  cut: NextPart.optional(),
});
export type BroadcastRecord = z.infer<typeof BroadcastRecord>;

/**
 * The live window of a broadcast: each rendition's, and what all playlists share. One row, written once a segment and
 * read once. Even of a node that announces nothing but oddities it is less than the 2 MB that a row may have.
 */
export const WindowRecord = z.object({
  states: z.record(RenditionId, RenditionWindowState),
  dateRanges: DateRangesState.optional(),
  thumbnails: ThumbnailsState.optional(),
  /** Of a broadcast that is recorded: of all that it has shown, what is in no chunk. */
  timeline: TimelineState.optional(),
});
export type WindowRecord = z.infer<typeof WindowRecord>;
