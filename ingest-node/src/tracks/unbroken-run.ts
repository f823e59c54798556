import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';
import type { EncodedTrack, TrackSample } from '../media/encoded-track.ts';
import { PICTURES_MIN } from './track-rate.ts';

/** From one sample to the next, in frames: less is a clock that is rounded, more is a frame that is not there. */
const STEP_FRAMES_MAX = 1.5;
/** A step that is a gap at any frame rate, while nobody knows which it is. */
const STEP_S_MAX = 10;

/**
 * The index of the first sample behind the last gap; 0 where nothing is missing. Durations tell nothing of it: an
 * encoder that drops a picture shows the one before for longer. Pure.
 */
export function unbrokenFrom(samples: readonly TrackSample[], track: EncodedTrack): number {
  const stepTicksMax = Math.min(STEP_FRAMES_MAX * frameTicks(samples, track), STEP_S_MAX * track.timescaleHz);
  const index = samples.findLastIndex(({ timeTicks }, at) => {
    const before = samples[at - 1];
    return before !== undefined && timeTicks - before.timeTicks > stepTicksMax;
  });
  return Math.max(0, index);
}

/** How long a frame is. Of pictures that is their mean, which one that is missing hardly changes. */
function frameTicks(samples: readonly TrackSample[], { kind, timescaleHz }: EncodedTrack): number {
  if (kind === 'audio') return (AAC_FRAME_SAMPLES / AUDIO_SAMPLE_RATE_HZ) * timescaleHz;
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || samples.length < PICTURES_MIN) return Number.POSITIVE_INFINITY;
  return (last.timeTicks - first.timeTicks) / (samples.length - 1);
}
