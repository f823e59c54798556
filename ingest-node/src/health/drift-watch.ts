import type { DelayFloor } from './delay-floor.ts';

/** How long after its beginning, or a jump of its clock, a publisher's sound and picture take to find their places. */
const SETTLING_MS = 5_000;
/** Sent sorted, neither of the two comes later than the other by more than a picture and a frame of sound last. */
const SORTED_MS_MAX = 100;

/**
 * The distance of the newest sound from the newest picture, by the publisher's clock, against what it was when the
 * publisher began. It is read off the least delays of both in the last seconds, which is what smooths it: neither how
 * packets are interleaved, nor how long a picture lasts, nor a stall of the connection is in it.
 *
 * It can only be seen of publishers that send what they have as soon as they have it, as cameras and phones do. OBS,
 * ffmpeg and GStreamer sort their packets by time first: whichever of sound and picture is stamped late waits for the
 * other, both come equally late, and what they carry may have drifted or not. Counting the sound's samples against its
 * timestamps does not tell either: most encoders make the timestamps by counting, and where they do not, the
 * transcoder resamples. Both against our clock would tell, but for a whole computer whose clock is off by as much as a
 * sound card's. So nothing is told of a publisher until its sound and picture have come apart.
 */
export class DriftWatch {
  readonly #picture: DelayFloor;
  readonly #sound: DelayFloor;
  #settlesAtMs: number;
  #startMs: number | undefined;
  #isUnsorted = false;

  constructor(floors: { readonly picture: DelayFloor; readonly sound: DelayFloor; readonly nowMs: number }) {
    this.#picture = floors.picture;
    this.#sound = floors.sound;
    this.#settlesAtMs = floors.nowMs + SETTLING_MS;
  }

  /** The publisher's clock has jumped for one of them. The other may follow, and before it has the two cannot be told. */
  jumped(nowMs: number): void {
    this.#settlesAtMs = nowMs + SETTLING_MS;
  }

  /**
   * Called once a second. Positive where the sound is later than it was; `undefined` while it cannot be told, which of a
   * publisher that sorts is always.
   */
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
    this.#isUnsorted ||= Math.abs(distanceMs) > SORTED_MS_MAX;
    return this.#isUnsorted ? distanceMs - this.#startMs : undefined;
  }
}
