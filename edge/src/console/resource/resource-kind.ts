import { onSignOut } from '../session/session.ts';

/** More than anybody goes back to; what was heard longest ago is forgotten. */
const KEPT_MAX = 60;

/** A kind of thing that the console shows, each one known by a key: how it is asked for, and what was last heard. */
export class ResourceKind<T> {
  readonly load: (key: string, signal: AbortSignal) => Promise<T>;
  /** From an answer to the next question; `undefined`: it is asked for once. */
  readonly everyMs: number | undefined;
  readonly #kept = new Map<string, T>();

  constructor(load: (key: string, signal: AbortSignal) => Promise<T>, everyMs?: number) {
    this.load = load;
    this.everyMs = everyMs;
    onSignOut(() => this.#kept.clear());
  }

  /** What was last heard, so that going back shows it at once. */
  recall(key: string): T | undefined {
    return this.#kept.get(key);
  }

  remember(key: string, value: T): void {
    this.#kept.delete(key);
    this.#kept.set(key, value);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }
}
