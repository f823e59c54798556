import { z } from 'zod';
import { BroadcastId, Epoch, Msn, NodeId, PartIndex, RenditionId } from './ids.ts';

/** `POST /ingest/v1/channels/{channelId}/lease` on the edge, with the grant as the bearer token. */
export const LeaseRequest = z.strictObject({
  nodeId: NodeId,
  /** Set to go on with a broadcast this node already has a lease on. */
  resume: z.strictObject({ broadcastId: BroadcastId, epoch: Epoch }).optional(),
});
export type LeaseRequest = z.infer<typeof LeaseRequest>;

/** The next part that the edge expects of a rendition. */
export const NextPart = z.strictObject({ msn: Msn, partIndex: PartIndex });
export type NextPart = z.infer<typeof NextPart>;

export const NextParts = z.record(RenditionId, NextPart);
export type NextParts = z.infer<typeof NextParts>;

/** The yes to a lease; a no is a Problem with one of LEASE_REFUSALS. */
export const LeaseAnswer = z.object({
  broadcastId: BroadcastId,
  epoch: Epoch,
  /** `true` when the broadcast existed and goes on. */
  isResumed: z.boolean(),
  /** Where to go on counting; empty for a new broadcast. */
  next: NextParts,
  /** The lease ends by itself when nothing was announced for this long. Announce something, if only nothing. */
  leaseMs: z.int().positive(),
});
export type LeaseAnswer = z.infer<typeof LeaseAnswer>;

/** `channel-in-use`: another publisher is live and the channel refuses a second. */
export const LEASE_REFUSALS = ['grant-invalid', 'grant-expired', 'channel-in-use', 'epoch-superseded'] as const;
export type LeaseRefusal = (typeof LEASE_REFUSALS)[number];

/** `DELETE /ingest/v1/channels/{channelId}/lease`: hands the lease back and ends the broadcast (EXT-X-ENDLIST). */
export const LeaseReturn = z.strictObject({ broadcastId: BroadcastId, epoch: Epoch });
export type LeaseReturn = z.infer<typeof LeaseReturn>;
