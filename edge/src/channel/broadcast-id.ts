import { BroadcastId } from '@sluice/contracts';

/** Milliseconds since 1970 in base 36: nine digits last until the year 5188. */
const TIME_CHARS = 9;
/** 57 bits: two edges that disagree on who owns a channel still never write the same keys. */
const RANDOM_CHARS = 11;
const BASE = 36;

/** An id that sorts by time. Pure: the caller brings the time and at least 11 random bytes. */
export function makeBroadcastId(nowMs: number, random: Uint8Array): BroadcastId {
  const time = nowMs.toString(BASE).padStart(TIME_CHARS, '0');
  // 252 is the largest multiple of 36 in a byte; the few above it make 0 to 3 a little likelier, which harms nothing.
  const tail = Array.from(random.subarray(0, RANDOM_CHARS), (byte) => (byte % BASE).toString(BASE));
  return BroadcastId.parse(time + tail.join(''));
}
