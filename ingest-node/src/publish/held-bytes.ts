import { type BroadcastDescription, mediaGrid } from '@sluice/contracts';

/** Media that may wait for the bucket: at least this long, and at least this many segments. */
const HELD_S_MIN = 8;
const HELD_SEGMENTS_MIN = 3;
const BITS_PER_BYTE = 8;

/**
 * How much of a broadcast may wait for the bucket. `bitrateBpsMax`: all renditions together have no more, whatever each
 * of them is said to have. Pure.
 */
export function heldBytesMax(
  { profile, frameRate, renditions }: Pick<BroadcastDescription, 'profile' | 'frameRate' | 'renditions'>,
  bitrateBpsMax = Number.POSITIVE_INFINITY,
): number {
  const { framesPerSegment } = mediaGrid(profile, frameRate);
  const segmentS = (framesPerSegment * frameRate.den) / frameRate.num;
  const saidBps = renditions.reduce((sum, rendition) => sum + rendition.bitrateBpsMax, 0);
  const heldS = Math.max(HELD_S_MIN, HELD_SEGMENTS_MIN * segmentS);
  return Math.ceil((Math.min(saidBps, bitrateBpsMax) * heldS) / BITS_PER_BYTE);
}
