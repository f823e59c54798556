import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ, type MediaGrid, type RenditionId } from '@sluice/contracts';
import type { EncodedFrame } from '../media/encoded.ts';
import type { EncodedTrack, TrackSample, TrackSamples, TrackWallTime } from '../media/encoded-track.ts';
import { PassedFrames } from './passed-frames.ts';
import { unbrokenFrom } from './unbroken-run.ts';

/** What comes again after a reconnect, at most, and as it was. What lies further back is another clock. */
const OVERLAP_S_MAX = 10;

/** A track's place on the broadcast's grid: what it is called, and which of its moments is which of its frames. */
interface LanePlace {
  readonly renditionId: RenditionId;
  readonly framesPerS: number;
  readonly frameTicks: number;
  readonly atTicks: number;
  readonly atFrame: number;
  readonly passed: PassedFrames;
}

/**
 * Where a sample belongs, seen from the frame that is due. `torn`: behind something that is missing, or in no line with
 * what was passed on. An encoder that starts again in its first seconds has the times of its last life, and other pictures.
 */
export type SampleFit = 'due' | 'known' | 'torn';

/** One track of a publisher's, and what is held of it: all of it before it has a place, nothing for long afterwards. */
export class TrackLane {
  readonly name: string;
  readonly track: EncodedTrack;
  readonly #held: TrackSample[] = [];
  #heldBytes = 0;
  #keptBytes = 0;
  #tornS = 0;
  #place: LanePlace | undefined;
  #dueFrame = 0;
  #capturedAt: TrackWallTime | undefined;
  #heldAtMs = 0;

  constructor(name: string, track: EncodedTrack) {
    this.name = name;
    this.track = track;
  }

  get held(): readonly TrackSample[] {
    return this.#held;
  }

  /** Of the media that is held. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Memory that what is held keeps: a payload is a view, and one byte of a fragment keeps all of it. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** How much media is held. */
  get heldS(): number {
    const [first] = this.#held;
    return first === undefined ? 0 : this.endS - this.timeS(first);
  }

  /** How much media was dropped for the gaps behind it, since the track last had a place. */
  get tornS(): number {
    return this.#tornS;
  }

  /** Where what is held ends, on the publisher's clock. */
  get endS(): number {
    const last = this.#held.at(-1);
    return last === undefined
      ? Number.NEGATIVE_INFINITY
      : this.timeS(last) + last.durationTicks / this.track.timescaleHz;
  }

  /** The wall time at which a moment of the publisher's clock would have come, had it been the end of a fragment. */
  cameAtMs(momentS: number): number {
    return this.#heldAtMs - (this.endS - momentS) * 1_000;
  }

  /** Of the frame that is due, since the broadcast's start. */
  get dueS(): number {
    return this.#place === undefined ? 0 : this.#dueFrame / this.#place.framesPerS;
  }

  get dueFrame(): number {
    return this.#dueFrame;
  }

  /** When a moment of the track was captured, as the publisher last said. */
  get capturedAt(): TrackWallTime | undefined {
    return this.#capturedAt;
  }

  timeS({ timeTicks }: Pick<TrackSample, 'timeTicks'>): number {
    return timeTicks / this.track.timescaleHz;
  }

  hold({ samples, capturedAt }: Pick<TrackSamples, 'samples' | 'capturedAt'>, wallMs: number): void {
    this.#capturedAt = capturedAt ?? this.#capturedAt;
    this.#heldAtMs = wallMs;
    for (const sample of samples) this.#holdOne(sample);
  }

  /** What lies before this moment is not needed. */
  dropBefore(index: number): void {
    const dropped = this.#held.splice(0, index);
    for (const [at, { payload }] of dropped.entries()) {
      this.#heldBytes -= payload.length;
      // The last of its fragment.
      const next = dropped[at + 1] ?? this.#held[0];
      if (next?.payload.buffer !== payload.buffer) this.#keptBytes -= payload.buffer.byteLength;
    }
  }

