import type { FrameRate } from '@sluice/contracts';

/** The rates a broadcast can have: those of cameras, films and screens. */
export const FRAME_RATES: readonly FrameRate[] = [
  { num: 24_000, den: 1_001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1_001 },
  { num: 30, den: 1 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1_001 },
  { num: 60, den: 1 },
];
export const FRAME_RATE_DEFAULT: FrameRate = { num: 30, den: 1 };

/** A source that says nothing of its rate is measured on this many frames: a third of a second at 30 fps. */
export const FRAMES_MEASURED_MAX = 10;
/** One that says it is believed when as many frames agree. */
const FRAMES_BELIEVED_MIN = 3;

/** A source this close to a rate is carried by it: one frame in fifty more or less is not seen, 60 % more work is felt. */
const TOLERANCE = 0.02;
/** Gaps between frames that differ by more than this from each other are a variable rate. RTMP rounds to 1 ms. */
const STEADY_TOLERANCE_US = 3_000;
/** Frames that come faster than stated by more than this, over the frames measured, prove the statement wrong. */
const STATED_EXCESS_MAX = 1.15;
/** Up to this rate a slow source is carried by a multiple of its own rate, so that every frame lasts equally long. */
const MULTIPLE_FPS_MAX = 30.1;

export function framesPerSecond(rate: FrameRate): number {
  return rate.num / rate.den;
}

/**
 * The rate of FRAME_RATES that carries `fps` and loses nothing; above 60 every second frame is left out first. A
 * measured rate is taken for a whole one: RTMP's milliseconds over ten frames cannot tell 29.97 from 30.
 */
export function carryingFrameRate(fps: number, source: 'stated' | 'measured'): FrameRate {
  let wanted = fps;
  while (wanted > 60 * (1 + TOLERANCE)) wanted /= 2;
  const known = source === 'stated' ? FRAME_RATES : FRAME_RATES.filter((rate) => rate.den === 1);
  const distance = (rate: FrameRate) => Math.abs(framesPerSecond(rate) - wanted);
  const nearest = known.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best), FRAME_RATE_DEFAULT);
  if (distance(nearest) <= TOLERANCE * wanted) return nearest;
  const multiple = known.find((rate) => {
    const times = framesPerSecond(rate) / wanted;
    return framesPerSecond(rate) <= MULTIPLE_FPS_MAX && Math.abs(times / Math.round(times) - 1) <= TOLERANCE / 4;
  });
  return multiple ?? known.find((rate) => framesPerSecond(rate) >= wanted) ?? { num: 60, den: 1 };
}

/** What a probe found. */
export interface FoundFrameRate {
  readonly frameRate: FrameRate;
  /** The gaps between the frames were not alike. */
  readonly isVariable: boolean;
  /** The source has more frames a second than the broadcast will have. */
  readonly isReduced: boolean;
}

/**
 * Finds a source's frame rate from what it says of itself and from its first frames, as soon as either is enough: the
 * broadcast begins no sooner. Frames are given in presentation order.
 */
export class FrameRateProbe {
  /** At most FRAMES_MEASURED_MAX: then the answer is there. */
  readonly #timesUs: number[] = [];
  #statedFps: number | undefined;

  /** What metadata or the codec's headers say. The first sane one stands. */
  state(fps: number | undefined): void {
    if (fps !== undefined && Number.isFinite(fps) && fps >= 1 && fps <= 480) this.#statedFps ??= fps;
  }

  frame(ptsUs: number): void {
    if (this.#timesUs.length < FRAMES_MEASURED_MAX) this.#timesUs.push(ptsUs);
  }

  /** The answer, or `undefined` while more frames are needed. */
  found(): FoundFrameRate | undefined {
    const gapsUs = this.#gapsUs();
    if (gapsUs.length >= FRAMES_BELIEVED_MIN - 1 && this.#statedFps !== undefined && isSteady(gapsUs)) {
      const measuredFps = 1e6 / mean(gapsUs);
      // Over so few frames milliseconds weigh much: this only asks whether the statement can be true.
      if (Math.abs(measuredFps / this.#statedFps - 1) < 0.06) return this.#answer(this.#statedFps, gapsUs, 'stated');
    }
    return this.#timesUs.length < FRAMES_MEASURED_MAX ? undefined : this.best();
  }

  /** The best answer with what there is, when no more can be waited for. */
  best(): FoundFrameRate {
    const gapsUs = this.#gapsUs();
    if (gapsUs.length < 2) {
      return this.#statedFps === undefined
        ? { frameRate: FRAME_RATE_DEFAULT, isVariable: false, isReduced: false }
        : this.#answer(this.#statedFps, gapsUs, 'stated');
    }
    if (isSteady(gapsUs)) return this.#answer(1e6 / mean(gapsUs), gapsUs, 'measured');
    // A live source (OBS, GStreamer) stamps frames unevenly, above all at its start. As long as they do not come faster
    // than it says, its word is good: a grid for its closest frames would cost more than the odd frame it saves.
    if (this.#statedFps !== undefined && 1e6 / mean(gapsUs) < STATED_EXCESS_MAX * this.#statedFps) {
      return this.#answer(this.#statedFps, gapsUs, 'stated');
    }
    const shortUs = shortGapUs(gapsUs);
    return this.#answer(Math.min(60, 1e6 / Math.max(shortUs, 1e6 / 60)), gapsUs, 'measured');
  }

  #answer(fps: number, gapsUs: readonly number[], source: 'stated' | 'measured'): FoundFrameRate {
    const frameRate = carryingFrameRate(fps, source);
    return {
      frameRate,
      isVariable: gapsUs.length >= 2 && !isSteady(gapsUs),
      isReduced: fps > framesPerSecond(frameRate) * 1.02,
    };
  }

  #gapsUs(): number[] {
    return this.#timesUs.slice(1).map((timeUs, index) => timeUs - (this.#timesUs[index] ?? timeUs));
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function isSteady(gapsUs: readonly number[]): boolean {
  const middle = mean(gapsUs);
  return middle > 0 && gapsUs.every((gap) => Math.abs(gap - middle) <= STEADY_TOLERANCE_US);
}

/** A short gap that is not the one odd one: the second shortest. */
function shortGapUs(gapsUs: readonly number[]): number {
  const sorted = gapsUs.filter((gap) => gap > 0).sort((a, b) => a - b);
  return sorted[Math.min(1, sorted.length - 1)] ?? 1e6 / 30;
}
