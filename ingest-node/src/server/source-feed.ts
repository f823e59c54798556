import type { SourceConfig, SourceEvent, SourceMetadata, SourcePacket } from '../media/source.ts';
import type { PlayListener } from './player.ts';

/**
 * Kept of the source since its last keyframe, so that a player can begin at once: four seconds at 8 Mbit/s. A source with
 * more in between is played from its next keyframe on. Below a player's queue, so that it fits in at once.
 */
const KEPT_BYTES_MAX = 4 * 1_024 * 1_024;
/** Small packets cost as well: a minute of audio and video at 60 fps. */
const KEPT_PACKETS_MAX = 6_000;

export interface SourceFeedOptions {
  /** A listener threw; it is not called again. */
  onFault(error: unknown): void;
}

/** The source of one broadcast as it was pushed, for those who listen to it; a listener never harms the source. */
export class SourceFeed {
  readonly #options: SourceFeedOptions;
  readonly #listeners = new Set<PlayListener>();
  #metadata: SourceMetadata | undefined;
  #video: SourceConfig | undefined;
  #audio: SourceConfig | undefined;
  /** From the last keyframe on; empty while there is none that could be begun with. */
  #kept: SourcePacket[] = [];
  #keptBytes = 0;
  #isOver = false;

  constructor(options: SourceFeedOptions) {
    this.#options = options;
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  push(event: SourceEvent): void {
    if (this.#isOver) return;
    this.#keep(event);
    if (this.#listeners.size === 0) return;
    for (const listener of [...this.#listeners]) this.#tell(listener, () => listener.onEvents([event]));
  }

  /** The publisher is another one: nothing of the last one is what the next player begins with. */
  restart(): void {
    this.#metadata = undefined;
    this.#video = undefined;
    this.#audio = undefined;
    this.#forget();
  }

  /** The broadcast is over. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.restart();
    for (const listener of [...this.#listeners]) this.#tell(listener, () => listener.onEnd());
    this.#listeners.clear();
  }

  /** Gives what is needed to begin at once, and then all that comes. The answer ends it. */
  subscribe(listener: PlayListener): () => void {
    if (this.#isOver) {
      this.#tell(listener, () => listener.onEnd());
      return () => undefined;
    }
    const first = [this.#metadata, this.#video, this.#audio].filter((event) => event !== undefined);
    this.#listeners.add(listener);
    this.#tell(listener, () => listener.onEvents([...first, ...this.#kept]));
    return () => void this.#listeners.delete(listener);
  }

  #keep(event: SourceEvent): void {
    switch (event.kind) {
      case 'metadata':
        this.#metadata = event;
        return;
      case 'video-config':
        this.#video = event;
        // What was coded for the old one is of no use with the new one.
        this.#forget();
        return;
      case 'audio-config':
        this.#audio = event;
        return;
      default:
        this.#keepPacket(event);
    }
  }

  #keepPacket(packet: SourcePacket): void {
    const isEntry = packet.kind === 'video' && packet.isKeyframe;
    if (isEntry) this.#forget();
    else if (this.#kept.length === 0) return;
    this.#kept.push(packet);
    this.#keptBytes += packet.payload.length;
    if (this.#keptBytes > KEPT_BYTES_MAX || this.#kept.length > KEPT_PACKETS_MAX) this.#forget();
  }

  #forget(): void {
    this.#kept = [];
    this.#keptBytes = 0;
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
