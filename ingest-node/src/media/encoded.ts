import type { BroadcastDescription, NextParts, RenditionId } from '@sluice/contracts';

/** Sent once by the transcoder, before its first frame. */
export interface EncodedBroadcast {
  readonly description: BroadcastDescription;
  /** The part that each rendition's first frame begins: that of the broadcast's start, where it is new. */
  readonly next: NextParts;
}

/** A broadcast that another encoder began, and that is to go on on its grid with the same renditions. */
export interface ContinuedBroadcast {
  readonly description: BroadcastDescription;
  /** The part that is due of each rendition. */
  readonly next: NextParts;
}

/** Whether encoders that go on begin with the part that is due of each rendition, so that nothing is left out. */
export function leavesNothingOut(made: NextParts, due: NextParts): boolean {
  const dueOf = new Map(Object.entries(due));
  return Object.entries(made).every(([id, { msn, partIndex }]) => {
    const own = dueOf.get(id);
    return own === undefined || msn < own.msn || (msn === own.msn && partIndex <= own.partIndex);
  });
}

/** Whether what two encoders make of a broadcast can be decoded with the same init segments. */
export function hasSameInits(one: BroadcastDescription, other: BroadcastDescription): boolean {
  return one.renditions.every(
    ({ id, configuration }) => other.renditions.find((each) => each.id === id)?.configuration === configuration,
  );
}

/**
 * One coded frame of a rendition, on the broadcast's grid: video frame n is at n * frameDurationTicks, audio frame n
 * at n * 1024, and none is ever missing but those of whole segments in which a picture rests. There are no B-frames, so
 * decode order is presentation order.
 */
export interface EncodedFrame {
  readonly renditionId: RenditionId;
  /** In the rendition's timescale, from the broadcast's start. */
  readonly ptsTicks: number;
  readonly durationTicks: number;
  readonly isKeyframe: boolean;
  /**
   * Length-prefixed NAL units, or one raw AAC frame. Our own encoders' are without parameter sets; those of a publisher
   * who has encoded them itself are as they came, perhaps with SPS, PPS, AUD and SEI.
   */
  readonly payload: Uint8Array;
}
