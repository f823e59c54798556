export interface RecentLimits<Value> {
  /** Of all that is remembered. The oldest goes; what alone is larger than this is not remembered. */
  readonly bytesMax: number;
  sizeBytes(value: Value): number;
  /** How long it may be given again; 0: it is not remembered. */
  keepMs(value: Value): number;
}

interface Recent<Value> {
  readonly value: Value;
  readonly sizeBytes: number;
  readonly untilMs: number;
}

/** What each entry costs beside its value: key, map and object. It bounds how many there can be of small ones. */
const ENTRY_BYTES = 256;

/**
 * Answers of a moment ago, for those who come just after the others were served. Bounded in bytes and in time; the
 * first in is the first out, for live media is asked for in the order in which it comes. Time is an argument.
 */
export class RecentAnswers<Value> {
  readonly #limits: RecentLimits<Value>;
  readonly #recent = new Map<string, Recent<Value>>();
  #bytes = 0;

  constructor(limits: RecentLimits<Value>) {
    this.#limits = limits;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string, nowMs: number): Value | undefined {
    const recent = this.#recent.get(key);
    if (recent === undefined) return undefined;
    if (recent.untilMs > nowMs) return recent.value;
    this.#drop(key, recent);
    return undefined;
  }

  put(key: string, value: Value, nowMs: number): void {
    const keepMs = this.#limits.keepMs(value);
    const sizeBytes = this.#limits.sizeBytes(value) + ENTRY_BYTES;
    if (keepMs <= 0 || sizeBytes > this.#limits.bytesMax) return;
    const before = this.#recent.get(key);
    if (before !== undefined) this.#drop(key, before);
    for (const [oldKey, old] of this.#recent) {
      const isSpent = old.untilMs <= nowMs;
      if (!isSpent && this.#bytes + sizeBytes <= this.#limits.bytesMax) break;
      this.#drop(oldKey, old);
    }
    this.#recent.set(key, { value, sizeBytes, untilMs: nowMs + keepMs });
    this.#bytes += sizeBytes;
  }

  /** It is not true any more. */
  forget(key: string): void {
    const recent = this.#recent.get(key);
    if (recent !== undefined) this.#drop(key, recent);
  }

  #drop(key: string, { sizeBytes }: Recent<Value>): void {
    this.#recent.delete(key);
    this.#bytes -= sizeBytes;
  }
}
