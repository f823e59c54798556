import { z } from 'zod';
import { BroadcastDescription } from './broadcast-description.ts';
import { BroadcastId, Epoch, InitVersion, Msn, NodeId, PartIndex, RenditionId } from './ids.ts';

/** `POST /ingest/v1/channels/{channelId}/lease` on the edge, with the grant as the bearer token. */
export const LeaseRequest = z.strictObject({
  nodeId: NodeId,
  /**
   * A backup that sends the same programme asks again and again. It is told no (`channel-in-use`) while another node is
   * heard from; that node learns of it with its announcements, and hands the lease on when its own publisher is silent.
   */
  standsBy: z.boolean().default(false),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** The next part that the edge expects of a rendition. */
export const NextPart = z.object({ msn: Msn, partIndex: PartIndex });
export type NextPart = z.infer<typeof NextPart>;

export const NextParts = z.record(RenditionId, NextPart);
export type NextParts = z.infer<typeof NextParts>;

/** How many init versions one lease may use: one for each time that its node has to start its encoders anew. */
export const INIT_VERSIONS_A_LEASE = 16;

/** The yes to a lease; a no is a Problem with one of LEASE_REFUSALS. */
export const LeaseAnswer = z.object({
  broadcastId: BroadcastId,
  epoch: Epoch,
  /** There when the broadcast was begun under another lease: what it is. It goes on on its grid, where `next` says. */
  continues: BroadcastDescription.optional(),
  /** Where to go on counting; empty for a new broadcast. */
  next: NextParts,
  /** Of renditions that rest in the segment that they are in the midst of: who lends it. It goes on so. */
  lent: z.record(RenditionId, RenditionId).optional(),
  /** The first of INIT_VERSIONS_A_LEASE versions that no lease before this one used. */
  initVersion: InitVersion,
  /** The lease ends by itself when nothing was announced for this long. Announce something, if only nothing. */
  leaseMs: z.int().positive(),
});
export type LeaseAnswer = z.infer<typeof LeaseAnswer>;

/**
 * `channel-in-use`: another publisher is live and the channel refuses a second; or it was taken over so short a time ago
 * that it must rest, and then Retry-After says for how long.
 */
export const LEASE_REFUSALS = ['grant-invalid', 'grant-expired', 'channel-in-use'] as const;
export type LeaseRefusal = (typeof LEASE_REFUSALS)[number];

/** `DELETE /ingest/v1/channels/{channelId}/lease`: hands the lease back and ends the broadcast (EXT-X-ENDLIST). */
export const LeaseReturn = z.strictObject({
  broadcastId: BroadcastId,
  epoch: Epoch,
  /** The node goes down and its publisher does not: the broadcast is kept open for another node to go on with. */
  expectsSuccessor: z.boolean().default(false),
});
export type LeaseReturn = z.infer<typeof LeaseReturn>;
