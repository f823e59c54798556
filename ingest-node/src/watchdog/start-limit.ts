import { writeSync } from 'node:fs';
import { loadProcessEnd } from './process-end.ts';

const STDERR_FD = 2;
const MS_PER_S = 1_000;

/**
 * Ends the process when it has not started in time: it is alive and its loop turns, so nobody else would. Not by
 * `process.exit`, which waits for threads, and one of them may be what stands.
 */
export class StartLimit {
  readonly #timer: NodeJS.Timeout;

  private constructor(timer: NodeJS.Timeout) {
    this.#timer = timer;
  }

  /** Counts from now on. @param withinMs how long starting may take */
  static async begin(withinMs: number): Promise<StartLimit> {
    // Without koffi the first process of a container has only this.
    const endProcess = await loadProcessEnd().catch(() => () => process.exit(1));
    const timer = setTimeout(() => {
      say(`The ingest node did not start: it does not listen after ${withinMs / MS_PER_S} s\n`);
      endProcess();
    }, withinMs);
    return new StartLimit(timer);
  }

  /** It has started: the time does not count any more. */
  started(): void {
    clearTimeout(this.#timer);
  }
}

function say(line: string): void {
  try {
    writeSync(STDERR_FD, line);
  } catch {
    // Nobody reads it. That is no reason to go on.
  }
}
