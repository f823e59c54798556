import type { EdgeEvent } from '@sluice/contracts';
import type { EventDraft } from './event-draft.ts';

/**
 * Events of one channel that wait to be told. With one a minute of its audience they are a day and a half; of some 300
 * bytes each they are less than a megabyte of the object's memory. Beyond it figures of the audience go first, the oldest
 * before the others, for the next ones say more; then whatever is oldest.
 */
export const EVENTS_KEPT_MAX = 2_000;

/** What storage does not know yet. */
export interface OutboxChanges {
  readonly added: readonly EdgeEvent[];
  readonly removed: readonly number[];
}

/** Events of one channel, in the order in which they are told. Time is an argument. */
export class EventOutbox {
  #events: EdgeEvent[];
  #lastSequence: number;
  /** What is not stored is not told: an object that loses it sees the same again, and gives it another sequence. */
  #storedThrough: number;
  #removed: number[] = [];

  constructor(kept: { readonly events: readonly EdgeEvent[]; readonly lastSequence: number }) {
    this.#events = [...kept.events].sort((a, b) => a.sequence - b.sequence);
    this.#lastSequence = Math.max(kept.lastSequence, this.#events.at(-1)?.sequence ?? 0);
    this.#storedThrough = this.#lastSequence;
  }

  get size(): number {
    return this.#events.length;
  }

  /** Of all events that there ever were. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  /** Whether storage does not know all of it. */
  get isUnstored(): boolean {
    return this.#lastSequence > this.#storedThrough || this.#removed.length > 0;
  }

  /** Takes one more. What has no room any more for it is given back. */
  add(draft: EventDraft, nowMs: number): EdgeEvent | undefined {
    // The clock, so that an object that was emptied and counts anew uses none twice.
    this.#lastSequence = Math.max(this.#lastSequence + 1, nowMs);
    this.#events.push({ ...draft, sequence: this.#lastSequence });
    return this.#events.length > EVENTS_KEPT_MAX ? this.#removeOne() : undefined;
  }

  /** The next ones to tell, of those that are stored. */
  batch(countMax: number): EdgeEvent[] {
    const storedCount = this.#events.findIndex(({ sequence }) => sequence > this.#storedThrough);
    return this.#events.slice(0, Math.min(countMax, storedCount < 0 ? this.#events.length : storedCount));
  }

  /** They need not be told any more. */
  removeThrough(sequence: number): void {
    const count = this.#events.filter((event) => event.sequence <= sequence).length;
    for (const event of this.#events.splice(0, count)) this.#removed.push(event.sequence);
  }

  /** What changed since it was asked; asked once, it is taken as stored. */
  takeChanges(): OutboxChanges {
    const added = this.#events.filter((event) => event.sequence > this.#storedThrough);
    const removed = this.#removed.filter((sequence) => sequence <= this.#storedThrough);
    this.#storedThrough = this.#lastSequence;
    this.#removed = [];
    return { added, removed };
  }

  #removeOne(): EdgeEvent | undefined {
    const audience = this.#events.findIndex(({ kind }) => kind === 'audience');
    const [removed] = this.#events.splice(Math.max(0, audience), 1);
    if (removed !== undefined) this.#removed.push(removed.sequence);
    return removed;
  }
}
