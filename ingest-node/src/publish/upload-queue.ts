import { setTimeout as sleep } from 'node:timers/promises';
import { type MediaObject, type MediaStore, StoreError } from './media-store.ts';
import type { RenditionShedding } from './rendition-shedding.ts';

/** What is put first, and given up last: init segments, then parts, then whole segments, which parts can stand in for. */
const KIND_ORDER = { init: 0, part: 1, segment: 2 } as const;

export interface Upload {
  readonly kind: keyof typeof KIND_ORDER;
  /** Rank of its rendition, from 0; the highest one is the first to be given up. */
  readonly rank: number;
  /** It is a segment's first part: a rendition that was shed can come back with it. */
  readonly startsSegment: boolean;
  /**
   * Viewers have the beginning of its segment. Then it is kept for longer: without the rest hls.js stands still for
   * good (docs/adr/0016), and gets over segments that are missing as a whole.
   */
  completesSegment(): boolean;
  readonly object: MediaObject;
  onStored(): void;
  /** It will never be there. */
  onLost(error: StoreError): void;
}

export interface UploadLimits {
  /**
   * Bytes of objects that are not confirmed yet. Above it storage is slower than real time, and the newest object of
   * the highest rank is given up, even on its way.
   */
  readonly heldBytesMax: number;
  /** PUTs on their way at once: a few parts of each rendition. */
  readonly putsMax: number;
  /** Of these, whole segments: parts must find room beside them. */
  readonly segmentPutsMax: number;
  /** An object that is not stored so long after it came is given up: viewers have long waited for it. */
  readonly giveUpAfterMs: number;
  /** The same, of what completes a segment: at most one segment of each rendition. */
  readonly completeWithinMs: number;
  /** Wait before the first repetition; doubled with each. */
  readonly backoffMs: number;
  readonly backoffMsMax: number;
  /**
   * A PUT that has no answer for so long, while no other one was answered either, is cut off and asked again on another
   * connection; doubled with each, so that storage which is merely slow gets its time.
   */
  readonly answerMs: number;
}

export const UPLOAD_LIMITS: Omit<UploadLimits, 'heldBytesMax'> = {
  putsMax: 32,
  segmentPutsMax: 8,
  giveUpAfterMs: 10_000,
  completeWithinMs: 120_000,
  backoffMs: 100,
  backoffMsMax: 2_000,
  answerMs: 2_000,
};

/** Why a PUT that hangs is asked again without a pause. */
const STORAGE_ANSWERS = 'storage answers others';

interface Job {
  readonly upload: Upload;
  readonly order: number;
  readonly cutOff: AbortController;
  timer?: NodeJS.Timeout;
  /** When the PUT that is on its way was begun; absent while it rests before the next one. */
  attemptAtMs?: number | undefined;
  /** Cuts the PUT that is on its way off, so that it is asked again. */
  retry: AbortController;
  /** It was given up for others; its PUT may still be on its way to its end. */
  shedAs?: StoreError;
}

export interface UploadListener {
  /** A PUT has to be repeated. */
  onTrouble(why: string): void;
  /** Renditions of these ranks are not put for now; none, if it is empty. */
  onShedding(ranks: readonly number[]): void;
}

/** Puts a broadcast's objects into the bucket, many at once, and holds no more than a bounded number of bytes. */
export class UploadQueue {
  readonly #store: MediaStore;
  readonly #limits: UploadLimits;
  readonly #waiting: Job[] = [];
  readonly #onTheirWay = new Set<Job>();
  #heldBytes = 0;
  #order = 0;
  #isAbandoned = false;
  #answeredAtMs = Number.NEGATIVE_INFINITY;
  #idle: PromiseWithResolvers<void> | undefined;
  /** Resolves when storage takes something again: then nobody waits for the end of a back-off. */
  #recovered = Promise.withResolvers<true>();
  readonly #shedding: RenditionShedding;
  readonly #listener: UploadListener;

