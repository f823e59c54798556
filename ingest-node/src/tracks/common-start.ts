import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ, type FrameRate } from '@sluice/contracts';
import type { TrackLane } from './track-lane.ts';

const SOUND_FRAME_S = AAC_FRAME_SAMPLES / AUDIO_SAMPLE_RATE_HZ;

/** A moment at which all tracks can begin: the index of the sample of each that is held. */
export interface CommonStart {
  /** On the publisher's clock. */
  readonly startS: number;
  readonly indexes: ReadonlyMap<TrackLane, number>;
  /** Pictures from one keyframe to the next; the longest of all tracks. */
  readonly gopFrames: readonly number[];
}

export interface StartOptions {
  readonly lanes: readonly TrackLane[];
  readonly frameRate: FrameRate;
  /** How much before the pictures the sound's first frame lies on the grid. */
  readonly soundLeadS: number;
}

/**
 * The first moment from which on all tracks are there, with a keyframe in all pictures, and the one after it.
 * `undefined` while there is none. Pure.
 */
export function commonStart({ lanes, frameRate, soundLeadS }: StartOptions): CommonStart | undefined {
  const frameS = frameRate.den / frameRate.num;
  const pictures = lanes.filter(({ track }) => track.kind === 'video');
  const [first] = pictures;
  if (first === undefined) return undefined;
  for (const key of keyframesOf(first)) {
    const startS = first.timeS(key);
    const indexes = new Map<TrackLane, number>();
    for (const lane of lanes) {
      const isPicture = lane.track.kind === 'video';
      const wantedS = isPicture ? startS : startS - soundLeadS;
      const index = nearest(lane, { wantedS, withinS: (isPicture ? frameS : SOUND_FRAME_S) / 2, isPicture });
      if (index !== undefined) indexes.set(lane, index);
    }
    if (indexes.size < lanes.length) continue;
    const gopFrames = pictures.map((lane) => gopFrom(lane, indexes.get(lane) ?? 0));
    return gopFrames.every((frames) => frames > 0) ? { startS, indexes, gopFrames } : undefined;
  }
  return undefined;
}

function keyframesOf({ held }: TrackLane) {
  return held.filter(({ isKeyframe }) => isKeyframe);
}

function nearest(
  lane: TrackLane,
  { wantedS, withinS, isPicture }: { readonly wantedS: number; readonly withinS: number; readonly isPicture: boolean },
): number | undefined {
  // A sound frame lies exactly between two moments as often as not.
  const toleranceS = withinS * 1.001;
  const index = lane.held.findIndex(
    (sample) => (!isPicture || sample.isKeyframe) && Math.abs(lane.timeS(sample) - wantedS) <= toleranceS,
  );
  return index === -1 ? undefined : index;
}

/** 0 while the next keyframe has not come. */
function gopFrom({ held }: TrackLane, index: number): number {
  const next = held.findIndex(({ isKeyframe }, at) => at > index && isKeyframe);
  return next === -1 ? 0 : next - index;
}
