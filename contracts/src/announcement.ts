import { z } from 'zod';
import { BroadcastDescription } from './broadcast-description.ts';
import { BroadcastId, Epoch, InitVersion, Msn, PartIndex, RenditionId } from './ids.ts';
import { NextParts } from './lease.ts';

/** A node's whole resend window fits in one announcement; more is refused. */
export const PARTS_PER_ANNOUNCEMENT_MAX = 512;
/** A part whose object is in the bucket (its PUT was confirmed), or a gap where one should be. */
export const PartAnnounced = z.strictObject({
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
  initVersion: InitVersion,
});
export type PartAnnounced = z.infer<typeof PartAnnounced>;

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
