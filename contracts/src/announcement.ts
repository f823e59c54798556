import { z } from 'zod';
import { BroadcastDescription, RENDITIONS_MAX } from './broadcast-description.ts';
import { BroadcastId, Epoch, InitVersion, Msn, PartIndex, RenditionId } from './ids.ts';
import { NextParts } from './lease.ts';
import { ThumbnailsAnnounced } from './thumbnails.ts';

/** A node's whole resend window fits in one announcement; more is refused. */
export const PARTS_PER_ANNOUNCEMENT_MAX = 512;
/** A part whose object is in the bucket (its PUT was confirmed), or a gap where one should be. */
export const PartAnnounced = z.object({
  renditionId: RenditionId,
  msn: Msn,
  partIndex: PartIndex,
  /** tfdt of its first sample, in the rendition's ticks. */
  startTicks: z.int().nonnegative(),
  durationTicks: z.int().positive(),
  sizeBytes: z
    .int()
    .nonnegative()
    .max(64 * 1024 * 1024),
  /** Its first sample is a sync sample. */
  isIndependent: z.boolean(),
  /** The segment is whole with this part. */
  isLastOfSegment: z.boolean(),
  /** There is no object: it could not be stored. */
  isGap: z.boolean(),
  /** Of the init segment that it is played with: its own rendition's, or its lender's. */
  initVersion: InitVersion,
  /**
   * The rendition rests, for nobody watches it: this is a part of that other one of its kind, and there is no object
   * under its own name (docs/adr/0030-renditions-on-demand.md). Whole segments are lent.
   */
  lentBy: RenditionId.optional(),
  /** With the last part of a segment: who lends the next one. */
  nextLentBy: RenditionId.optional(),
});
export type PartAnnounced = z.infer<typeof PartAnnounced>;

/** No broadcast begins more of them at a time; more is refused. */
export const DATE_RANGES_PER_ANNOUNCEMENT_MAX = 8;
/** Media time since the broadcast's start; a hundred days. */
const MediaMs = z.int().nonnegative().max(8_640_000_000);

/**
 * A time of the broadcast that players are told of (rfc8216bis §4.4.5.1). Its class and its start are its identity: it
 * is announced when it begins, and with its end again once that is known.
 */
export const DateRangeAnnounced = z
  .object({
    /** CLASS: what kind of time it is, such as `slate`. */
    class: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/),
    startMs: MediaMs,
    /** Absent while nobody knows. */
    endMs: MediaMs.optional(),
  })
  .refine(({ startMs, endMs }) => endMs === undefined || endMs >= startMs, 'a date range ends before it begins');
export type DateRangeAnnounced = z.infer<typeof DateRangeAnnounced>;

/**
 * `POST /ingest/v1/channels/{channelId}/announce`. At least once and idempotent by (epoch, rendition, msn, part).
 * With no parts it is a heartbeat that keeps the lease.
 */
export const Announcement = z.strictObject({
  broadcastId: BroadcastId,
  epoch: Epoch,
  /** With the first announcement, after a change, and whenever the edge answered `needsDescription`. */
  description: BroadcastDescription.optional(),
  /** Nobody sends: what is announced stands in for a publisher, and the channel is open to another one. */
  isPublisherAbsent: z.boolean().optional(),
  /** In order within each rendition. */
  parts: z.array(PartAnnounced).max(PARTS_PER_ANNOUNCEMENT_MAX),
  /** Those that began or ended. Known ones may be announced again. */
  dateRanges: z.array(DateRangeAnnounced).max(DATE_RANGES_PER_ANNOUNCEMENT_MAX).optional(),
  /** Only to an edge that said that it takes them (AnnounceAnswer.takesThumbnails): older ones know no such word. */
  thumbnails: ThumbnailsAnnounced.optional(),
});
export type Announcement = z.infer<typeof Announcement>;

/** The yes to an announcement; a no is a Problem with one of ANNOUNCE_REFUSALS. */
export const AnnounceAnswer = z.object({
  /** What the edge expects next of each rendition. Parts before it are known; a gap means: send again from there. */
  next: NextParts,
  /** The edge restarted and lost the description: send it, and the parts from `next`, again. */
  needsDescription: z.boolean(),
  /** A backup on another node waits for the lease. */
  hasStandby: z.boolean().default(false),
  /**
   * Renditions that viewers asked for of late, by themselves or muxed. Absent while the edge does not know, as after a
   * restart: then none must rest that does not rest yet.
   */
  watched: z.array(RenditionId).max(RENDITIONS_MAX).optional(),
  /** The edge knows what thumbnails are: they may be announced. */
  takesThumbnails: z.boolean().default(false),
});
export type AnnounceAnswer = z.infer<typeof AnnounceAnswer>;

export const ANNOUNCE_REFUSALS = [
  'grant-invalid',
  'grant-expired',
  'epoch-superseded',
  'broadcast-ended',
  'announcement-invalid',
] as const;
export type AnnounceRefusal = (typeof ANNOUNCE_REFUSALS)[number];
