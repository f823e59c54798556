import type { SourceConfig, SourceEvent, SourceMetadata, SourcePacket } from '../media/source.ts';

/** Two seconds of 40 Mbit/s; and what a transcoder takes at once (`waitingBytesMax`). */
const BYTES_MAX = 10 * 1_024 * 1_024;
/** Small packets cost as well: a minute of picture and sound at 60 fps. */
const PACKETS_MAX = 6_000;

/**
 * What a decoder that starts now needs of a source: its configurations, and what came since its last keyframe. Of a
 * source without a picture that is its last packet. Holds no more than BYTES_MAX and PACKETS_MAX; beyond them it forgets
 * the packets, and waits for the next keyframe.
 */
export class SourceMemory {
  #metadata: SourceMetadata | undefined;
  #video: SourceConfig | undefined;
  #audio: SourceConfig | undefined;
  /** Empty while there is none that could be begun with. */
  #packets: SourcePacket[] = [];
  #bytes = 0;

  push(event: SourceEvent): void {
    switch (event.kind) {
      case 'metadata':
        this.#metadata = event;
        return;
      case 'video-config':
        this.#video = event;
        // What was coded for the one before is of no use with it.
        this.#forgetPackets();
        return;
      case 'audio-config':
        this.#audio = event;
        return;
      default:
        this.#pushPacket(event);
    }
  }

  /** Of the packets alone. */
  get sizeBytes(): number {
    return this.#bytes;
  }

  /** Configurations first, then the packets in the order they came. */
  events(): readonly SourceEvent[] {
    return [...this.configurations(), ...this.#packets];
  }

  /** What is known without a packet, for whom the packets are too much, or did not survive them. */
  configurations(): readonly SourceEvent[] {
    return [this.#metadata, this.#video, this.#audio].filter((event) => event !== undefined);
  }

  /** Another publisher is there: nothing known of the one before holds. */
  clear(): void {
    this.#metadata = undefined;
    this.#video = undefined;
    this.#audio = undefined;
    this.#forgetPackets();
  }

  #pushPacket(packet: SourcePacket): void {
    // Without a picture, any sound is a place to begin.
    const isEntry = packet.kind === 'video' ? packet.isKeyframe : this.#video === undefined;
    if (isEntry) this.#forgetPackets();
    else if (this.#packets.length === 0) return;
    this.#packets.push(packet);
    this.#bytes += packet.payload.length;
    if (this.#bytes > BYTES_MAX || this.#packets.length > PACKETS_MAX) this.#forgetPackets();
  }

  #forgetPackets(): void {
    this.#packets = [];
    this.#bytes = 0;
  }
}
