import { RESTREAM_SENTENCE_CHARS_MAX, RestreamReason } from '@sluice/contracts';
import { z } from 'zod';
import { SOURCE_MESSAGES } from '../transcode/messages.ts';

/** What a pusher and its parent say to each other, as wire headers (transcode/wire.ts). */

/** A bundle of a company's own authorities. */
const AUTHORITIES_CHARACTERS_MAX = 48 * 1024;

const Host = { host: z.string().min(1).max(300), port: z.int().min(1).max(65_535) };
const Text = z.string().min(1).max(1_000);

/** Where to; all of it comes through a pipe, because arguments and environments can be read by others. Secret. */
export const PusherAddress = z.discriminatedUnion('protocol', [
  z.object({ protocol: z.enum(['rtmp', 'rtmps']), ...Host, app: Text, playPath: Text }),
  z.object({
    protocol: z.literal('srt'),
    ...Host,
    streamId: Text.optional(),
    passphrase: Text.optional(),
    latencyMs: z.int().nonnegative().optional(),
  }),
]);

/** The first message. */
export const StartMessage = z.object({
  kind: z.literal('start'),
  address: PusherAddress,
  arePrivateTargetsAllowed: z.boolean(),
  /** PEM: trusted for RTMPS beside the authorities that Node knows. */
  authorities: z.string().max(AUTHORITIES_CHARACTERS_MAX).optional(),
});
export type StartMessage = z.infer<typeof StartMessage>;

/** Parent to pusher: `start`, then what is to be sent, its configurations first; `end` after the last. */
export const ToPusher = z.discriminatedUnion('kind', [
  StartMessage,
  ...SOURCE_MESSAGES,
  z.object({ kind: z.literal('end') }),
]);
export type ToPusher = z.infer<typeof ToPusher>;
/** What the publisher says of itself. */
export type PushedMetadata = Extract<ToPusher, { kind: 'metadata' }>;

/** Pusher to parent. */
export const FromPusher = z.discriminatedUnion('kind', [
  /** The libraries are loaded. */
  z.object({ kind: z.literal('ready') }),
  /** The target answers: now it can be sent the source. */
  z.object({ kind: z.literal('reachable') }),
  /** It has taken the first packet. */
  z.object({ kind: z.literal('accepted') }),
  /** The answer to being confined; see Confinement. */
  z.object({ kind: z.literal('unconfined'), why: z.string().max(RESTREAM_SENTENCE_CHARS_MAX) }),
  /** Once a second. */
  z.object({ kind: z.literal('progress'), sentBytes: z.int().nonnegative() }),
  /** The last message. Without a reason it has ended because it was told to. */
  z.object({
    kind: z.literal('ended'),
    reason: RestreamReason.optional(),
    sentence: z.string().max(RESTREAM_SENTENCE_CHARS_MAX),
  }),
]);
export type FromPusher = z.infer<typeof FromPusher>;