  constructor(options: {
    readonly store: MediaStore;
    readonly limits: UploadLimits;
    readonly shedding: RenditionShedding;
    readonly listener: UploadListener;
  }) {
    this.#store = options.store;
    this.#limits = options.limits;
    this.#shedding = options.shedding;
    this.#listener = options.listener;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Parts (not segments) whose PUT is on its way: siblings of one that was just confirmed. */
  get partsOnTheirWay(): number {
    let count = 0;
    for (const { upload } of this.#onTheirWay) if (upload.kind === 'part') count += 1;
    return count;
  }

  add(upload: Upload): void {
    if (this.#isAbandoned) return;
    this.#decideShedding();
    if (!this.#isWelcome(upload)) {
      upload.onLost(tooSlow(upload));
      return;
    }
    this.#order += 1;
    const job: Job = { upload, order: this.#order, cutOff: new AbortController(), retry: new AbortController() };
    this.#waiting.push(job);
    this.#limitTime(job);
    this.#heldBytes += upload.object.bytes.length;
    this.#shed();
    this.#pump();
  }

  /** Resolves when nothing is held any more. */
  async whenIdle(): Promise<void> {
    if (this.#waiting.length === 0 && this.#onTheirWay.size === 0) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  /** Nothing is put any more, what is on its way is cut off, and nobody is told. */
  abandon(): void {
    this.#isAbandoned = true;
    for (const job of this.#waiting.splice(0)) this.#release(job);
    for (const job of this.#onTheirWay) job.cutOff.abort();
    this.#tellIdle();
  }

  #shed(): void {
    while (this.#heldBytes > this.#limits.heldBytesMax) {
      const job = firstToGiveUp([...this.#waiting, ...this.#onTheirWay]);
      if (job === undefined) return;
      this.#giveUp(job);
    }
  }

  #giveUp(job: Job): void {
    job.shedAs = tooSlow(job.upload);
    this.#release(job);
    const index = this.#waiting.indexOf(job);
    if (index < 0) {
      job.cutOff.abort();
    } else {
      this.#waiting.splice(index, 1);
      job.upload.onLost(job.shedAs);
    }
  }

  #isWelcome({ kind, rank, startsSegment }: Upload): boolean {
    if (kind === 'init') return true;
    const nowMs = performance.now();
    if (kind === 'segment') return this.#shedding.areSegmentsWelcome(nowMs);
    return this.#shedding.admits(rank, startsSegment, nowMs);
  }

  /** Looks at how storage does. Whole segments make room at once, for which parts can stand in. */
  #decideShedding(): void {
    const nowMs = performance.now();
    for (const { upload, attemptAtMs } of this.#onTheirWay) {
      if (upload.kind !== 'part' || attemptAtMs === undefined) continue;
      this.#shedding.unanswered({ rank: upload.rank, startedAtMs: attemptAtMs }, nowMs);
    }
    const hasChanged = this.#shedding.decide(nowMs);
    if (!this.#shedding.areSegmentsWelcome(nowMs)) {
      const held = [...this.#waiting, ...this.#onTheirWay];
      for (const job of held) if (job.upload.kind === 'segment' && job.shedAs === undefined) this.#giveUp(job);
    }
    if (hasChanged) this.#listener.onShedding(this.#shedding.shedRanks);
  }

  #limitTime(job: Job): void {
    const { giveUpAfterMs, completeWithinMs } = this.#limits;
    job.timer = setTimeout(() => {
      if (!job.upload.completesSegment()) return job.cutOff.abort();
      job.timer = setTimeout(() => job.cutOff.abort(), completeWithinMs - giveUpAfterMs);
    }, giveUpAfterMs);
  }

  #pump(): void {
    while (this.#onTheirWay.size < this.#limits.putsMax || this.#isStuck()) {
      const hasRoomForSegment = this.#onTheirWay.size < this.#limits.segmentPutsMax;
      const job = firstToPut(this.#waiting, hasRoomForSegment);
      if (job === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      this.#onTheirWay.add(job);
      void this.#run(job);
    }
  }

  /** Nothing that is on its way has an answer in time: one more finds out whether storage answers again. */
  #isStuck(): boolean {
    const sinceMs = performance.now() - this.#limits.answerMs;
    return [...this.#onTheirWay].every(({ attemptAtMs }) => attemptAtMs === undefined || attemptAtMs < sinceMs);
  }

  async #run(job: Job): Promise<void> {
    const error = await this.#put(job);
    this.#onTheirWay.delete(job);
    if (job.shedAs === undefined) this.#release(job);
    if (!this.#isAbandoned) {
      if (error === undefined) job.upload.onStored();
      else job.upload.onLost(job.shedAs ?? error);
      this.#pump();
    }
    this.#tellIdle();
  }

  /** Until it is stored, must not be repeated, or is too late. */
  async #put(job: Job): Promise<StoreError | undefined> {
    const {
      upload,
      cutOff: { signal },
    } = job;
    const { backoffMs: firstMs, backoffMsMax, answerMs } = this.#limits;
    for (let repeats = 0; ; repeats += 1) {
      const failure = await this.#attempt(job, answerMs * 2 ** repeats);
      if (failure === undefined || !failure.isRetryable) return failure;
      const backoffMs = Math.min(firstMs * 2 ** repeats, backoffMsMax);
      if (!signal.aborted) this.#listener.onTrouble(failure.message);
      const mayGoOn = job.retry.signal.reason === STORAGE_ANSWERS || (await this.#rest(backoffMs, signal));
      const isTime = !signal.aborted && mayGoOn;
      if (!isTime) return this.#tooLate(upload, failure);
    }
  }

  /** One PUT. `undefined`: it is stored. */
  async #attempt(job: Job, withinMs: number): Promise<StoreError | undefined> {
    const { upload, cutOff } = job;
    const attempt = { rank: upload.rank, startedAtMs: performance.now() };
    job.retry = new AbortController();
    job.attemptAtMs = attempt.startedAtMs;
    const patience = setInterval(() => this.#loseAnyPatience(job, withinMs), withinMs);
    try {
      await this.#store.put(upload.object, AbortSignal.any([cutOff.signal, job.retry.signal]));
      if (upload.kind === 'part') this.#shedding.confirmed(attempt, performance.now());
      this.#answers(job, attempt.startedAtMs);
      return undefined;
    } catch (error) {
      if (!job.retry.signal.aborted) return storeErrorOf(error, upload.object);
      if (upload.kind === 'part') this.#shedding.unanswered(attempt, performance.now());
      return unanswered(upload.object, performance.now() - attempt.startedAtMs);
    } finally {
      clearInterval(patience);
      job.attemptAtMs = undefined;
    }
  }

  /** While others are answered it is the line that is slow, and what was sent over it would have to be sent again. */
  #loseAnyPatience({ retry }: Job, withinMs: number): void {
    if (performance.now() - this.#answeredAtMs >= withinMs) retry.abort();
  }

  /**
   * Storage has answered a PUT that was begun then: nobody rests any more, and older ones that hang are asked again. A
   * larger one may only take longer on a thin line.
   */
  #answers(answered: Job, startedAtMs: number): void {
    this.#recovered.resolve(true);
    this.#recovered = Promise.withResolvers();
    this.#answeredAtMs = performance.now();
    const sinceMs = this.#answeredAtMs - this.#limits.answerMs;
    const sizeBytesMax = answered.upload.object.bytes.length;
    for (const { attemptAtMs, retry, upload } of this.#onTheirWay) {
      const isOlder = attemptAtMs !== undefined && attemptAtMs < sinceMs && attemptAtMs < startedAtMs;
      if (isOlder && upload.object.bytes.length <= sizeBytesMax) retry.abort(STORAGE_ANSWERS);
    }
  }

  /** `false`: it was cut off. */
  async #rest(backoffMs: number, signal: AbortSignal): Promise<boolean> {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    const slept = sleep(backoffMs, true, { signal: either }).catch(() => false);
    const isTime = await Promise.race([slept, this.#recovered.promise]);
    over.abort();
    return isTime && !signal.aborted;
  }

  #tooLate({ object: { key } }: Upload, cause: StoreError): StoreError {
    return new StoreError(`${key}: not stored in time`, { cause, isRetryable: false });
  }

  #release(job: Job): void {
    clearTimeout(job.timer);
    this.#heldBytes -= job.upload.object.bytes.length;
  }

  #tellIdle(): void {
    if (this.#waiting.length > 0 || this.#onTheirWay.size > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }
}

/** Init segments, then parts from the lowest rank up, then segments; the oldest first. */
function firstToPut(waiting: readonly Job[], hasRoomForSegment: boolean): Job | undefined {
  const candidates = waiting.filter(({ upload }) => upload.kind !== 'segment' || hasRoomForSegment);
  return candidates.sort((a, b) => byUrgency(a, b) || a.order - b.order)[0];
}

/** The newest of what would be put last. Without its init segment a rendition is nothing, so that one stays. */
function firstToGiveUp(held: readonly Job[]): Job | undefined {
  const candidates = held.filter(({ upload, shedAs }) => upload.kind !== 'init' && shedAs === undefined);
  return candidates.sort((a, b) => byUrgency(b, a) || b.order - a.order)[0];
}

function byUrgency(a: Job, b: Job): number {
  return KIND_ORDER[a.upload.kind] - KIND_ORDER[b.upload.kind] || a.upload.rank - b.upload.rank;
}

function storeErrorOf(cause: unknown, { key }: MediaObject): StoreError {
  if (cause instanceof StoreError) return cause;
  return new StoreError(`${key}: ${cause instanceof Error ? cause.name : 'error'}`, { cause, isRetryable: true });
}

function tooSlow({ object: { key } }: Upload): StoreError {
  return new StoreError(`${key}: storage is slower than real time`, { isRetryable: false });
}

function unanswered({ key }: MediaObject, withinMs: number): StoreError {
  return new StoreError(`${key}: no answer in ${Math.round(withinMs)} ms`, { isRetryable: true });
}
