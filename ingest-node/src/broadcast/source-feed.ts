import type { SourceEvent } from '../media/source.ts';
import type { PlayListener } from '../server/player.ts';
import { SourceMemory } from './source-memory.ts';

/**
 * What a player begins with at most: four seconds at 8 Mbit/s. A source with more since its last keyframe is played from
 * its next one on. Below a player's queue (`playQueueBytesMax`), so that it fits in at once.
 */
const FIRST_BYTES_MAX = 4 * 1_024 * 1_024;

export interface SourceFeedOptions {
  /** A listener threw; it is not called again. */
  onFault(error: unknown): void;
}

/** The source of one broadcast as it was pushed: what is remembered of it, and who listens. A listener never harms it. */
export class SourceFeed {
  readonly #options: SourceFeedOptions;
  readonly #memory = new SourceMemory();
  readonly #listeners = new Set<PlayListener>();
  #isOver = false;

  constructor(options: SourceFeedOptions) {
    this.#options = options;
  }

  /** For whoever decodes it. */
  get memory(): Pick<SourceMemory, 'events' | 'configurations'> {
    return this.#memory;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  push(event: SourceEvent): void {
    if (this.#isOver) return;
    this.#memory.push(event);
    if (this.#listeners.size === 0) return;
    for (const listener of [...this.#listeners]) this.#tell(listener, () => listener.onEvents([event]));
  }

  /** The publisher is another one: nothing of the last one is what the next player begins with. */
  restart(): void {
    this.#memory.clear();
    for (const listener of [...this.#listeners]) this.#tell(listener, () => listener.onRestart?.());
  }

  /** The broadcast is over. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#memory.clear();
    for (const listener of [...this.#listeners]) this.#tell(listener, () => listener.onEnd());
    this.#listeners.clear();
  }

  /** Gives what is needed to begin at once, and then all that comes. The answer ends it. */
  subscribe(listener: PlayListener): () => void {
    if (this.#isOver) {
      this.#tell(listener, () => listener.onEnd());
      return () => undefined;
    }
    const isTooMuch = this.#memory.sizeBytes > FIRST_BYTES_MAX;
    const first = isTooMuch ? this.#memory.configurations() : this.#memory.events();
    this.#listeners.add(listener);
    this.#tell(listener, () => listener.onEvents(first));
    return () => void this.#listeners.delete(listener);
  }

  #tell(listener: PlayListener, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#listeners.delete(listener);
      this.#options.onFault(error);
    }
  }
}
