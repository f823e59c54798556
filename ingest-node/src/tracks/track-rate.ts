import type { FrameRate } from '@sluice/contracts';
import type { TrackSample } from '../media/encoded-track.ts';
import { FRAME_RATES } from '../transcode/frame-rate.ts';

/** On fewer the mean says nothing. */
export const PICTURES_MIN = 24;
/**
 * Of what is measured: times are rounded to a tick, and between 29.97 and 30 lies a thousandth. In milliseconds that is
 * more than a group of pictures.
 */
const SPAN_TICKS_MIN = 2_500;
/** Where ticks are longer than that no time tells them apart, and few rates are not whole in them. */
const SPAN_S_MAX = 4;
/** Between 25 and 24 lie forty thousandths; of the rates that are closer it is the nearest. */
const DEVIATION_MAX = 0.004;

/** How many pictures a second these are: `undefined` while they are too few, `none` for a rate that no broadcast has. */
export function pictureRate(samples: readonly TrackSample[], timescaleHz: number): FrameRate | 'none' | undefined {
  const { fps, spanTicks } = measured(samples, timescaleHz);
  if (fps === undefined || spanTicks < Math.min(SPAN_TICKS_MIN, SPAN_S_MAX * timescaleHz)) return undefined;
  const nearest = FRAME_RATES.toSorted((one, other) => deviation(fps, one) - deviation(fps, other))[0];
  return nearest !== undefined && deviation(fps, nearest) <= DEVIATION_MAX ? nearest : 'none';
}

/** Whether these can be of a rate that is known: `undefined` while they are too few. */
export function isAtRate(samples: readonly TrackSample[], timescaleHz: number, rate: FrameRate): boolean | undefined {
  const { fps } = measured(samples, timescaleHz);
  return fps === undefined ? undefined : deviation(fps, rate) <= DEVIATION_MAX;
}

function deviation(fps: number, { num, den }: FrameRate): number {
  return Math.abs(fps / (num / den) - 1);
}

function measured(
  samples: readonly TrackSample[],
  timescaleHz: number,
): { fps: number | undefined; spanTicks: number } {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < PICTURES_MIN)
    return { fps: undefined, spanTicks: 0 };
  const spanTicks = last.timeTicks - first.timeTicks;
  return { fps: ((samples.length - 1) * timescaleHz) / spanTicks, spanTicks };
}
