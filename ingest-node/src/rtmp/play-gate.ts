import type { SourcePacket } from '../media/source.ts';

export interface PlayGateLimits {
  /** Held for a player that reads slower than the publisher sends; at it, packets are left out. */
  readonly playQueueBytesMax: number;
  /** How long a player may leave its queue more than half full, while packets are left out, before it has to go. */
  readonly playSlowMs: number;
}

export interface PlayGateFacts {
  /** A decoder can begin with this packet. */
  readonly isEntry: boolean;
  /** What the player has not read yet. */
  readonly queuedBytes: number;
  readonly nowMs: number;
}

export type PlayGateAnswer = 'send' | 'leave-out' | 'too-slow';

/**
 * Decides which packets a player gets. One whose queue is full gets nothing until it has read half of it, and then goes on
 * at a keyframe; one that does not read at all has to go.
 */
export class PlayGate {
  readonly #limits: PlayGateLimits;
  /** Since when packets are left out and too much is queued. */
  #slowSinceMs: number | undefined;
  /** At first, too: a player begins where a decoder can. */
  #isLeavingOut = true;

  constructor(limits: PlayGateLimits) {
    this.#limits = limits;
  }

  judge(packet: SourcePacket, facts: PlayGateFacts): PlayGateAnswer {
    const { isEntry, queuedBytes, nowMs } = facts;
    const { playQueueBytesMax } = this.#limits;
    if (!this.#isLeavingOut) {
      if (queuedBytes + packet.payload.length <= playQueueBytesMax) return 'send';
      this.#isLeavingOut = true;
    }
    const isDrained = queuedBytes <= playQueueBytesMax / 2;
    if (isDrained && isEntry && queuedBytes + packet.payload.length <= playQueueBytesMax) {
      this.#isLeavingOut = false;
      this.#slowSinceMs = undefined;
      return 'send';
    }
    return this.#leaveOut(isDrained, nowMs);
  }

  #leaveOut(isDrained: boolean, nowMs: number): PlayGateAnswer {
    // A player that has caught up and waits for the next keyframe is not slow.
    this.#slowSinceMs = isDrained ? undefined : (this.#slowSinceMs ?? nowMs);
    const isTooSlow = this.#slowSinceMs !== undefined && nowMs - this.#slowSinceMs >= this.#limits.playSlowMs;
    return isTooSlow ? 'too-slow' : 'leave-out';
  }
}
