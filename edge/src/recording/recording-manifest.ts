import { BroadcastDescription, BroadcastId, ChannelId, ClipId, RenditionId, ThumbnailSlot } from '@sluice/contracts';
import { z } from 'zod';
import { Storyboards } from '../thumbnails/storyboards.ts';
import { DateRangesState } from '../window/window-state.ts';
import { TimelineArchives } from './timeline-state.ts';

/** Of the form of a manifest. Whoever reads another one knows nothing of it. */
const MANIFEST_VERSION = 1;

/** Bits a second of one rendition, as they were measured. */
export const Bitrate = z.object({
  /** What BANDWIDTH was in the live playlist. */
  peakBps: z.int().positive(),
  /** Absent where nothing of it was whole. */
  averageBps: z.int().nonnegative().optional(),
});
export type Bitrate = z.infer<typeof Bitrate>;

const Count = z.int().nonnegative();

/** Figures of a recording. */
export const RecordingTotals = z.object({
  durationMs: Count,
  /** Of its segments, all renditions together. */
  sizeBytes: Count,
  /** Of it, what nobody can see or hear. */
  gapMs: Count,
});
export type RecordingTotals = z.infer<typeof RecordingTotals>;

/**
 * All that playlists are written from, of a broadcast that has ended (`_vod/{broadcastId}.json`) or of a clip
 * (`_clip/{clipId}.json`). It stands in the bucket, beside the media, so that nothing else has to remember a recording.
 */
export const RecordingManifest = z.object({
  version: z.literal(MANIFEST_VERSION),
  channelId: ChannelId,
  broadcastId: BroadcastId,
  /** The broadcast's own: a clip of a private one is private. */
  isPrivate: z.boolean(),
  description: BroadcastDescription,
  /** Of each rendition all segments, in runs. */
  timeline: TimelineArchives,
  bitrates: z.record(RenditionId, Bitrate),
  dateRanges: DateRangesState.shape.listed,
  totals: RecordingTotals,
  /** Its sprites, by the time since the broadcast's start; of a clip those that were there when it was cut. */
  storyboards: Storyboards.optional(),
  /** Of the thumbnail that shows how it looks: it was in the bucket, and stays as long as this does. */
  pictureSlot: ThumbnailSlot.optional(),
  /** It is a clip. */
  clip: z
    .object({
      clipId: ClipId,
      /** Where in it players are to begin: it has whole segments, and was asked for from there. */
      startOffsetMs: Count,
    })
    .optional(),
});
export type RecordingManifest = z.infer<typeof RecordingManifest>;

/** What is written but for what a writer has to say no word about. */
export function recordingManifest(told: Omit<RecordingManifest, 'version'>): RecordingManifest {
  return { version: MANIFEST_VERSION, ...told };
}
