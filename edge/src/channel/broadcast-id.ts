import { BROADCAST_PRIVACY, BroadcastId } from '@sluice/contracts';

/** Milliseconds since 1970 in base 36: nine digits last until the year 5188. */
const TIME_CHARS = 9;
/** 51 bits a millisecond: two edges that disagree on who owns a channel still never write the same keys. */
const RANDOM_CHARS = 10;
const BASE = 36;

export interface BroadcastIdParts {
  readonly nowMs: number;
  /** At least 10 bytes. */
  readonly random: Uint8Array;
  readonly isPrivate: boolean;
}

/** An id that sorts by time, and tells whether the broadcast is private. Pure. */
export function makeBroadcastId({ nowMs, random, isPrivate }: BroadcastIdParts): BroadcastId {
  const time = nowMs.toString(BASE).padStart(TIME_CHARS, '0');
  // 252 is the largest multiple of 36 in a byte; the few above it make 0 to 3 a little likelier, which harms nothing.
  const tail = Array.from(random.subarray(0, RANDOM_CHARS), (byte) => (byte % BASE).toString(BASE));
  const privacy = isPrivate ? BROADCAST_PRIVACY.private : BROADCAST_PRIVACY.open;
  return BroadcastId.parse(time + privacy + tail.join(''));
}

/** When a broadcast began, as its id says. */
export function broadcastBeganAtMs(broadcastId: BroadcastId): number {
  return Number.parseInt(broadcastId.slice(0, TIME_CHARS), BASE);
}
