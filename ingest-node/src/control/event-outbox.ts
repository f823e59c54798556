import { randomUUID } from 'node:crypto';
import { EVENTS_PER_BATCH_MAX, type IngestEvent, type IngestEventsAnswer } from '@sluice/contracts';
import type { CallOutcome } from './json-call.ts';

/** Events that wait for the control API: an hour of a busy node. Beyond it figures go first, then the oldest. */
const WAITING_MAX = 2_000;
/** What happens together goes together. */
const GATHER_MS = 500;
const BACKOFF_MS = 1_000;
const BACKOFF_MS_MAX = 30_000;

type WithoutStamp<T> = T extends unknown ? Omit<T, 'eventId' | 'atMs'> : never;
/** An event as whoever notices it tells it. */
export type NoticedEvent = WithoutStamp<IngestEvent>;

export interface EventOutboxOptions {
  readonly send: (events: readonly IngestEvent[]) => Promise<CallOutcome<IngestEventsAnswer>>;
  readonly onTrouble: (why: string) => void;
  /** Tests do not wait. */
  readonly gatherMs?: number;
  readonly backoffMs?: number;
}

/** Tells the control API what happens to broadcasts: in batches, at least once, and never in anybody's way. */
export class EventOutbox {
  readonly #options: EventOutboxOptions;
  #waiting: IngestEvent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #failures = 0;

  constructor(options: EventOutboxOptions) {
    this.#options = options;
  }

  add(noticed: NoticedEvent): void {
    this.#waiting.push({ ...noticed, eventId: randomUUID(), atMs: Date.now() });
    if (this.#waiting.length > WAITING_MAX) this.#dropOne();
    if (this.#sending === undefined) this.#timer ??= this.#sendIn(this.#options.gatherMs ?? GATHER_MS);
  }

  /** Sends what is left, once, and stops. Never rejects. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    clearTimeout(this.#timer);
    while (this.#waiting.length > 0 && (await this.#sendBatch())) {
      // The next batch.
    }
    this.#waiting = [];
  }

  #dropOne(): void {
    const figures = this.#waiting.findIndex(({ kind }) => kind === 'figures' || kind === 'restream-status');
    this.#waiting.splice(Math.max(0, figures), 1);
  }

  #sendIn(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined;
      this.#sending = this.#sendAll().finally(() => {
        this.#sending = undefined;
        if (this.#waiting.length > 0) this.#timer ??= this.#sendIn(this.#backoffMs());
      });
    }, afterMs);
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0 && (await this.#sendBatch())) {
      // Until all are sent, or one batch is not.
    }
  }

  /** `false`: it has to be sent again. */
  async #sendBatch(): Promise<boolean> {
    const batch = this.#waiting.slice(0, EVENTS_PER_BATCH_MAX);
    const outcome = await this.#options.send(batch);
    if (outcome.kind === 'unreachable') {
      this.#failures += 1;
      this.#options.onTrouble(outcome.why);
      return false;
    }
    // What is refused would be refused again.
    if (outcome.kind === 'refused') this.#options.onTrouble(outcome.code);
    this.#failures = 0;
    const sent = new Set(batch);
    this.#waiting = this.#waiting.filter((event) => !sent.has(event));
    return true;
  }

  #backoffMs(): number {
    const firstMs = this.#options.backoffMs ?? BACKOFF_MS;
    return this.#failures === 0 ? 0 : Math.min(BACKOFF_MS_MAX, firstMs * 2 ** (this.#failures - 1));
  }
}
