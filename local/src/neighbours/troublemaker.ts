import { setTimeout as sleep } from 'node:timers/promises';
import type { PublisherProcess } from '../publish/publisher-process.ts';

/** So long a real encoder waits before it connects again. */
const RECONNECT_MS = 2_000;
const STALL_MS = 10_000;
const FLOOD_MS = 10_000;
/** Between two troubles it publishes as it should. */
const REST_MS = 6_000;

export type Trouble = 'killed' | 'stalls' | 'floods' | 'wild' | 'transcoder-killed';
export const TROUBLES: readonly Trouble[] = ['killed', 'stalls', 'floods', 'wild', 'transcoder-killed'];

export interface TroublemakerOptions {
  /** Starts a publisher of its channel. */
  publish(): PublisherProcess;
  /** Kills the transcoder of its channel. */
  killTranscoder(): Promise<void>;
}

/** A publisher to whom one thing after another happens. It connects again after each, as an encoder does. */
export class Troublemaker {
  readonly #options: TroublemakerOptions;
  readonly #counts = new Map<Trouble, number>();
  #publisher: PublisherProcess;

  constructor(options: TroublemakerOptions) {
    this.#options = options;
    this.#publisher = options.publish();
  }

  /** How often each thing happened. */
  get counts(): ReadonlyMap<Trouble, number> {
    return this.#counts;
  }

  /** Makes trouble until then. */
  async run(untilMs: number): Promise<void> {
    for (let turn = 0; Date.now() < untilMs; turn += 1) {
      const trouble = TROUBLES[turn % TROUBLES.length] ?? 'killed';
      await this.#happen(trouble);
      this.#counts.set(trouble, (this.#counts.get(trouble) ?? 0) + 1);
      await this.#comeBack();
      await sleep(REST_MS);
    }
  }

  async #happen(trouble: Trouble): Promise<void> {
    const publisher = this.#publisher;
    switch (trouble) {
      case 'killed':
        await publisher.kill();
        return;
      case 'stalls':
        process.kill(publisher.pid, 'SIGSTOP');
        await Promise.race([publisher.ended, sleep(STALL_MS)]);
        process.kill(publisher.pid, 'SIGCONT');
        return;
      case 'floods':
        publisher.order({ order: 'flood', ms: FLOOD_MS });
        await Promise.race([publisher.ended, sleep(FLOOD_MS)]);
        return;
      case 'wild':
        publisher.order({ order: 'wild', ms: 36_000_000 });
        publisher.order({ order: 'jump', ms: -5_000 });
        return;
      case 'transcoder-killed':
        await this.#options.killTranscoder();
    }
  }

  /** Whoever was sent away, or is gone, tries until it is let in. */
  async #comeBack(): Promise<void> {
    while (await Promise.race([this.#publisher.ended.then(() => true), sleep(RECONNECT_MS).then(() => false)])) {
      await sleep(RECONNECT_MS);
      this.#publisher = this.#options.publish();
      await this.#publisher.publishing;
    }
  }
}
