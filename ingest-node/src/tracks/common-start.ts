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
 * `undefined` while there is none. Looks at each sample about once, however many keyframes there are: it is looked for
 * again and again, on a thread that all channels share. Pure.
 */
export function commonStart({ lanes, frameRate, soundLeadS }: StartOptions): CommonStart | undefined {
  const pictures = lanes.filter(({ track }) => track.kind === 'video');
  const [first] = pictures;
  if (first === undefined) return undefined;
  const frameS = frameRate.den / frameRate.num;
  const cursors = lanes.map((lane) =>
    lane.track.kind === 'video'
      ? new EntryCursor({ lane, leadS: 0, frameS })
      : new EntryCursor({ lane, leadS: soundLeadS, frameS: SOUND_FRAME_S }),
  );
  for (const key of first.held) {
    if (!key.isKeyframe) continue;
    const startS = first.timeS(key);
    const indexes = entriesAt(cursors, startS);
    if (indexes === undefined) continue;
    const gopFrames = pictures.map((lane) => gopFrom(lane, indexes.get(lane) ?? 0));
    return gopFrames.every((frames) => frames > 0) ? { startS, indexes, gopFrames } : undefined;
  }
  return undefined;
}

/** Where every lane begins; `undefined`: not all of them can. */
function entriesAt(cursors: readonly EntryCursor[], startS: number): Map<TrackLane, number> | undefined {
  const indexes = new Map<TrackLane, number>();
  for (const cursor of cursors) {
    const index = cursor.entryAt(startS);
    if (index === undefined) return undefined;
    indexes.set(cursor.lane, index);
  }
  return indexes;
}

interface CursorOptions {
  readonly lane: TrackLane;
  /** How much earlier than the others it begins. */
  readonly leadS: number;
  readonly frameS: number;
}

/** The samples of one lane that a decoder can begin with, asked for at moments that only go forward. */
class EntryCursor {
  readonly lane: TrackLane;
  readonly #leadS: number;
  readonly #withinS: number;
  #index = 0;

  constructor({ lane, leadS, frameS }: CursorOptions) {
    this.lane = lane;
    this.#leadS = leadS;
    // A sound frame lies exactly between two moments as often as not.
    this.#withinS = (frameS / 2) * 1.001;
  }

  /** The index of the sample that is held at this moment, give or take half a frame. */
  entryAt(startS: number): number | undefined {
    const { held } = this.lane;
    const wantedS = startS - this.#leadS;
    for (let sample = held[this.#index]; sample !== undefined; sample = held[this.#index]) {
      const aheadS = this.lane.timeS(sample) - wantedS;
      if (aheadS > this.#withinS) return undefined;
      if (sample.isKeyframe && aheadS >= -this.#withinS) return this.#index;
      this.#index += 1;
    }
    return undefined;
  }
}

/** 0 while the next keyframe has not come. */
function gopFrom({ held }: TrackLane, index: number): number {
  const next = held.findIndex(({ isKeyframe }, at) => at > index && isKeyframe);
  return next === -1 ? 0 : next - index;
}
