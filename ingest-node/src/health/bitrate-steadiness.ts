const SECONDS = 30;
/** Lateness that no buffer of ours notices. Without it a large picture beside the edge of a second would be in both. */
const TOLERATED_MS = 250;
/** The part of the mean by which the seconds may differ from what they should be. */
const DEVIATION_MAX = 0.5;
/** Less than this is no burden to any connection, and a few packets make all of the difference. */
const BITRATE_BPS_MIN = 100_000;

interface Second {
  readonly index: number;
  cameBytes: number;
  meantBytes: number;
}

/**
 * Whether the bitrate of the last half minute was unstable by itself, and not for what the picture shows. The same
 * bytes are laid out in seconds twice: as they came, and as they would have come without a wait on the way, by the
 * publisher's own clock. A still slide with one large keyframe in two seconds, a cut, or an encoder that saves on quiet
 * scenes is the same in both. Stalls and bursts are not. The measure is the mean difference of the two, against the
 * mean of either.
 */
export class BitrateSteadiness {
  #seconds: Second[] = [];
  #sinceMs: number | undefined;

  add({ sizeBytes, lateMs, nowMs }: { sizeBytes: number; lateMs: number; nowMs: number }): void {
    this.#sinceMs ??= nowMs;
    const oldest = secondOf(nowMs) - SECONDS;
    if (this.#seconds.some(({ index }) => index < oldest)) {
      this.#seconds = this.#seconds.filter(({ index }) => index >= oldest);
    }
    const meantMs = nowMs - (lateMs > TOLERATED_MS ? lateMs : 0);
    this.#second(secondOf(nowMs)).cameBytes += sizeBytes;
    this.#second(Math.max(oldest, secondOf(meantMs))).meantBytes += sizeBytes;
  }

  /** Of the last 30 whole seconds; nothing is known before there are so many. */
  isUnstable(nowMs: number): boolean {
    if (this.#sinceMs === undefined || secondOf(nowMs) - secondOf(this.#sinceMs) <= SECONDS) return false;
    const seconds = this.#seconds.filter(({ index }) => index >= secondOf(nowMs) - SECONDS && index < secondOf(nowMs));
    const sumBytes = seconds.reduce((sum, { cameBytes }) => sum + cameBytes, 0);
    if ((sumBytes * 8) / SECONDS < BITRATE_BPS_MIN) return false;
    const differenceBytes = seconds.reduce(
      (sum, { cameBytes, meantBytes }) => sum + Math.abs(cameBytes - meantBytes),
      0,
    );
    return differenceBytes > DEVIATION_MAX * sumBytes;
  }

  /** When things came until now was not left to the publisher. */
  clear(): void {
    this.#seconds = [];
    this.#sinceMs = undefined;
  }

  #second(index: number): Second {
    // Nearly always the newest.
    const known = this.#seconds.findLast((second) => second.index === index);
    if (known !== undefined) return known;
    const second: Second = { index, cameBytes: 0, meantBytes: 0 };
    this.#seconds.push(second);
    return second;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1_000);
}
