import type { SourceConfig, SourceEvent, SourceMetadata, SourcePacket } from '../media/source.ts';
import { PlayGate, type PlayGateLimits } from '../rtmp/play-gate.ts';
import { PushClock } from './push-clock.ts';

/** Sound and picture of one source begin within this; who has none of one is not waited for longer. */
const TRACKS_MS_MAX = 2_000;

/** What goes to the pusher; `source-changed` and `too-slow` end its connection. */
export type Pushed = readonly SourceEvent[] | 'source-changed' | 'too-slow';

/** What one connection to a target is sent of the source: from a keyframe on, with all its tracks named first. */
export class PushStream {
  readonly #limits: PlayGateLimits;
  readonly #clock = new PushClock();
  readonly #configs = new Map<SourceConfig['kind'], SourceConfig>();
  #gate: PlayGate;
  #metadata: SourceMetadata | undefined;
  /** Since when there is a packet that could be sent. */
  #heldSinceMs: number | undefined;
  #hasBegun = false;
  #droppedPackets = 0;

  constructor(limits: PlayGateLimits) {
    this.#limits = limits;
    this.#gate = new PlayGate(limits);
  }

  /** Packets that were left out because too much was waiting. */
  get droppedPackets(): number {
    return this.#droppedPackets;
  }

  /** Another publisher sends: it begins at a keyframe, and its times go on from here. */
  restart(): void {
    this.#clock.restart();
    this.#gate = new PlayGate(this.#limits);
  }

  write(events: readonly SourceEvent[], facts: { readonly queuedBytes: number; readonly nowMs: number }): Pushed {
    const sent: SourceEvent[] = [];
    let { queuedBytes } = facts;
    for (const event of events) {
      if (event.kind === 'metadata') this.#metadata = event;
      else if (event.kind === 'video-config' || event.kind === 'audio-config') {
        if (!this.#learn(event)) return 'source-changed';
      } else {
        const written = this.#packet(event, { queuedBytes, nowMs: facts.nowMs });
        if (written === 'too-slow') return written;
        sent.push(...written);
        if (written.length > 0) queuedBytes += event.payload.length;
      }
    }
    return sent;
  }

  /** `false`: a connection that has begun has no place for it. */
  #learn(config: SourceConfig): boolean {
    const before = this.#configs.get(config.kind);
    if (this.#hasBegun) return before !== undefined && isSame(before, config);
    this.#configs.set(config.kind, config);
    return true;
  }

  #packet(
    packet: SourcePacket,
    { queuedBytes, nowMs }: { readonly queuedBytes: number; readonly nowMs: number },
  ): readonly SourceEvent[] | 'too-slow' {
    if (!this.#areTracksKnown(nowMs)) return [];
    // Without a picture, any sound is a place to begin.
    const isEntry = packet.kind === 'video' ? packet.isKeyframe : !this.#configs.has('video-config');
    const answer = this.#gate.judge(packet, { isEntry, queuedBytes, nowMs });
    if (answer === 'too-slow') return answer;
    if (answer === 'leave-out') {
      // Before the first keyframe nothing is lost: it is where the connection begins.
      if (this.#hasBegun) this.#droppedPackets += 1;
      return [];
    }
    const times = this.#clock.place(packet);
    if (times === undefined) return [];
    return [...this.#head(), { ...packet, ...times }];
  }

  #areTracksKnown(nowMs: number): boolean {
    if (this.#hasBegun || this.#configs.size === 2) return true;
    this.#heldSinceMs ??= nowMs;
    return this.#configs.size > 0 && nowMs - this.#heldSinceMs >= TRACKS_MS_MAX;
  }

  /** Before the first packet. */
  #head(): readonly SourceEvent[] {
    if (this.#hasBegun) return [];
    this.#hasBegun = true;
    return [...(this.#metadata === undefined ? [] : [this.#metadata]), ...this.#configs.values()];
  }
}

function isSame(one: SourceConfig, other: SourceConfig): boolean {
  return one.codec === other.codec && Buffer.compare(one.extradata, other.extradata) === 0;
}
