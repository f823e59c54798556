import type { DelayFloor } from './delay-floor.ts';

/** How long after its beginning, or a jump of its clock, a publisher's sound and picture take to find their places. */
const SETTLING_MS = 5_000;

/**
 * The distance of the newest sound from the newest picture, by the publisher's clock, against what it was when the
 * publisher began. It is read off the least delays of both in the last seconds, which is what smooths it: neither how
 * packets are interleaved, nor how long a picture lasts, nor a stall of the connection is in it. An encoder that sorts
 * its packets by time before it sends them holds the one back for the other instead: then nothing of a drift can be
 * seen from here.
 */
export class DriftWatch {
  readonly #picture: DelayFloor;
  readonly #sound: DelayFloor;
  #settlesAtMs: number;
  #startMs: number | undefined;

  constructor(floors: { readonly picture: DelayFloor; readonly sound: DelayFloor; readonly nowMs: number }) {
    this.#picture = floors.picture;
    this.#sound = floors.sound;
    this.#settlesAtMs = floors.nowMs + SETTLING_MS;
  }

  /** The publisher's clock has jumped for one of them. The other may follow, and before it has the two cannot be told. */
  jumped(nowMs: number): void {
    this.#settlesAtMs = nowMs + SETTLING_MS;
  }

  /** Called once a second. Positive where the sound is later than it was; `undefined` while it cannot be told. */
  look(nowMs: number): number | undefined {
    const pictureMs = this.#picture.leastMs;
    const soundMs = this.#sound.leastMs;
    const isOneAway = this.#picture.isStale(nowMs) || this.#sound.isStale(nowMs);
    // When it comes, its first second is not all that there is to know of it.
    if (isOneAway) this.#settlesAtMs = nowMs + SETTLING_MS;
    if (nowMs < this.#settlesAtMs || pictureMs === undefined || soundMs === undefined) return undefined;
    // A sound that arrives with a later time than its picture is played later.
    const distanceMs = pictureMs - soundMs;
    this.#startMs ??= distanceMs;
    return distanceMs - this.#startMs;
  }
}
