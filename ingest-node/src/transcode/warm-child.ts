import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { ChildCommand } from './child-command.ts';
import { spawnTranscoderChild } from './transcoder.ts';

export interface WarmChildOptions {
  readonly logger: Logger;
  /** Another program instead of the child; tests give ones that die. */
  readonly command?: ChildCommand;
  readonly limits?: Partial<WarmChildLimits>;
}

export interface WarmChildLimits {
  /** The next spare is begun so long after one was taken: a broadcast that just begins needs the CPU more. */
  readonly refillAfterMs: number;
  /** After a spare that died by itself; doubled with each that follows, and never more than the most. */
  readonly retryAfterMs: number;
  readonly retryAfterMsMax: number;
  /** A spare whose pipe was closed ends by itself; one that does not is killed after this. */
  readonly killAfterMs: number;
}

const LIMITS: WarmChildLimits = {
  refillAfterMs: 3_000,
  retryAfterMs: 1_000,
  retryAfterMsMax: 60_000,
  killAfterMs: 2_000,
};

/**
 * One transcoder child kept ahead: started and loaded, so that a broadcast begins a fifth of a second sooner. It holds
 * nothing but its libraries, and ends with us, since its pipe does.
 */
export class WarmChild {
  readonly #options: WarmChildOptions;
  readonly #limits: WarmChildLimits;
  #spare: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #deathCount = 0;
  #isClosed = false;

  constructor(options: WarmChildOptions) {
    this.#options = options;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#fill();
  }

  /** A spare is there. */
  get isFilled(): boolean {
    return this.#spare !== undefined;
  }

  /** The spare, or a fresh child where there is none. It is the caller's: give it to a Transcoder at once. */
  take(): ChildProcess {
    const spare = this.#spare;
    this.#spare = undefined;
    this.#deathCount = 0;
    this.#refill(this.#limits.refillAfterMs);
    if (spare === undefined) return spawnTranscoderChild(this.#options.command);
    spare.removeAllListeners();
    return spare;
  }

  /** Ends the spare, and resolves when it is gone. A child that was taken is not touched. Idempotent. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare === undefined || hasEnded(spare)) return;
    spare.removeAllListeners();
    const gone = Promise.withResolvers<void>();
    spare.once('error', () => gone.resolve()).once('close', () => gone.resolve());
    for (const pipe of spare.stdio) pipe?.destroy();
    const kill = setTimeout(() => spare.kill('SIGKILL'), this.#limits.killAfterMs);
    await gone.promise;
    clearTimeout(kill);
  }

  #fill(): void {
    const spare = spawnTranscoderChild(this.#options.command);
    this.#spare = spare;
    // A program that is not there gives 'error' and no 'exit'.
    spare.once('error', (error) => this.#died(spare, error.message));
    spare.once('exit', (code, signal) => this.#died(spare, signal ?? `exit code ${code}`));
    for (const pipe of spare.stdio) pipe?.on('error', () => {});
  }

  #refill(afterMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => this.#fill(), afterMs);
    this.#timer.unref();
  }

  #died(spare: ChildProcess, how: string): void {
    if (this.#spare !== spare) return;
    this.#spare = undefined;
    const afterMs = Math.min(this.#limits.retryAfterMsMax, this.#limits.retryAfterMs * 2 ** this.#deathCount);
    this.#deathCount = Math.min(this.#deathCount + 1, 20);
    this.#options.logger.warn({ how, afterMs }, 'a spare child died');
    for (const pipe of spare.stdio) pipe?.destroy();
    this.#refill(afterMs);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
}
