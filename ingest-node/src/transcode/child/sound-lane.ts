import { AAC_FRAME_SAMPLES, audioFramesBeforePart, type MediaGrid } from '@sluice/contracts';
import type { EncodedFrame } from '../../media/encoded.ts';
import { AudioClock } from '../audio-clock.ts';
import { SampleFifo } from '../sample-fifo.ts';
import type { DecodedSound } from './audio-decoder.ts';
import { AUDIO_LOOKAHEAD_FRAMES, type AudioEncoder } from './audio-encoder.ts';

export interface SoundLaneOptions {
  readonly grid: MediaGrid;
  readonly encoder: AudioEncoder;
  readonly startUs: number;
  /** The first frame of sound, counted from the broadcast's start. */
  readonly firstFrame: number;
  readonly lateUs: number;
}

/** The way of sound in a running broadcast: audio clock, frames of 1024 samples, encoder. */
export class SoundLane {
  readonly #options: SoundLaneOptions;
  readonly #clock: AudioClock;
  readonly #fifo = new SampleFifo();
  readonly #onFrame: (frame: EncodedFrame) => void;
  /**
   * Frames of a segment that no video encoder has begun. Sound runs some frames ahead; what belongs to the next segment
   * waits for it here, so that a broadcast that ends has no sound beyond its last picture. A few frames, or as many as
   * encoding is behind: 15 s at most, where everything ends.
   */
  readonly #early: EncodedFrame[] = [];
  #allowedFrames = 0;
  #nextFrame: number;
  #cutSamples = 0;
  #silenceSamples = 0;

  constructor(options: SoundLaneOptions, onFrame: (frame: EncodedFrame) => void) {
    this.#options = options;
    const { startUs, lateUs, firstFrame } = options;
    this.#clock = new AudioClock({ startUs, lateUs, firstSample: firstFrame * AAC_FRAME_SAMPLES });
    this.#nextFrame = firstFrame;
    this.#onFrame = onFrame;
  }

  get deadlineUs(): number {
    return this.#clock.deadlineUs;
  }

  get counts(): { readonly silenceSampleCount: number; readonly cutSampleCount: number } {
    return { silenceSampleCount: this.#silenceSamples, cutSampleCount: this.#cutSamples };
  }

  /** See AudioClock.waitFor. */
  waitFor(lateUs: number): void {
    this.#clock.waitFor(lateUs);
  }

  /** Places sound whose first sample is at `timeUs`. The answer is the drift correction to apply from now on. */
  offer(sound: DecodedSound, timeUs: number, nowUs: number): { deltaSamples: number; overSamples: number } | undefined {
    const count = sound.left.length;
    const { cutSamples, silenceSamples, compensation } = this.#clock.place(timeUs, count, nowUs);
    this.#cutSamples += cutSamples;
    this.#silence(silenceSamples);
    const isContinued = cutSamples === 0 && silenceSamples === 0;
    this.#fifo.append(sound.left.subarray(cutSamples), sound.right.subarray(cutSamples), isContinued);
    this.#encode();
    return compensation;
  }

  advance(nowUs: number): void {
    this.#silence(this.#clock.advance(nowUs));
    this.#encode();
  }

  /** Video will have so many slots, whatever comes: sound up to there may go. */
  follow(slots: number): void {
    const { grid } = this.#options;
    this.#allowedFrames = audioFramesBeforePart(grid, slots / grid.framesPerPart);
    while (this.#early.length > 0 && this.#isAllowed(this.#early[0])) {
      const frame = this.#early.shift();
      if (frame !== undefined) this.#onFrame(frame);
    }
  }

  /** Writes silence up to the end of the segment that video has completed. */
  finish(): void {
    this.#silence(this.#clock.finish((this.#allowedFrames + AUDIO_LOOKAHEAD_FRAMES) * AAC_FRAME_SAMPLES));
    this.#encode();
    this.#options.encoder.close();
  }

  #silence(count: number): void {
    this.#silenceSamples += count;
    this.#fifo.appendSilence(count);
  }

  #encode(): void {
    for (let samples = this.#fifo.next(); samples !== undefined; samples = this.#fifo.next()) {
      const encoded = this.#options.encoder.encode(samples, this.#nextFrame);
      this.#nextFrame += 1;
      for (const frame of encoded) {
        if (this.#isAllowed(frame)) this.#onFrame(frame);
        else this.#early.push(frame);
      }
    }
  }

  #isAllowed(frame: EncodedFrame | undefined): boolean {
    return frame !== undefined && frame.ptsTicks < this.#allowedFrames * AAC_FRAME_SAMPLES;
  }
}
