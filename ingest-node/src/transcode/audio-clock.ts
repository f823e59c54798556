import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';

/** What to do with a run of samples so that it stands where it belongs. In this order: cut, silence, write. */
export interface AudioPlacement {
  /** Samples to leave out at its beginning: their time is already written. All of them where it comes too late. */
  readonly cutSamples: number;
  /** Samples of silence to write before it. */
  readonly silenceSamples: number;
  /** From now on make `deltaSamples` more (or fewer) out of the next `overSamples`; absent: go on as before. */
  readonly compensation?: { readonly deltaSamples: number; readonly overSamples: number };
}

export interface AudioClockOptions {
  /** When sample 0 is. */
  readonly startUs: number;
  /** The sample that is written first. */
  readonly firstSample: number;
  /** Sound that is not there this long after its time is silence; see `waitFor`. */
  readonly lateUs: number;
}

/** Off by more than this is a gap or an overlap, and is closed at once. Less is drift, and closed inaudibly. */
const OFF_SAMPLES_MAX = (AUDIO_SAMPLE_RATE_HZ * 50) / 1_000;
/** Off by less is nothing: RTMP's timestamps are rounded to whole milliseconds. */
const OFF_SAMPLES_IGNORED = AUDIO_SAMPLE_RATE_HZ / 1_000;
/** Drift is judged by the mean of about this long, so that jittering timestamps do not bend the pitch. */
const SMOOTHED_OVER_SAMPLES = AUDIO_SAMPLE_RATE_HZ;
const CORRECTED_OVER_SAMPLES = AUDIO_SAMPLE_RATE_HZ / 2;
/** 0.3 %: five hundredths of a semitone. */
const CORRECTION_SAMPLES_MAX = Math.round(CORRECTED_OVER_SAMPLES * 0.003);
/** Without sound for so long, it is taken for absent. */
const ABSENT_AFTER_US = 500_000;
/**
 * How far ahead of the clock silence is written while sound is absent: the AAC encoder looks two frames ahead and video
 * goes out at the beginning of its frame, so that much is needed for an audio part to be out with the video's.
 */
const AHEAD_SAMPLES = 4 * AAC_FRAME_SAMPLES;

/** Places sound on the broadcast's samples: none missing, none twice, in step with the clock. Only counts; holds none. */
export class AudioClock {
  readonly #options: AudioClockOptions;
  #lateUs: number;
  #written: number;
  #offMean = 0;
  #sinceCorrected = 0;
  #lastSoundUs = Number.NEGATIVE_INFINITY;
  /** The next run is put exactly where it belongs: it follows silence, or an overlap of which more is to be cut. */
  #isAligning = true;

  constructor(options: AudioClockOptions) {
    this.#options = options;
    this.#lateUs = options.lateUs;
    this.#written = options.firstSample;
  }

  /** Samples from the broadcast's start that are written; the next one's number. */
  get writtenSamples(): number {
    return this.#written;
  }

  /** When advance() has something to do even if nothing comes. */
  get deadlineUs(): number {
    const writtenUs = this.#options.startUs + (this.#written * 1e6) / AUDIO_SAMPLE_RATE_HZ;
    const aheadUs = ((AHEAD_SAMPLES - AAC_FRAME_SAMPLES) * 1e6) / AUDIO_SAMPLE_RATE_HZ;
    const absentUs = Math.max(writtenUs - aheadUs, this.#lastSoundUs + ABSENT_AFTER_US);
    return Math.min(writtenUs + this.#lateUs, absentUs);
  }

  /** Waits for sound so long from now on, instead of the `lateUs` of before. */
  waitFor(lateUs: number): void {
    this.#lateUs = lateUs;
  }

  /** A run of `sampleCount` samples at 48 kHz whose first is at `timeUs`, there since `nowUs`. Counts it as written. */
  place(timeUs: number, sampleCount: number, nowUs: number): AudioPlacement {
    // Even where all of it comes too late: silence must not go on running ahead of sound that is there.
    this.#lastSoundUs = nowUs;
    const off = Math.round(this.#sampleAt(timeUs)) - this.#written;
    if (this.#isAligning || Math.abs(off) > OFF_SAMPLES_MAX) return this.#align(off, sampleCount);
    this.#written += sampleCount;
    this.#offMean += (off - this.#offMean) * Math.min(1, sampleCount / SMOOTHED_OVER_SAMPLES);
    this.#sinceCorrected += sampleCount;
    const deltaSamples = this.#correction();
    const plan = { cutSamples: 0, silenceSamples: 0 };
    return deltaSamples === 0 ? plan : { ...plan, compensation: { deltaSamples, overSamples: CORRECTED_OVER_SAMPLES } };
  }

  /** Samples of silence that must be written by now. Counts them as written. */
  advance(nowUs: number): number {
    if (nowUs < this.deadlineUs) return 0;
    const isAbsent = nowUs - this.#lastSoundUs >= ABSENT_AFTER_US;
    const until = isAbsent
      ? this.#sampleAt(nowUs) + AHEAD_SAMPLES
      : this.#sampleAt(nowUs - this.#lateUs) + AAC_FRAME_SAMPLES;
    return this.finish(Math.ceil(until));
  }

  /** Samples of silence up to sample number `until`. Counts them as written. */
  finish(until: number): number {
    const silenceSamples = Math.max(0, until - this.#written);
    this.#written += silenceSamples;
    if (silenceSamples > 0) this.#isAligning = true;
    return silenceSamples;
  }

  #align(off: number, sampleCount: number): AudioPlacement {
    const cutSamples = Math.min(sampleCount, Math.max(0, -off));
    const silenceSamples = Math.max(0, off);
    this.#written += silenceSamples + sampleCount - cutSamples;
    // What is left of an overlap is cut out of the next run, too.
    this.#isAligning = cutSamples === sampleCount;
    this.#offMean = 0;
    this.#sinceCorrected = 0;
    return { cutSamples, silenceSamples };
  }

  #correction(): number {
    if (this.#sinceCorrected < CORRECTED_OVER_SAMPLES || Math.abs(this.#offMean) < OFF_SAMPLES_IGNORED) return 0;
    this.#sinceCorrected = 0;
    const half = Math.round(this.#offMean / 2);
    return Math.max(-CORRECTION_SAMPLES_MAX, Math.min(CORRECTION_SAMPLES_MAX, half));
  }

  #sampleAt(timeUs: number): number {
    return ((timeUs - this.#options.startUs) * AUDIO_SAMPLE_RATE_HZ) / 1e6;
  }
}
