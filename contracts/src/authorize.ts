import { z } from 'zod';
import { ChannelId, NodeId } from './ids.ts';
import { LatencyProfileName } from './media-grid.ts';
import { RestreamList } from './restream.ts';
import { StorageCredentials } from './storage-credentials.ts';

/** One step of a ladder that a channel names itself. Width follows from the source's shape. */
export const LadderRung = z
  .strictObject({
    heightPx: z
      .int()
      .min(90)
      .max(4_320)
      .multipleOf(2)
      .meta({ description: 'Of the picture.', examples: [720] }),
    bitrateBps: z
      .int()
      .min(50_000)
      .max(100_000_000)
      .meta({ description: 'Of the encoded picture.', examples: [2_800_000] }),
  })
  .meta({ id: 'LadderRung', description: "One step of a ladder. The width follows from the source's shape." });
export type LadderRung = z.infer<typeof LadderRung>;

/** `auto`: chosen by the size of the source, never above it. */
export const LadderPolicy = z.union([z.literal('auto'), z.array(LadderRung).min(1).max(8)]).meta({
  id: 'LadderPolicy',
  description: 'Which sizes viewers are offered. `auto`: by the size of the source, and never above it.',
});
export type LadderPolicy = z.infer<typeof LadderPolicy>;

/** What happens to a second publisher of the same channel. */
export const TakeoverPolicy = z.enum(['refuse', 'take-over']).meta({
  id: 'TakeoverPolicy',
  description:
    'What happens to a second publisher. `take-over`: it goes on with the broadcast, and the first one is sent away. `refuse`: it is not let in while the first one sends.',
  examples: ['take-over'],
});
export type TakeoverPolicy = z.infer<typeof TakeoverPolicy>;

export const IngestProtocol = z
  .enum(['rtmp', 'rtmps', 'srt', 'whip', 'cmaf'])
  .meta({ id: 'IngestProtocol', description: 'How a publisher sends.' });
export type IngestProtocol = z.infer<typeof IngestProtocol>;

/**
 * The passphrase of a channel's SRT (libsrt's SRTO_PASSPHRASE: 10 to 79 characters). Secret. Printable ASCII, so that
 * every encoder makes the same bytes of it.
 */
export const SrtPassphrase = z
  .string()
  .min(10)
  .max(79)
  .regex(/^[ -~]*$/, 'a passphrase is of printable ASCII characters')
  .meta({
    id: 'SrtPassphrase',
    description: 'What SRT is encrypted with. Secret.',
    examples: ['correct horse battery'],
  });
export type SrtPassphrase = z.infer<typeof SrtPassphrase>;

/** `backup`: whoever publishes with the key stands by, and takes over when the primary is silent. */
export const StreamKeyRole = z.enum(['primary', 'backup']).meta({
  id: 'StreamKeyRole',
  description: '`backup`: whoever publishes with the key stands by, and takes over when the primary is silent.',
});
export type StreamKeyRole = z.infer<typeof StreamKeyRole>;

/** Names a stream key within its channel; it is not the key, and not secret. */
const StreamKeyId = z.string().min(1).max(64);

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
  reconnectWindowMs: z
    .int()
    .min(0)
    .max(30 * 60_000)
    .meta({
      description: 'How long a publisher who left may come back into the same broadcast.',
      examples: [60_000],
    }),
  /** More than this, averaged over some seconds, ends the connection. */
  ingestBitrateBpsMax: z.int().positive(),
  dvrWindowS: z
    .int()
    .min(30)
    .max(12 * 3_600)
    .meta({
      description: 'How far back viewers can seek; segments older than this may be deleted.',
      examples: [300],
    }),
  /** Segments are kept after they leave the window. */
  isRecorded: z.boolean(),
  /** Renditions that nobody watches may rest, unless they are recorded. Absent from control APIs that knew no rest. */
  onDemand: z.boolean().default(false),
  /** Of the stream key. Absent: `primary`. */
  role: StreamKeyRole.optional(),
  /** Only where the protocol was `srt` and the channel has one: who does not encrypt with it is refused. Secret. */
  srtPassphrase: SrtPassphrase.optional(),
  /** Where the channel is to be pushed to as well. Absent from control APIs that knew no targets. Secret. */
  restream: RestreamList.optional(),
});
export type PublishSettings = z.infer<typeof PublishSettings>;

