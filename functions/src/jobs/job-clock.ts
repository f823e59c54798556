import type { Logger } from 'pino';
import type { JobQueue } from './job-queue.ts';
import type { JobRunner } from './job-runner.ts';

/** What another process adds to the same store is seen by then. */
const LOOK_MS_MAX = 60_000;
/** After a store that could not be read. */
const RETRY_MS = 1_000;

/** Runs jobs in a process that stays: it sleeps until the next one is due, and wakes for one that is due before. */
export class JobClock {
  readonly #log: Logger;
  readonly #nowMs: () => number;
  #runner: JobRunner | undefined;
  #queue: JobQueue | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #running: Promise<void> | undefined;
  #isClosed = false;

  constructor(log: Logger, nowMs: () => number) {
    this.#log = log;
    this.#nowMs = nowMs;
  }

  /** Begins, with what is due already. */
  start(queue: JobQueue, runner: JobRunner): void {
    this.#queue = queue;
    this.#runner = runner;
    this.wake(0);
  }

  /** Something is due then. */
  wake(atMs: number): void {
    if (this.#isClosed || this.#runner === undefined || atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    this.#timer = setTimeout(() => this.#due(), Math.max(0, Math.min(LOOK_MS_MAX, atMs - this.#nowMs())));
  }

  /** Resolves when no job is being done any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #due(): void {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    // What is added while jobs are done wakes it again.
    const before = this.#running ?? Promise.resolve();
    this.#running = before.then(() => this.#run());
  }

  async #run(): Promise<void> {
    if (this.#isClosed || this.#runner === undefined || this.#queue === undefined) return;
    try {
      await this.#runner.runDue();
      const nextAtMs = await this.#queue.nextAtMs();
      this.wake(Math.min(nextAtMs ?? Number.POSITIVE_INFINITY, this.#nowMs() + LOOK_MS_MAX));
    } catch (error) {
      this.#log.error({ err: error }, 'jobs could not be read');
      this.wake(this.#nowMs() + RETRY_MS);
    }
  }
}