  /** Only what lies behind the last gap can be begun with, and measured. */
  dropTorn(): void {
    for (;;) {
      const [first] = this.#held;
      // A long gap hides a short one.
      const index = unbrokenFrom(this.#held, this.track);
      const last = this.#held[index - 1];
      if (first === undefined || last === undefined) return;
      this.#tornS += this.timeS(last) - this.timeS(first);
      this.dropBefore(index);
    }
  }

  clear(): void {
    this.dropBefore(this.#held.length);
  }

  /** The sample that is held at `index` becomes this frame of the rendition, and those after it follow. */
  begin(at: {
    readonly index: number;
    readonly frame: number;
    readonly renditionId: RenditionId;
    readonly grid: MediaGrid;
  }): void {
    const { index, frame, renditionId, grid } = at;
    this.dropBefore(index);
    this.#tornS = 0;
    const { num, den } = grid.frameRate;
    const isPicture = this.track.kind === 'video';
    const framesPerS = isPicture ? num / den : AUDIO_SAMPLE_RATE_HZ / AAC_FRAME_SAMPLES;
    this.#place = {
      renditionId,
      framesPerS,
      frameTicks: isPicture ? grid.frameDurationTicks : AAC_FRAME_SAMPLES,
      atTicks: this.#held[0]?.timeTicks ?? 0,
      atFrame: frame,
      passed: new PassedFrames(Math.ceil(OVERLAP_S_MAX * framesPerS)),
    };
    this.#dueFrame = frame;
  }

  /** How the first sample that is held fits. */
  fit(): SampleFit | undefined {
    const [sample] = this.#held;
    const place = this.#place;
    if (sample === undefined || place === undefined) return undefined;
    const elapsedS = (sample.timeTicks - place.atTicks) / this.track.timescaleHz;
    const frame = place.atFrame + Math.round(elapsedS * place.framesPerS);
    if (frame === this.#dueFrame) return 'due';
    if (frame > this.#dueFrame || this.#dueFrame - frame > OVERLAP_S_MAX * place.framesPerS) return 'torn';
    // What lies before the first was never passed on, and is of no use.
    return frame < place.atFrame || place.passed.isSame(frame, sample.payload) ? 'known' : 'torn';
  }

  /** The first sample that is held, as the frame that is due. */
  takeFrame(): EncodedFrame | undefined {
    const [sample] = this.#held;
    const place = this.#place;
    if (sample === undefined || place === undefined) return undefined;
    this.dropBefore(1);
    place.passed.note(this.#dueFrame, sample.payload);
    const ptsTicks = this.#dueFrame * place.frameTicks;
    this.#dueFrame += 1;
    const { isKeyframe, payload } = sample;
    return { renditionId: place.renditionId, ptsTicks, durationTicks: place.frameTicks, isKeyframe, payload };
  }

  #holdOne(sample: TrackSample): void {
    const last = this.#held.at(-1);
    if (last !== undefined && sample.timeTicks <= last.timeTicks) {
      if (this.#isKnown(sample, last)) return;
      // It is of another clock or another encoding: what is held goes with nothing that comes.
      this.clear();
    }
    const { buffer, length } = sample.payload;
    if (this.#held.at(-1)?.payload.buffer !== buffer) this.#keptBytes += buffer.byteLength;
    this.#heldBytes += length;
    this.#held.push(sample);
  }

  /** Of a sample that is not later than the last one that is held: whether it is held already, or was before those. */
  #isKnown(sample: TrackSample, last: TrackSample): boolean {
    if (last.timeTicks - sample.timeTicks > OVERLAP_S_MAX * this.track.timescaleHz) return false;
    const held = this.#held[firstFrom(this.#held, sample.timeTicks)];
    if (held === undefined) return false;
    if (held.timeTicks > sample.timeTicks) return held === this.#held[0];
    return Buffer.compare(held.payload, sample.payload) === 0;
  }
}

/** The index of the first sample that is not before this time, of samples in the order of theirs. */
function firstFrom(samples: readonly TrackSample[], timeTicks: number): number {
  let from = 0;
  let until = samples.length;
  while (from < until) {
    const middle = (from + until) >> 1;
    if ((samples[middle]?.timeTicks ?? timeTicks) < timeTicks) from = middle + 1;
    else until = middle;
  }
  return from;
}
