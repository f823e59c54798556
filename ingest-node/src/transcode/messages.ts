import {
  BroadcastDescription,
  LadderPolicy,
  LatencyProfileName,
  Msn,
  NextParts,
  RENDITIONS_MAX,
  RenditionId,
  StoryboardSprite,
  ThumbnailSlot,
} from '@sluice/contracts';
import { z } from 'zod';
import type { BroadcastImage } from '../media/broadcast-image.ts';
import type { EncodedFrame } from '../media/encoded.ts';
import type { SourceEvent, SourceMetadata } from '../media/source.ts';

/** What parent and child of a transcoder say to each other, as wire headers. The payload's meaning stands beside each. */

const TimeUs = z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const Hint = z.number().min(0).max(1e12).optional();

const PacketTimes = { ptsUs: TimeUs, dtsUs: TimeUs, isKeyframe: z.boolean() };

/** A broadcast, and the part with which each rendition begins, or goes on. */
const BroadcastAndPlace = { description: BroadcastDescription, next: NextParts };

/** All pictures that rest, and not only those whose turn it is: an order stands alone. */
const RestingPictures = z.array(RenditionId).max(RENDITIONS_MAX).readonly();

/** What a publisher sends, wherever it is carried over a pipe. */
export const SOURCE_MESSAGES = [
  /** Payload: the decoder configuration. */
  z.object({ kind: z.literal('video-config'), codec: z.enum(['h264', 'hevc', 'av1', 'vp9']) }),
  /** Payload: the decoder configuration. */
  z.object({
    kind: z.literal('audio-config'),
    codec: z.enum(['aac', 'opus', 'mp2', 'mp3']),
    sampleRateHz: z.number(),
    channelCount: z.number(),
  }),
  z.object({
    kind: z.literal('metadata'),
    widthPx: Hint,
    heightPx: Hint,
    frameRate: Hint,
    videoBitrateBps: Hint,
    audioBitrateBps: Hint,
    encoder: z.string().max(256).optional(),
  }),
  /** Payload: the access unit. */
  z.object({ kind: z.literal('video'), ...PacketTimes }),
  /** Payload: the audio frame. */
  z.object({ kind: z.literal('audio'), ...PacketTimes }),
] as const;

/** Parent to child. */
export const ToChild = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    profile: LatencyProfileName,
    ladder: LadderPolicy,
    /** How many CPUs this broadcast may count on; a fraction is fine. */
    cpuCount: z.number().positive().max(1_024),
    /** There when the broadcast was begun by another child: its grid and its renditions stay. */
    continues: z.object(BroadcastAndPlace).optional(),
  }),
  ...SOURCE_MESSAGES,
  z.object({ kind: z.literal('source-left') }),
  z.object({ kind: z.literal('source-joined') }),
  /** From the next segment on these are not encoded, and all others are. It is answered with `resting`. */
  z.object({ kind: z.literal('rest'), renditionIds: RestingPictures }),
  z.object({ kind: z.literal('stop') }),
]);
export type ToChild = z.infer<typeof ToChild>;
export type StartMessage = Extract<ToChild, { kind: 'start' }>;

/** What the child noticed about the source or itself. The set is closed: metrics count by it. */
export const TranscoderWarningCode = z.enum([
  'audio-missing',
  'b-frames',
  'colours-changed',
  'cpu-overload',
  'decode-errors',
  'faster-than-real-time',
  'frame-rate-reduced',
  'long-gop',
  'resolution-changed',
  'timestamp-jump',
  'unsupported-codec',
  'variable-frame-rate',
  'video-missing',
]);
export type TranscoderWarningCode = z.infer<typeof TranscoderWarningCode>;

/** Something the streamer should know, with a sentence for them; as long as one may be in an IngestEvent. */
export const TranscoderWarning = z.object({ code: TranscoderWarningCode, sentence: z.string().min(1).max(300) });
export type TranscoderWarning = z.infer<typeof TranscoderWarning>;

/** What the encoder of one rendition has done since the child began. */
export const EncoderWork = z.object({
  /** Media that it made. */
  encodedMs: z.number().nonnegative(),
  /** How long it had something to do. While it has nothing it waits for the source. */
  busyMs: z.number().nonnegative(),
});
export type EncoderWork = z.infer<typeof EncoderWork>;