/** The yes of `POST /v1/ingest/authorize`; a no is a Problem. */
export const AuthorizeAnswer = z.object({
  settings: PublishSettings,
  /** A signed grant, see GrantClaims. Secret. */
  grant: z.string().max(4_096),
  grantExpiresAtMs: z.int().positive(),
  /** The stream key's id (not the key), to ask about with CheckRequest. */
  keyId: StreamKeyId,
  /** The control API's time of this answer, to ask about with CheckRequest. */
  authorizedAtMs: z.int().positive(),
  /**
   * What this channel's media is stored with. Absent: the node's own credentials; with a renewal: those that the node has
   * stay. Absent from control APIs that knew none.
   */
  storage: StorageCredentials.optional(),
});
export type AuthorizeAnswer = z.infer<typeof AuthorizeAnswer>;

/** `POST /v1/ingest/renew`: a fresh grant for one that is about to expire; refused once the key is disabled. */
export const RenewRequest = z.strictObject({ grant: z.string().max(4_096), nodeId: NodeId });
export type RenewRequest = z.infer<typeof RenewRequest>;
export const RenewAnswer = AuthorizeAnswer;
export type RenewAnswer = AuthorizeAnswer;

/** Why a publisher was refused. The ingest node turns each into its protocol's status and a sentence. */
export const AUTHORIZE_REFUSALS = [
  'unknown-stream-key',
  'stream-key-disabled',
  'channel-disabled',
  /** Its broadcast was ended, and nobody may come back yet; Retry-After says when. */
  'kicked',
  /** Too many keys were tried from this address; Retry-After says when to come again. */
  'too-many-attempts',
] as const;
export type AuthorizeRefusal = (typeof AUTHORIZE_REFUSALS)[number];

/** A node with more publishers than this asks twice. */
export const CHECKED_PUBLISHERS_MAX = 1_000;

/** One publisher as CheckRequest names it: all of it was in the newest AuthorizeAnswer. */
export const CheckedPublisher = z.strictObject({
  channelId: ChannelId,
  keyId: StreamKeyId,
  authorizedAtMs: z.int().positive(),
  /** Of the RestreamList that the node has, where it was given one. */
  restreamVersion: RestreamList.shape.version.optional(),
});
export type CheckedPublisher = z.infer<typeof CheckedPublisher>;

/**
 * `POST /v1/ingest/check`: which of a node's publishers may no longer publish? Asked every two seconds while there are
 * any, so that a disabled key ends a broadcast at once. Where it cannot be asked, renewing the grant finds out later.
 */
export const CheckRequest = z.strictObject({
  nodeId: NodeId,
  publishers: z.array(CheckedPublisher).min(1).max(CHECKED_PUBLISHERS_MAX),
});
export type CheckRequest = z.infer<typeof CheckRequest>;

/** `kicked`: sent away once by an administrator. It may come back: disable the key to keep it out. */
export const CHECK_REASONS = ['unknown-stream-key', 'stream-key-disabled', 'channel-disabled', 'kicked'] as const;
export const CheckReason = z.enum(CHECK_REASONS);
export type CheckReason = z.infer<typeof CheckReason>;

/** Those that are to be cut, as they were named; whoever is not in it goes on. */
export const CheckAnswer = z.object({
  ended: z.array(z.object({ ...CheckedPublisher.shape, reason: CheckReason })).max(CHECKED_PUBLISHERS_MAX),
  /**
   * Channels that have another RestreamList by now. It holds secrets, and whoever asks here proves nothing of a channel:
   * the node gets it with RenewRequest, for a grant.
   */
  restreamChanged: z.array(ChannelId).max(CHECKED_PUBLISHERS_MAX).optional(),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;
