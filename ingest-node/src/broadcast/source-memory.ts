import type { SourceEvent } from '../media/source.ts';

/** Two seconds of the fastest source that is let in, with a margin; a longer GOP is not kept. */
const BYTES_MAX = 12 * 1024 * 1024;
const PACKETS_MAX = 2_000;

/**
 * What a decoder that starts now needs of a source: its configurations, and what came since its last keyframe. Holds
 * no more than BYTES_MAX and PACKETS_MAX; beyond them it waits for the next keyframe.
 */
export class SourceMemory {
  readonly #head = new Map<'metadata' | 'video-config' | 'audio-config', SourceEvent>();
  #packets: SourceEvent[] = [];
  #bytes = 0;
  /** What is held begins with a keyframe, or there is no video in it. */
  #isWhole = true;

  push(event: SourceEvent): void {
    if (event.kind !== 'video' && event.kind !== 'audio') {
      this.#head.set(event.kind, event);
      // What was coded for the one before is of no use with it.
      if (event.kind === 'video-config') this.#begin();
      return;
    }
    if (event.kind === 'video' && event.isKeyframe) this.#begin();
    if (!this.#isWhole) return;
    this.#packets.push(event);
    this.#bytes += event.payload.length;
    if (this.#bytes > BYTES_MAX || this.#packets.length > PACKETS_MAX) {
      this.#begin();
      this.#isWhole = false;
    }
  }

  /** Configurations first, then the packets in the order they came. */
  events(): readonly SourceEvent[] {
    return [...this.#head.values(), ...this.#packets];
  }

  /** The configurations alone: whoever decoded the packets did not survive it. */
  configurations(): readonly SourceEvent[] {
    return [...this.#head.values()];
  }

  /** Another publisher is there: nothing known of the one before holds. */
  clear(): void {
    this.#head.clear();
    this.#begin();
  }

  #begin(): void {
    this.#packets = [];
    this.#bytes = 0;
    this.#isWhole = true;
  }
}
