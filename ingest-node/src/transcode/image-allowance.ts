/** Five times what a broadcast makes: a thumbnail in five seconds, and a sprite now and then. */
const IMAGES_PER_S = 1;
/** What was made while we were busy comes at once, and so does what the end of a broadcast brings. */
const IMAGES_AT_ONCE_MAX = 8;

/** How many images a transcoder may send: each is an object in the bucket, which is paid for. Pure. */
export class ImageAllowance {
  #left = IMAGES_AT_ONCE_MAX;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** One more came. `false`: that is more than any transcoder has a reason for. */
  take(nowMs: number): boolean {
    this.#left = Math.min(IMAGES_AT_ONCE_MAX, this.#left + ((nowMs - this.#atMs) / 1_000) * IMAGES_PER_S);
    this.#atMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
