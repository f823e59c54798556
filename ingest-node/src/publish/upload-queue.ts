import type { MediaStore, StoreError } from './media-store.ts';
import { type PatienceLimits, PatientPuts } from './patient-puts.ts';
import type { RenditionShedding } from './rendition-shedding.ts';
import { firstToGiveUp, firstToPut, type OrderedUpload, tooSlow, type Upload } from './upload.ts';

export interface UploadLimits extends PatienceLimits {
  /**
   * Bytes of objects that are not confirmed yet. Above it storage is slower than real time, and the newest object of
   * the highest rank is given up, even on its way.
   */
  readonly heldBytesMax: number;
  /** PUTs on their way at once: a few parts of each rendition. */
  readonly putsMax: number;
  /** Of these, whole segments: parts must find room beside them. Beside so many PUTs no image is put either. */
  readonly segmentPutsMax: number;
  /** An object that is not stored so long after it came is given up: viewers have long waited for it. */
  readonly giveUpAfterMs: number;
  /** The same, of what completes a segment: at most one segment of each rendition. */
  readonly completeWithinMs: number;
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

interface Job extends OrderedUpload {
  readonly cutOff: AbortController;
  timer?: NodeJS.Timeout;
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
  readonly #limits: UploadLimits;
  readonly #puts: PatientPuts;
  readonly #waiting: Job[] = [];
  readonly #onTheirWay = new Set<Job>();
  #heldBytes = 0;
  #order = 0;
  #isAbandoned = false;
  #idle: PromiseWithResolvers<void> | undefined;
  readonly #shedding: RenditionShedding;
  readonly #listener: UploadListener;

  constructor(options: {
    readonly store: MediaStore;
    readonly limits: UploadLimits;
    readonly shedding: RenditionShedding;
    readonly listener: UploadListener;
  }) {
    const { store, limits, shedding, listener } = options;
    this.#limits = limits;
    this.#shedding = shedding;
    this.#listener = listener;
    this.#puts = new PatientPuts({ store, limits, shedding, onTrouble: (why) => listener.onTrouble(why) });
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
    const job: Job = { upload, order: this.#order, cutOff: new AbortController() };
    this.#waiting.push(job);
    this.#limitTime(job);
    this.#heldBytes += upload.object.bytes.length;
    this.#shed();
    this.#pump();
  }

  /** A segment of a rendition begins whose parts are promised, or not put at all: it goes and comes back with it. */
  segmentBegins(rank: number): void {
    this.#shedding.admits(rank, true, performance.now());
  }

  /** Nothing follows: resolves when nothing is held any more. Images that have to wait are not waited for. */
  async whenIdle(): Promise<void> {
    if (!this.#shedding.areSegmentsWelcome(performance.now())) this.#giveUpWaitingImages();
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
      const job = firstToGiveUp(this.#notShed);
      if (job === undefined) return;
      this.#giveUp(job);
    }
  }

  /** What is held, but for what is only awaited to its end. */
  get #notShed(): Job[] {
    return [...this.#waiting, ...this.#onTheirWay].filter(({ shedAs }) => shedAs === undefined);
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

  #isWelcome({ kind, rank, startsSegment, isPromised }: Upload): boolean {
    // An image can wait for better times, but not for long.
    if (kind === 'init' || kind === 'image' || isPromised) return true;
    const nowMs = performance.now();
    if (kind === 'segment') return this.#shedding.areSegmentsWelcome(nowMs);
    return this.#shedding.admits(rank, startsSegment, nowMs);
  }

  #giveUpWaitingImages(): void {
    for (const job of [...this.#waiting]) if (job.upload.kind === 'image') this.#giveUp(job);
  }

  /** Whether one more may be on its way, beside those that are. */
  #hasRoomFor(kind: Upload['kind']): boolean {
    if (kind === 'init' || kind === 'part') return true;
    if (this.#onTheirWay.size >= this.#limits.segmentPutsMax) return false;
    if (kind === 'segment') return true;
    const isOneOnItsWay = [...this.#onTheirWay].some(({ upload }) => upload.kind === 'image');
    return !isOneOnItsWay && this.#shedding.areSegmentsWelcome(performance.now());
  }

  /** Looks at how storage does. Whole segments make room at once, for which parts can stand in; and so do images. */
  #decideShedding(): void {
    const nowMs = performance.now();
    this.#puts.tellUnanswered(nowMs);
    const hasChanged = this.#shedding.decide(nowMs);
    if (!this.#shedding.areSegmentsWelcome(nowMs)) {
      for (const job of this.#notShed) if (this.#makesRoom(job)) this.#giveUp(job);
    }
    if (hasChanged) this.#listener.onShedding(this.#shedding.shedRanks);
  }

  /** An image that has not been begun costs nothing yet. */
  #makesRoom(job: Job): boolean {
    return job.upload.kind === 'segment' || (job.upload.kind === 'image' && this.#onTheirWay.has(job));
  }

  #limitTime(job: Job): void {
    const { giveUpAfterMs, completeWithinMs } = this.#limits;
    job.timer = setTimeout(() => {
      if (job.upload.kind === 'image') return this.#giveUpImage(job);
      if (!job.upload.completesSegment()) return job.cutOff.abort();
      job.timer = setTimeout(() => job.cutOff.abort(), completeWithinMs - giveUpAfterMs);
    }, giveUpAfterMs);
  }

  /** It may be waiting for what nothing is going to bring about. */
  #giveUpImage(job: Job): void {
    if (job.shedAs === undefined) this.#giveUp(job);
    this.#tellIdle();
  }

  #pump(): void {
    // Where all hang, one more finds out whether storage answers again.
    while (this.#onTheirWay.size < this.#limits.putsMax || this.#puts.areStuck) {
      const job = firstToPut(this.#waiting, (kind) => this.#hasRoomFor(kind));
      if (job === undefined) return;
      this.#waiting.splice(this.#waiting.indexOf(job), 1);
      this.#onTheirWay.add(job);
      void this.#run(job);
    }
  }

  async #run(job: Job): Promise<void> {
    const error = await this.#puts.put(job.upload, job.cutOff.signal);
    this.#onTheirWay.delete(job);
    if (job.shedAs === undefined) this.#release(job);
    if (!this.#isAbandoned) {
      if (error === undefined) job.upload.onStored();
      else job.upload.onLost(job.shedAs ?? error);
      this.#pump();
    }
    this.#tellIdle();
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
