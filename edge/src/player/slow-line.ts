/** A part that takes more of its own duration than this leaves no room for the sound and for the next hiccup. */
const SLOW_SHARE = 0.75;

/** A part, or a segment, and how it came. */
export interface LoadedMedia {
  readonly bytes: number;
  /** From its first byte on: before that it was waited for, which tells nothing of the line. */
  readonly firstByteAtMs: number;
  readonly lastByteAtMs: number;
  readonly durationS: number;
}

/**
 * What the line carries, in bits a second, if the media came hardly faster than it plays; `undefined` where there is room.
 *
 * hls.js weighs what it measures by the time that it took. A line that was fast has then been measured for an instant at
 * hundreds of Mbit/s, and it takes some twenty seconds of stalls until the average is down. So it is told. Pure.
 */
export function slowLineBps({ bytes, firstByteAtMs, lastByteAtMs, durationS }: LoadedMedia): number | undefined {
  const tookS = (lastByteAtMs - firstByteAtMs) / 1_000;
  return durationS > 0 && tookS > durationS * SLOW_SHARE ? (bytes * 8) / tookS : undefined;
}
