import { setTimeout as sleep } from 'node:timers/promises';
import { type MediaObject, type MediaStore, StoreError } from './media-store.ts';
import type { RenditionShedding } from './rendition-shedding.ts';
import type { Upload } from './upload.ts';

/** Why a PUT that hangs is asked again without a pause. */
const STORAGE_ANSWERS = 'storage answers others';

export interface PatienceLimits {
  /** Wait before the first repetition; doubled with each. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  /**
   * A PUT that has no answer for so long, while no other one was answered either, is cut off and asked again on another
   * connection; doubled with each, so that storage which is merely slow gets its time.
   */
  readonly answerMs: number;
}

export interface PatientPutsOptions {
  readonly store: MediaStore;
  readonly limits: PatienceLimits;
  /** Hears how long the PUTs of parts take. */
  readonly shedding: Pick<RenditionShedding, 'confirmed' | 'unanswered'>;
  /** A PUT has to be repeated. */
  readonly onTrouble: (why: string) => void;
}

/** An object that is being put, over and over if need be. */
interface Putting {
  readonly upload: Upload;
  /** Of the request that is on its way; absent while it rests before the next one. */
  attempt?: { readonly startedAtMs: number; readonly retry: AbortController } | undefined;
}

/** PUTs that are asked again until they are confirmed, and that know of each other whether storage answers. */
export class PatientPuts {
  readonly #options: PatientPutsOptions;
  readonly #putting = new Set<Putting>();
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  /** Resolves when storage takes something again: then nobody waits for the end of a back-off. */
  #recovered = Promise.withResolvers<true>();

  constructor(options: PatientPutsOptions) {
    this.#options = options;
  }

  /** Nothing that is on its way has an answer in time. */
  get areStuck(): boolean {
    const sinceMs = performance.now() - this.#options.limits.answerMs;
    return [...this.#putting].every(({ attempt }) => attempt === undefined || attempt.startedAtMs < sinceMs);
  }

  /** Tells how long parts have been waiting for their answers. */
  tellUnanswered(nowMs: number): void {
    for (const { upload, attempt } of this.#putting) {
      if (upload.kind !== 'part' || attempt === undefined) continue;
      this.#options.shedding.unanswered({ rank: upload.rank, startedAtMs: attempt.startedAtMs }, nowMs);
    }
  }

  /** Until it is stored (`undefined`), must not be repeated, or was cut off. Never rejects. */
  async put(upload: Upload, cutOff: AbortSignal): Promise<StoreError | undefined> {
    const putting: Putting = { upload };
    this.#putting.add(putting);
    try {
      return await this.#repeat(putting, cutOff);
    } finally {
      this.#putting.delete(putting);
    }
  }

  async #repeat(putting: Putting, cutOff: AbortSignal): Promise<StoreError | undefined> {
    const { limits, onTrouble } = this.#options;
    for (let repeats = 0; ; repeats += 1) {
      const retry = new AbortController();
      const failure = await this.#attempt(putting, { cutOff, retry, withinMs: limits.answerMs * 2 ** repeats });
      if (failure === undefined || !failure.isRetryable) return failure;
      // An image is not worth a word: it may be given up at any time.
      if (!cutOff.aborted && putting.upload.kind !== 'image') onTrouble(failure.message);
      const backoffMs = Math.min(limits.backoffMs * 2 ** repeats, limits.backoffMsMax);
      const mayGoOn = retry.signal.reason === STORAGE_ANSWERS || (await this.#rest(backoffMs, cutOff));
      if (cutOff.aborted || !mayGoOn) return tooLate(putting.upload.object, failure);
    }
  }

  /** One PUT. `undefined`: it is stored. */
  async #attempt(
    putting: Putting,
    { cutOff, retry, withinMs }: { cutOff: AbortSignal; retry: AbortController; withinMs: number },
  ): Promise<StoreError | undefined> {
    const { store, shedding } = this.#options;
    const { upload } = putting;
    const attempt = { rank: upload.rank, startedAtMs: performance.now() };
    putting.attempt = { startedAtMs: attempt.startedAtMs, retry };
    const patience = setInterval(() => this.#loseAnyPatience(retry, withinMs), withinMs);
    try {
      await store.put(upload.object, AbortSignal.any([cutOff, retry.signal]));
      if (upload.kind === 'part') shedding.confirmed(attempt, performance.now());
      this.#answers(upload, attempt.startedAtMs);
      return undefined;
    } catch (error) {
      if (!retry.signal.aborted) return storeErrorOf(error, upload.object);
      if (upload.kind === 'part') shedding.unanswered(attempt, performance.now());
      return unanswered(upload.object, performance.now() - attempt.startedAtMs);
    } finally {
      clearInterval(patience);
      putting.attempt = undefined;
    }
  }

  /** While others are answered it is the line that is slow, and what was sent over it would have to be sent again. */
  #loseAnyPatience(retry: AbortController, withinMs: number): void {
    if (performance.now() - this.#answeredAtMs >= withinMs) retry.abort();
  }

  /**
   * Storage has answered a PUT that was begun then: nobody rests any more, and older ones that hang are asked again. A
   * larger one may only take longer on a thin line.
   */
  #answers({ object }: Upload, startedAtMs: number): void {
    this.#recovered.resolve(true);
    this.#recovered = Promise.withResolvers();
    this.#answeredAtMs = performance.now();
    const sinceMs = this.#answeredAtMs - this.#options.limits.answerMs;
    for (const { upload, attempt } of this.#putting) {
      if (attempt === undefined || attempt.startedAtMs >= Math.min(sinceMs, startedAtMs)) continue;
      if (upload.object.bytes.length <= object.bytes.length) attempt.retry.abort(STORAGE_ANSWERS);
    }
  }

  /** `false`: it was cut off. */
  async #rest(backoffMs: number, cutOff: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([cutOff, over.signal]);
    const slept = sleep(backoffMs, true, { signal: either }).catch(() => false);
    const isTime = await Promise.race([slept, this.#recovered.promise]);
    over.abort();
    return isTime && !cutOff.aborted;
  }
}

function storeErrorOf(cause: unknown, { key }: MediaObject): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError(`${key}: ${cause instanceof Error ? cause.name : 'error'}`, { cause, isRetryable: true });
}

function unanswered({ key }: MediaObject, afterMs: number): StoreError {
  return new StoreError(`${key}: no answer in ${Math.round(afterMs)} ms`, { isRetryable: true });
}

function tooLate({ key }: MediaObject, cause: StoreError): StoreError {
  return new StoreError(`${key}: not stored in time`, { cause, isRetryable: false });
}
