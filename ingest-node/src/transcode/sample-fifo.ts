import { AAC_FRAME_SAMPLES } from '@sluice/contracts';

/** One AAC frame's worth of stereo sound. */
export interface SampleFrame {
  readonly left: Float32Array;
  readonly right: Float32Array;
}

/** Over this many samples (5 ms) a step where two runs meet is levelled out; it would be heard as a click. */
const SEAM_SAMPLES = 240;

/**
 * Sound in runs of any length, out in frames of 1024 samples. Holds less than one frame after it was drained. Where a
 * run does not continue the one before it, the step between them fades instead of clicking.
 */
export class SampleFifo {
  #left = new Float32Array(AAC_FRAME_SAMPLES);
  #right = new Float32Array(AAC_FRAME_SAMPLES);
  #filled = 0;
  readonly #frames: SampleFrame[] = [];
  #last = { left: 0, right: 0 };
  /** What is still to be levelled: the step, and how many samples of it are done. */
  #seam: { readonly left: number; readonly right: number; done: number } | undefined;

  /** Appends a run. `isContinued`: it goes on where the last one ended. */
  append(left: Float32Array, right: Float32Array, isContinued: boolean): void {
    if (left.length === 0) return;
    if (!isContinued) this.#beginSeam(left[0] ?? 0, right[0] ?? 0);
    for (let at = 0; at < left.length; ) {
      const count = Math.min(left.length - at, AAC_FRAME_SAMPLES - this.#filled);
      this.#left.set(left.subarray(at, at + count), this.#filled);
      this.#right.set(right.subarray(at, at + count), this.#filled);
      this.#written(count);
      at += count;
    }
  }

  appendSilence(count: number): void {
    if (count > 0) this.#beginSeam(0, 0);
    for (let left = count; left > 0; ) {
      const run = Math.min(left, AAC_FRAME_SAMPLES - this.#filled);
      // The arrays are new and so full of zeros.
      this.#written(run);
      left -= run;
    }
  }

  /** The next whole frame. */
  next(): SampleFrame | undefined {
    return this.#frames.shift();
  }

  #beginSeam(left: number, right: number): void {
    const step = { left: this.#last.left - left, right: this.#last.right - right, done: 0 };
    this.#seam = step.left === 0 && step.right === 0 ? undefined : step;
  }

  #written(count: number): void {
    if (this.#seam !== undefined) this.#level(this.#seam, this.#filled, count);
    this.#filled += count;
    this.#last = { left: this.#left[this.#filled - 1] ?? 0, right: this.#right[this.#filled - 1] ?? 0 };
    if (this.#filled < AAC_FRAME_SAMPLES) return;
    this.#frames.push({ left: this.#left, right: this.#right });
    this.#left = new Float32Array(AAC_FRAME_SAMPLES);
    this.#right = new Float32Array(AAC_FRAME_SAMPLES);
    this.#filled = 0;
  }

  #level(seam: { readonly left: number; readonly right: number; done: number }, from: number, count: number): void {
    for (let index = from; index < from + count && seam.done < SEAM_SAMPLES; index += 1) {
      const share = 1 - seam.done / SEAM_SAMPLES;
      this.#left[index] = (this.#left[index] ?? 0) + seam.left * share;
      this.#right[index] = (this.#right[index] ?? 0) + seam.right * share;
      seam.done += 1;
    }
    if (seam.done >= SEAM_SAMPLES) this.#seam = undefined;
  }
}
