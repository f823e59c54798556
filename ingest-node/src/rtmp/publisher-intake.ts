import type { PublishRefusal } from '../server/publisher.ts';
import { BitrateGate } from './bitrate-gate.ts';
import { MediaDemuxer } from './media-demuxer.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';
import { bitrateTooHigh, codecUnsupported } from './refusal-sentences.ts';
import type { SessionEffect } from './session-effect.ts';

const DATA_TYPES = new Set<number>([MESSAGE.dataAmf0, MESSAGE.dataAmf3]);
const MEDIA_TYPES = new Set<number>([MESSAGE.audio, MESSAGE.video, MESSAGE.aggregate]);

/** What comes of a message: effects in order, or the reason for which the publisher has to go. */
export type IntakeOutput =
  | Extract<SessionEffect, { kind: 'media' | 'warning' }>
  | { readonly kind: 'unacceptable'; readonly refusal: PublishRefusal };

/** The media side of one publisher who was let in, from our yes to its end. */
export class PublisherIntake {
  readonly #demuxer = new MediaDemuxer();
  readonly #gate: BitrateGate;
  readonly #bitrateBpsMax: number;
  #hasMedia = false;
  #sinceMs: number;

  constructor(options: { readonly bitrateBpsMax: number; readonly windowMs: number; readonly nowMs: number }) {
    this.#bitrateBpsMax = options.bitrateBpsMax;
    this.#gate = new BitrateGate(options);
    this.#sinceMs = options.nowMs;
  }

  /** Audio or video has come. */
  get hasMedia(): boolean {
    return this.#hasMedia;
  }

  /** When the last audio or video came, or when the publisher could begin to send some. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Begins to wait for media anew. */
  restart(nowMs: number): void {
    this.#sinceMs = nowMs;
  }

  /** Counts bytes of the connection; a refusal when they are too many for a whole window. */
  admit(sizeBytes: number, nowMs: number): PublishRefusal | undefined {
    return this.#gate.admits(sizeBytes, nowMs) ? undefined : bitrateTooHigh(this.#bitrateBpsMax);
  }

  /** Messages that are not media give nothing. Throws RtmpError and nothing else. */
  *read(message: RtmpMessage, nowMs: number): Generator<IntakeOutput> {
    const isMedia = MEDIA_TYPES.has(message.typeId);
    if (!isMedia && !DATA_TYPES.has(message.typeId)) return;
    if (isMedia) {
      this.#hasMedia = true;
      this.#sinceMs = nowMs;
    }
    for (const output of this.#demuxer.read(message)) {
      if (output.kind === 'event') yield { kind: 'media', event: output.event };
      else if (output.kind === 'warning') yield output;
      else yield { kind: 'unacceptable', refusal: codecUnsupported(output.sentence) };
    }
  }
}
