import { z } from 'zod';
import type { SourceEvent } from '../media/source.ts';
import { SOURCE_MESSAGES } from '../transcode/messages.ts';

/** What an SRT receiver and its parent say to each other, as wire headers (transcode/wire.ts). */

/** libsrt, srt.h: the length of a passphrase. */
export const PASSPHRASE_CHARACTERS = { min: 10, max: 79 } as const;

/** A stream of many tracks that are of no use has a long one, which is cut. */
export const SENTENCE_CHARACTERS_MAX = 500;

/** The first message: what to listen for. */
export const StartMessage = z.object({
  kind: z.literal('start'),
  /** UDP on the loopback address, free a moment ago. */
  port: z.int().min(1).max(65_535),
  latencyMs: z.int().min(0).max(60_000),
  /** Secret: it comes through a pipe, because arguments and environments can be read by others. */
  passphrase: z.string().min(PASSPHRASE_CHARACTERS.min).max(PASSPHRASE_CHARACTERS.max).optional(),
});
export type StartMessage = z.infer<typeof StartMessage>;

/** Parent to receiver. */
export const ToReceiver = z.discriminatedUnion('kind', [
  StartMessage,
  /** It has answered, so its socket is there: before anything of the publisher comes, it is to confine itself. */
  z.object({ kind: z.literal('confine') }),
]);
export type ToReceiver = z.infer<typeof ToReceiver>;

/** Receiver to parent. */
export const FromReceiver = z.discriminatedUnion('kind', [
  /** The libraries are loaded. */
  z.object({ kind: z.literal('ready') }),
  /** The answer to `confine`; see Confinement. */
  z.object({
    kind: z.literal('confinement'),
    outcome: z.enum(['confined', 'unsupported', 'unconfined']),
    why: z.string().max(SENTENCE_CHARACTERS_MAX).optional(),
  }),
  ...SOURCE_MESSAGES,
  z.object({ kind: z.literal('note'), sentence: z.string().max(SENTENCE_CHARACTERS_MAX) }),
  /** Nothing that the publisher sends can be decoded here. */
  z.object({ kind: z.literal('unusable'), sentence: z.string().max(SENTENCE_CHARACTERS_MAX) }),
  /** The last message. */
  z.object({ kind: z.literal('ended'), detail: z.string().max(SENTENCE_CHARACTERS_MAX) }),
]);
export type FromReceiver = z.infer<typeof FromReceiver>;

type SourceMessage = z.infer<(typeof SOURCE_MESSAGES)[number]>;

/** The source event that a header and its payload are. */
export function sourceEventOf(message: SourceMessage, payload: Uint8Array): SourceEvent {
  switch (message.kind) {
    case 'video-config':
    case 'audio-config':
      return { ...message, extradata: payload };
    case 'video':
    case 'audio':
      return { ...message, payload };
    case 'metadata':
      return { kind: 'metadata' };
  }
}
