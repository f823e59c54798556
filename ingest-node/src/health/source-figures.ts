import type { SourcePacket } from '../media/source.ts';

/** How a source was in some seconds. What its protocol or its tracks cannot tell is absent. */
export interface SourceFigures {
  /** Pictures that came a second. */
  readonly fps: number;
  /** Of picture and sound, without what carries them. */
  readonly bitrateBps: number;
  /** The longest one. */
  readonly keyframeIntervalMs?: number;
  /**
   * How much later the sound is against the picture than it was when the publisher began. Negative: earlier. Absent of
   * publishers that sort what they send, as most programs do: it cannot be seen (DriftWatch).
   */
  readonly driftMs?: number;
  readonly rttMs?: number;
  /** The part of the packets whose first copy did not come. */
  readonly lossRatio?: number;
}

/** A packet without what is in it: when it should be decoded by the publisher's clock, and when it came by ours. */
export interface Arrival {
  readonly kind: SourcePacket['kind'];
  readonly isKeyframe: boolean;
  readonly sizeBytes: number;
  readonly dtsMs: number;
  readonly nowMs: number;
}
