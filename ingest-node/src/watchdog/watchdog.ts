import { Worker } from 'node:worker_threads';
import type { WatchedBy } from './watched-by.ts';

/** How often the main thread says that it runs, and how often it is looked at. */
const BEAT_MS = 1_000;

/** It needs next to nothing; the heap of a thread is otherwise as large as that of the process. */
const HEAP_MEGABYTES = 32;

export interface WatchdogOptions {
  /** The event loop may stand for so long. */
  readonly standsMs: number;
  readonly nodeId: string;
  /** Nobody watches any more, for this reason. The node goes on. */
  readonly onGone: (why: string) => void;
  /** BEAT_MS, if absent. Tests do not wait. */
  readonly beatMs?: number;
}

/**
 * Ends the process when its event loop stands: nobody else would. A node that answers no health check is not replaced where
 * one that is full answers none either, and its broadcasts stand with it.
 */
export class Watchdog {
  readonly #beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #timer: NodeJS.Timeout;
  readonly #worker: Worker;

  constructor({ standsMs, nodeId, onGone, beatMs = BEAT_MS }: WatchdogOptions) {
    this.#timer = setInterval(() => Atomics.add(this.#beats, 0, 1), beatMs);
    this.#timer.unref();
    const watched: WatchedBy = { beats: this.#beats, beatMs, looksMax: Math.ceil(standsMs / beatMs), nodeId };
    this.#worker = new Worker(new URL('./watchdog-thread.ts', import.meta.url), {
      workerData: watched,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES, maxYoungGenerationSizeMb: 2 },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#worker.on('error', (error) => onGone(error instanceof Error ? error.message : 'error'));
    this.#worker.unref();
  }

  /** Nobody watches any more. Resolves when the thread is gone. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#worker.terminate();
  }
}
