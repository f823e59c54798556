import { EDGE_EVENTS_PER_BATCH_MAX } from '@sluice/contracts';
import { z } from 'zod';

/** An answer that takes longer counts as none. */
export const ANSWER_MS_MAX = 10_000;
/** Doubled after each try that came to nothing. */
const RETRY_MS = { first: 1_000, max: 60_000 } as const;
/**
 * One event that is refused by itself, again and again for so long, is given up: it would be in the way of all that come
 * after it. Long enough for a control API that is just being replaced by one that knows it.
 */
export const REFUSED_MS_MAX = 10 * 60_000;

/** The one event that was refused by itself, and since when. Kept, for an object may not last that long. */
export const RefusedRecord = z.object({ sequence: z.int().positive(), sinceMs: z.int().positive() });
export type RefusedRecord = z.infer<typeof RefusedRecord>;

/** When the next events are told, and how many at once. Time is an argument. */
export class DeliveryPlan {
  #isUnderWay = false;
  #nextTryAtMs = 0;
  #failures = 0;
  #batchMax = EDGE_EVENTS_PER_BATCH_MAX;
  #refused: RefusedRecord | undefined;

  constructor(refused?: RefusedRecord) {
    this.#refused = refused;
    if (refused !== undefined) this.#batchMax = 1;
  }

  /** When it is to be tried again, also by another object if this one is lost in the meantime. */
  get nextTryAtMs(): number {
    return this.#nextTryAtMs;
  }

  get batchMax(): number {
    return this.#batchMax;
  }

  get refused(): RefusedRecord | undefined {
    return this.#refused;
  }

  /** Whether events may be sent now; then they are, until one of the next three is called. */
  begin(nowMs: number): boolean {
    // A clock that was set back must not put it off for longer than it ever waits.
    const isTooFar = this.#nextTryAtMs - nowMs > ANSWER_MS_MAX + RETRY_MS.max;
    if (this.#isUnderWay || (nowMs < this.#nextTryAtMs && !isTooFar)) return false;
    this.#isUnderWay = true;
    this.#nextTryAtMs = nowMs + ANSWER_MS_MAX + RETRY_MS.first;
    return true;
  }

  /** Events were taken: the next ones at once. */
  succeeded(nowMs: number): void {
    this.#failures = 0;
    this.#refused = undefined;
    this.#batchMax = Math.min(EDGE_EVENTS_PER_BATCH_MAX, this.#batchMax * 2);
    this.#tryAt(nowMs);
  }

  /** It says nothing of the events: the control API is away, or does not know this edge. */
  failed(nowMs: number): void {
    this.#tryAt(nowMs + Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** this.#failures));
    this.#failures += 1;
  }

  /**
   * Something in the batch was refused. Half of it is tried at once, until one event is left; `true`: that one is given
   * up.
   */
  wasRefused(sequences: readonly number[], nowMs: number): boolean {
    const [sequence] = sequences;
    if (sequence === undefined || sequences.length > 1) {
      this.#batchMax = Math.ceil(sequences.length / 2);
      this.#tryAt(nowMs);
      return false;
    }
    if (this.#refused?.sequence !== sequence) this.#refused = { sequence, sinceMs: nowMs };
    if (nowMs - this.#refused.sinceMs < REFUSED_MS_MAX) {
      this.failed(nowMs);
      return false;
    }
    this.succeeded(nowMs);
    return true;
  }

  #tryAt(timeMs: number): void {
    this.#isUnderWay = false;
    this.#nextTryAtMs = timeMs;
  }
}
