/** Of so many seconds that had pictures, and of these so many uneven: less is a moment, and not how a connection is. */
const SECONDS = 5;
const UNEVEN_SECONDS_MIN = 4;
/** How much later than another one a picture may come before viewers see that: as long as the frame clock waits for it. */
const TOLERATED_MS = 80;
/** Where this process was held up for longer, what came late may have waited here; such a second says nothing. */
const OWN_LAG_MS_MAX = 40;

interface Delays {
  leastMs: number;
  mostMs: number;
}

/**
 * Whether pictures come unevenly, second after second, as they come into this process: before anything is decoded, for
 * which they may wait as long as our CPU is busy. Delay is arrival by our clock against the publisher's own time. One
 * stall, or a way that becomes longer for good, is over in two seconds. Sound is not asked: MPEG-TS encoders put up to
 * a third of a second of it into one packet, so that much of it is always late.
 */
export class ArrivalEvenness {
  /** Newest last. */
  readonly #areUneven: boolean[] = [];
  #before: Delays | undefined;
  #now: Delays | undefined;

  picture(dtsMs: number, nowMs: number): void {
    const delayMs = nowMs - dtsMs;
    this.#now ??= { leastMs: delayMs, mostMs: delayMs };
    this.#now.leastMs = Math.min(this.#now.leastMs, delayMs);
    this.#now.mostMs = Math.max(this.#now.mostMs, delayMs);
  }

  /** A second is over, in which this process was held up for so long at most. Whether it has been uneven lately. */
  close(ownLagMs: number): boolean {
    const now = this.#now;
    // Without a picture nothing is known; whoever is silent for long is told so by others.
    if (now === undefined) return false;
    const leastMs = Math.min(now.leastMs, this.#before?.leastMs ?? now.leastMs);
    this.#areUneven.push(now.mostMs - leastMs > TOLERATED_MS && ownLagMs <= OWN_LAG_MS_MAX);
    if (this.#areUneven.length > SECONDS) this.#areUneven.shift();
    this.#before = now;
    this.#now = undefined;
    return this.#areUneven.filter((isUneven) => isUneven).length >= UNEVEN_SECONDS_MIN;
  }

  /** The publisher's clock has jumped, or when things came was not left to the publisher. */
  clear(): void {
    this.#areUneven.length = 0;
    this.#before = undefined;
    this.#now = undefined;
  }
}
