import { createHash } from 'node:crypto';
import { clientNetwork } from '../server/client-network.ts';
import type { PublishAttempt, PublishHandler, PublishRefusal } from '../server/publisher.ts';

/** SRT encoders that are refused connect again at once, a hundred times a second: one in so long is asked about. */
const REMEMBERED_MS = 1_000;
/** Above it the oldest is forgotten, and costs one question more. */
const ENTRIES_MAX = 1_024;

/** Answers who was just refused with the same refusal, without asking anybody. */
export class RefusalMemory {
  readonly #onPublish: PublishHandler;
  readonly #clockMs: () => number;
  readonly #refusals = new Map<string, { readonly refusal: PublishRefusal; readonly untilMs: number }>();

  constructor(onPublish: PublishHandler, clockMs: () => number) {
    this.#onPublish = onPublish;
    this.#clockMs = clockMs;
  }

  readonly publish: PublishHandler = async (attempt, handle) => {
    const key = keyOf(attempt);
    const remembered = this.#refusals.get(key);
    if (remembered !== undefined && this.#clockMs() < remembered.untilMs) {
      return { ok: false, refusal: remembered.refusal };
    }
    this.#refusals.delete(key);
    const answer = await this.#onPublish(attempt, handle);
    if (!answer.ok) this.#remember(key, answer.refusal);
    return answer;
  };

  #remember(key: string, refusal: PublishRefusal): void {
    this.#refusals.set(key, { refusal, untilMs: this.#clockMs() + REMEMBERED_MS });
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size > ENTRIES_MAX && oldest !== undefined) this.#refusals.delete(oldest);
  }
}

/** No stream key is kept. */
function keyOf({ clientAddress, streamKey, query }: PublishAttempt): string {
  return createHash('sha256')
    .update(JSON.stringify([clientNetwork(clientAddress), streamKey, query]))
    .digest('base64');
}
