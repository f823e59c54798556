/** What to do with a slot that has a new picture. */
export type LoadDecision = 'encode' | 'repeat';

/**
 * How far the slowest encoder may lie behind, and which share of new pictures is then still encoded. A repeated picture
 * needs no scaling, and costs an encoder less than a new one: much less where the picture is calm, little less where it
 * is noise. The grid stays whole either way.
 */
const LEVELS = [
  { behindMs: 0, everyNth: 1 },
  { behindMs: 400, everyNth: 2 },
  { behindMs: 1_000, everyNth: 4 },
  { behindMs: 2_000, everyNth: 16 },
] as const;
/**
 * This far behind not even repeated pictures are encoded in real time, and viewers have long run out of buffer. What
 * waits until then is references to a few pictures, not the pictures themselves.
 */
const BEHIND_MS_MAX = 15_000;

/** From here on what waits is not worth waiting for when the broadcast ends. */
const BEHIND_MS_AT_END_MAX = 1_000;

/** Sheds work, not time, when encoding cannot hold real time. */
export class LoadGovernor {
  #level = 0;

  /** Work is being shed. */
  get isOverloaded(): boolean {
    return this.#level > 0;
  }

  /** Encoding is so far behind that going on makes no sense. */
  isHopeless(behindMs: number): boolean {
    return behindMs > BEHIND_MS_MAX;
  }

  /** Behind by so much that a broadcast which is stopped ends with the segment that is being encoded. */
  isEndCut(behindMs: number): boolean {
    return behindMs > BEHIND_MS_AT_END_MAX;
  }

  decide(slot: number, behindMs: number): LoadDecision {
    this.#level = this.#levelAt(behindMs);
    return slot % (LEVELS[this.#level]?.everyNth ?? 1) === 0 ? 'encode' : 'repeat';
  }

  /** A level is left only at half of what it was entered at, so that it does not flutter. */
  #levelAt(behindMs: number): number {
    const entered = LEVELS.findLastIndex((level) => behindMs >= level.behindMs);
    if (entered >= this.#level) return entered;
    const enteredAtMs = LEVELS[this.#level]?.behindMs ?? 0;
    return behindMs < enteredAtMs / 2 ? this.#level - 1 : this.#level;
  }
}
