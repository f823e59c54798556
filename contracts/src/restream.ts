import { z } from 'zod';

/** Of one channel: each is a connection and a process of its node, and all of the source's bitrate once more. */
export const RESTREAM_TARGETS_MAX = 8;

/** FFmpeg's RTMP client has 1,024 bytes for each part of an address, and keeps no more. */
export const RESTREAM_URL_CHARS_MAX = 500;
/** Below what that client takes as a name to play (512); libsrt's stream id is as long (SRTO_STREAMID). */
export const RESTREAM_KEY_CHARS_MAX = 500;

/** Names a target within its channel. Not secret. */
export const RestreamTargetId = z
  .string()
  .regex(/^[a-z0-9]{8,32}$/, 'a target id is 8 to 32 of a-z and 0-9')
  .brand<'RestreamTargetId'>()
  .meta({
    id: 'RestreamTargetId',
    description: 'Names a restream target within its channel. Not secret.',
    examples: ['3f9a1c7be2d04856'],
  });
export type RestreamTargetId = z.infer<typeof RestreamTargetId>;

/** Where a channel is to be pushed to, as ingest nodes are told. URL and key are secret. */
export const RestreamTarget = z.object({
  targetId: RestreamTargetId,
  url: z.string().min(1).max(RESTREAM_URL_CHARS_MAX),
  streamKey: z.string().min(1).max(RESTREAM_KEY_CHARS_MAX).optional(),
});
export type RestreamTarget = z.infer<typeof RestreamTarget>;

/** All targets of a channel that are not disabled. */
export const RestreamList = z.object({
  /** Grows with each change of the channel's targets; 0: there were none yet. */
  version: z.int().nonnegative(),
  targets: z.array(RestreamTarget).max(RESTREAM_TARGETS_MAX),
});
export type RestreamList = z.infer<typeof RestreamList>;

/** How the push to a target is. */
export const RESTREAM_STATES = ['connecting', 'live', 'waiting', 'failing', 'stopped', 'unsupported'] as const;
export const RestreamState = z.enum(RESTREAM_STATES).meta({
  id: 'RestreamState',
  description:
    'How the push to a target is. `connecting`: to the target. `live`: it takes the stream. `waiting`: nothing comes from the publisher. `failing`: it is tried again, for `reason`. `stopped`: it has ended. `unsupported`: the protocol does not carry what the publisher sends.',
  examples: ['live'],
});
export type RestreamState = z.infer<typeof RestreamState>;

/** Why it is so. */
export const RESTREAM_REASONS = [
  /** Nothing comes from the publisher. */
  'publisher-absent',
  /** The source has changed in a way that takes another connection. */
  'source-changed',
  /** The protocol does not carry what the publisher sends. */
  'unsupported-codec',
  /** The name leads nowhere. */
  'name-not-found',
  /** It is inside somebody's network. */
  'address-not-public',
  /** Nobody answers there. */
  'unreachable',
  'certificate-invalid',
  /** Somebody answers there, but not in the protocol. */
  'handshake-failed',
  /** It said no: most often, the key is wrong. */
  'refused',
  /** It ended the connection, or the line broke. */
  'connection-lost',
  /** It took nothing for too long. */
  'too-slow',
  /** A fault of the node. */
  'node-failed',
  'removed',
  'broadcast-ended',
  /** Told by the control API: the node has not been heard of. */
  'not-heard-of',
] as const;
export const RestreamReason = z.enum(RESTREAM_REASONS).meta({
  id: 'RestreamReason',
  description:
    'Why a push is as it is. `refused`: the target said no; most often, the key is wrong. `address-not-public`: the name leads inside of a network. `not-heard-of`: its ingest node has not told of it for a minute.',
  examples: ['refused'],
});
export type RestreamReason = z.infer<typeof RestreamReason>;

/** So that a batch of events stays below what the control API reads at once. */
export const RESTREAM_SENTENCE_CHARS_MAX = 250;

/** How the push to one target is, and was. */
export const RestreamStatus = z.strictObject({
  targetId: RestreamTargetId,
  state: RestreamState,
  sinceMs: z
    .int()
    .positive()
    .meta({ description: "Since when, by the node's clock.", examples: [Date.UTC(2026, 10, 1, 18)] }),
  reason: RestreamReason.optional(),
  sentence: z
    .string()
    .max(RESTREAM_SENTENCE_CHARS_MAX)
    .optional()
    .describe('The reason, for a person. It may quote the target, and holds no secret.'),
  sentBytes: z
    .int()
    .nonnegative()
    .meta({
      description: 'What was sent in this broadcast, by this node, over all connections.',
      examples: [75_000_000],
    }),
  bitrateBps: z
    .int()
    .nonnegative()
    .meta({ description: 'Sent in the last seconds.', examples: [4_000_000] }),
  droppedPackets: z.int().nonnegative().describe('Packets that were left out because the target was too slow.'),
});
export type RestreamStatus = z.infer<typeof RestreamStatus>;