/** Counters since the child began, and how things stand; told about once a second. */
export const TranscoderStats = z.object({
  /** Video slots of the grid that were filled, and of these: with a new picture, with the last one again, with the slate. */
  slotCount: z.int().nonnegative(),
  freshCount: z.int().nonnegative(),
  repeatCount: z.int().nonnegative(),
  slateCount: z.int().nonnegative(),
  /** Source frames that no slot showed. */
  droppedFrameCount: z.int().nonnegative(),
  decodeErrorCount: z.int().nonnegative(),
  /** Samples of 48 kHz that were put in, or cut out, to keep audio on the grid. */
  silenceSampleCount: z.int().nonnegative(),
  cutSampleCount: z.int().nonnegative(),
  /** Slots that wait in front of the slowest encoder. */
  encodeQueueLength: z.int().nonnegative(),
  /** How much later than its slot's time the last source frame came. Negative: earlier. */
  videoLateMs: z.number(),
  /** How far the last slot that left the slowest encoder lies behind the wall clock. */
  encodeLagMs: z.number(),
  /** Of each picture, the largest first. */
  encoders: z.array(EncoderWork).max(RENDITIONS_MAX).readonly(),
  /** Of the last picture of the source that was decoded, with square pixels. */
  sourceSize: z.object({ widthPx: z.number().positive(), heightPx: z.number().positive() }).optional(),
  /** Resident memory of the child; and of it the JavaScript heap in use, and what buffers hold outside of that heap. */
  residentBytes: z.int().nonnegative(),
  heapUsedBytes: z.int().nonnegative(),
  externalBytes: z.int().nonnegative(),
  /** CPU time the child has used since it began. */
  cpuMs: z.number().nonnegative(),
});
export type TranscoderStats = z.infer<typeof TranscoderStats>;

/** Child to parent. */
export const ToParent = z.discriminatedUnion('kind', [
  /** The libraries are loaded; `start` may come. */
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('broadcast'), ...BroadcastAndPlace }),
  /** Payload: the coded frame. */
  z.object({
    kind: z.literal('frame'),
    renditionId: RenditionId,
    ptsTicks: z.int().nonnegative(),
    durationTicks: z.int().positive(),
    isKeyframe: z.boolean(),
  }),
  /**
   * The answer to `rest`, at once: the first segment of which no frame of these comes, and one of each frame of all other
   * pictures. Said before any frame of that segment. Another order before it begins replaces this one.
   */
  z.object({ kind: z.literal('resting'), renditionIds: RestingPictures, fromMsn: Msn }),
  /** Payload: a JPEG, how the broadcast looked in this slot. */
  z.object({ kind: z.literal('thumbnail'), slot: ThumbnailSlot }),
  /** Payload: a JPEG, how it looked in several. */
  z.object({ kind: z.literal('sprite'), sprite: StoryboardSprite }),
  z.object({ kind: z.literal('warning'), warning: TranscoderWarning }),
  z.object({ kind: z.literal('stats'), stats: TranscoderStats }),
  /** The last message: everything coded has been said. */
  z.object({
    kind: z.literal('ended'),
    reason: z.enum(['stopped', 'overloaded', 'failed']),
    detail: z.string().max(500),
  }),
]);
export type ToParent = z.infer<typeof ToParent>;

const NOTHING = new Uint8Array(0);

/** A source event as a wire message. */
export function sourceEventMessage(event: SourceEvent): { readonly header: ToChild; readonly payload: Uint8Array } {
  switch (event.kind) {
    case 'video':
    case 'audio':
      return {
        header: { kind: event.kind, ptsUs: event.ptsUs, dtsUs: event.dtsUs, isKeyframe: event.isKeyframe },
        payload: event.payload,
      };
    case 'video-config':
      return { header: { kind: 'video-config', codec: event.codec }, payload: event.extradata };
    case 'audio-config':
      return {
        header: {
          kind: 'audio-config',
          codec: event.codec,
          sampleRateHz: event.sampleRateHz,
          channelCount: event.channelCount,
        },
        payload: event.extradata,
      };
    case 'metadata':
      return { header: metadataHeader(event), payload: NOTHING };
  }
}

/** What a publisher says of itself may be anything: what is out of range is left out rather than refused. */
function metadataHeader(metadata: SourceMetadata): ToChild {
  const { encoder, kind, ...numbers } = metadata;
  const sane = Object.entries(numbers).filter(([, value]) => Hint.safeParse(value).success);
  return { kind, ...Object.fromEntries(sane), ...(encoder === undefined ? {} : { encoder: encoder.slice(0, 256) }) };
}

/** The header of a coded frame; its payload goes beside it. */
export function frameMessage(frame: EncodedFrame): ToParent {
  return {
    kind: 'frame',
    renditionId: frame.renditionId,
    ptsTicks: frame.ptsTicks,
    durationTicks: frame.durationTicks,
    isKeyframe: frame.isKeyframe,
  };
}

/** The header of an image; its bytes go beside it. */
export function imageMessage(image: BroadcastImage): ToParent {
  return image.kind === 'thumbnail'
    ? { kind: 'thumbnail', slot: image.slot }
    : { kind: 'sprite', sprite: image.sprite };
}
