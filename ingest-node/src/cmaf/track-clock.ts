import { CmafError } from './cmaf-error.ts';

/**
 * Finer clocks are told in microseconds. Ticks of 10 MHz that count from 1970 (Smooth Streaming's, and those of
 * unifiedstreaming/live-demo-cmaf) take more than the 53 bits of a number; microseconds have two centuries left.
 */
const TOLD_HZ_MAX = 1_000_000;

/**
 * A track's own clock, as its boxes have it, and the one that its times are told in: the same, or microseconds. Every
 * track is told from the same origin as it was, so that tracks of different clocks stay together. Pure.
 */
export class TrackClock {
  /** Of the times that are told. */
  readonly timescaleHz: number;
  /** Of the times in its boxes. */
  readonly ownTimescaleHz: number;

  constructor(ownTimescaleHz: number) {
    this.ownTimescaleHz = ownTimescaleHz;
    this.timescaleHz = Math.min(ownTimescaleHz, TOLD_HZ_MAX);
  }

  /** The nearest moment that can be told. Throws CmafError where it is beyond all clocks. */
  ticksOf(ownTicks: bigint): number {
    const isOwn = this.timescaleHz === this.ownTimescaleHz;
    const ticks = Number(isOwn ? ownTicks : divided(ownTicks * BigInt(this.timescaleHz), BigInt(this.ownTimescaleHz)));
    if (!Number.isSafeInteger(ticks)) throw new CmafError('number-too-large', 'a time of more than 53 bits');
    return ticks;
  }

  /** From one moment to another, so that what follows begins where it ends; at least a tick. */
  ticksBetween(startOwnTicks: bigint, endOwnTicks: bigint): number {
    return Math.max(1, this.ticksOf(endOwnTicks) - this.ticksOf(startOwnTicks));
  }
}

/** To the nearest; of a half, away from zero. The divisor is above it. */
export function divided(dividend: bigint, divisor: bigint): bigint {
  const half = dividend < 0n ? -divisor : divisor;
  return (dividend * 2n + half) / (divisor * 2n);
}
