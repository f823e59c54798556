import { z } from 'zod';
import { ChannelId, NodeId } from './ids.ts';
import { LatencyProfileName } from './media-grid.ts';

/** One step of a ladder that a channel names itself. Width follows from the source's shape. */
export const LadderRung = z.strictObject({
  heightPx: z.int().min(90).max(4_320).multipleOf(2),
  bitrateBps: z.int().min(50_000).max(100_000_000),
});
export type LadderRung = z.infer<typeof LadderRung>;

/** `auto`: chosen by the size of the source, never above it. */
export const LadderPolicy = z.union([z.literal('auto'), z.array(LadderRung).min(1).max(8)]);
export type LadderPolicy = z.infer<typeof LadderPolicy>;

/** What happens to a second publisher of the same channel. */
export const TakeoverPolicy = z.enum(['refuse', 'take-over']);
export type TakeoverPolicy = z.infer<typeof TakeoverPolicy>;

export const IngestProtocol = z.enum(['rtmp', 'rtmps', 'srt', 'whip', 'cmaf']);
export type IngestProtocol = z.infer<typeof IngestProtocol>;

/** `POST /v1/ingest/authorize`, from an ingest node that has read a publisher's stream key. */
export const AuthorizeRequest = z.strictObject({
  streamKey: z.string().min(1).max(256),
  protocol: IngestProtocol,
  clientAddress: z.string().max(64),
  nodeId: NodeId,
});
export type AuthorizeRequest = z.infer<typeof AuthorizeRequest>;

/** How the node is to treat the broadcast. */
export const PublishSettings = z.object({
  channelId: ChannelId,
  profile: LatencyProfileName,
  ladder: LadderPolicy,
  takeover: TakeoverPolicy,
  /** How long a publisher who left may come back into the same broadcast. */
  reconnectWindowMs: z
    .int()
    .min(0)
    .max(30 * 60_000),
  /** More than this, averaged over some seconds, ends the connection. */
  ingestBitrateBpsMax: z.int().positive(),
  /** How far back viewers can seek; segments older than this may be deleted. */
  dvrWindowS: z
    .int()
    .min(30)
    .max(12 * 3_600),
  /** Segments are kept after they leave the window. */
  isRecorded: z.boolean(),
});
export type PublishSettings = z.infer<typeof PublishSettings>;

/** The yes of `POST /v1/ingest/authorize`; a no is a Problem. */
export const AuthorizeAnswer = z.object({
  settings: PublishSettings,
  /** A signed grant, see GrantClaims. Secret. */
  grant: z.string().max(4_096),
  grantExpiresAtMs: z.int().positive(),
});
export type AuthorizeAnswer = z.infer<typeof AuthorizeAnswer>;

/** `POST /v1/ingest/renew`: a fresh grant for one that is about to expire; refused once the key is disabled. */
export const RenewRequest = z.strictObject({ grant: z.string().max(4_096), nodeId: NodeId });
export type RenewRequest = z.infer<typeof RenewRequest>;
export const RenewAnswer = AuthorizeAnswer;
export type RenewAnswer = AuthorizeAnswer;

/** Why a publisher was refused. The ingest node turns each into its protocol's status and a sentence. */
export const AUTHORIZE_REFUSALS = ['unknown-stream-key', 'stream-key-disabled', 'channel-disabled'] as const;
export type AuthorizeRefusal = (typeof AUTHORIZE_REFUSALS)[number];
