import type { FrameRate } from '@sluice/contracts';
import type { TrackSample } from '../media/encoded-track.ts';
import { FRAME_RATES } from '../transcode/frame-rate.ts';

/** Over so many pictures times in whole milliseconds tell 29.97 from 30. */
export const PICTURES_MIN = 24;
/** Between 24 and 23.976 lies a thousandth; nothing else is as close. */
const DEVIATION_MAX = 0.004;

/** How many pictures a second these are: `undefined` while they are too few, `none` for a rate that no broadcast has. */
export function pictureRate(samples: readonly TrackSample[], timescaleHz: number): FrameRate | 'none' | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < PICTURES_MIN) return undefined;
  const fps = ((samples.length - 1) * timescaleHz) / (last.timeTicks - first.timeTicks);
  const deviation = ({ num, den }: FrameRate) => Math.abs(fps / (num / den) - 1);
  const nearest = FRAME_RATES.toSorted((one, other) => deviation(one) - deviation(other))[0];
  return nearest !== undefined && deviation(nearest) <= DEVIATION_MAX ? nearest : 'none';
}
