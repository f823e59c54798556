export interface PlayerLimits {
  /** Players are for whoever runs the channel; viewers have the edge. */
  readonly perChannelMax: number;
  /** All together may not take from publishers what these need: each holds at most `playQueueBytesMax`. */
  readonly perNodeMax: number;
}

export const PLAYER_LIMITS: PlayerLimits = { perChannelMax: 4, perNodeMax: 16 };

/** Players of a node by channel, those who are still asking included. One for all servers of the node. */
export class PlayerCount {
  readonly #limits: PlayerLimits;
  readonly #byChannel = new Map<string, number>();
  #total = 0;

  constructor(limits: Partial<PlayerLimits> = {}) {
    this.#limits = { ...PLAYER_LIMITS, ...limits };
  }

  get total(): number {
    return this.#total;
  }

  /** `false`: there is no room, and nothing to leave. */
  enter(channelId: string): boolean {
    const count = this.#byChannel.get(channelId) ?? 0;
    if (this.#total >= this.#limits.perNodeMax || count >= this.#limits.perChannelMax) return false;
    this.#byChannel.set(channelId, count + 1);
    this.#total++;
    return true;
  }

  leave(channelId: string): void {
    const left = (this.#byChannel.get(channelId) ?? 0) - 1;
    if (left > 0) this.#byChannel.set(channelId, left);
    else this.#byChannel.delete(channelId);
    this.#total--;
  }
}
