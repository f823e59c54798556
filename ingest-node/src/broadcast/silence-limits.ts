import { type LatencyProfileName, mediaGrid } from '@sluice/contracts';
import { FRAME_RATES } from '../transcode/frame-rate.ts';

/** How long the publisher on air may be silent before its place is another one's. */
export interface SilenceLimits {
  /** One that stands by on this node takes it. */
  readonly standbyMs: number;
  /** A backup that waits on another node gets the channel. */
  readonly handoverMs: number;
  /** Any other publisher of the channel is let in, even where a second is refused. */
  readonly quietMs: number;
}

/** Of a publisher of packets, which comes at least ten times a second. With the looks, a backup is on air within 2 s. */
const OF_PACKETS: SilenceLimits = { standbyMs: 1_500, handoverMs: 1_200, quietMs: 3_000 };
/** Whoever sends fragments may send a whole segment at once, and be as late with the next as segments are long. */
const SEGMENTS_SILENT = 2;

/** Of publishers of one source, or of renditions that are encoded already, for a channel of this profile. Pure. */
export function silenceLimits(isEncoded: boolean, profile: LatencyProfileName): SilenceLimits {
  if (!isEncoded) return OF_PACKETS;
  const moreMs = SEGMENTS_SILENT * segmentMsMax(profile);
  const { standbyMs, handoverMs, quietMs } = OF_PACKETS;
  return { standbyMs: standbyMs + moreMs, handoverMs: handoverMs + moreMs, quietMs: quietMs + moreMs };
}

/** Nobody knows the frame rate before media comes. */
function segmentMsMax(profile: LatencyProfileName): number {
  const segmentsMs = FRAME_RATES.map((frameRate) => {
    const { framesPerSegment } = mediaGrid(profile, frameRate);
    return (framesPerSegment * frameRate.den * 1_000) / frameRate.num;
  });
  return Math.ceil(Math.max(...segmentsMs));
}
