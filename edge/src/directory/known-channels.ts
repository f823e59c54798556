import type { ChannelId } from '@sluice/contracts';

/** A channel stays one. It is asked again now and then, for an operator may empty the directory. */
const KNOWN_MS = 10 * 60_000;
/** What is none may be one a moment later, when somebody publishes for the first time. */
const UNKNOWN_MS = 1_000;
/** Names of each kind that an isolate remembers. Beyond it the one that was told of the longest ago goes. */
const NAMES_MAX = 10_000;

/** What an isolate remembers of the directory. Strangers' names never push out a channel's. Time is an argument. */
export class KnownChannels {
  readonly #channels = new Map<ChannelId, number>();
  readonly #others = new Map<ChannelId, number>();

  get size(): number {
    return this.#channels.size + this.#others.size;
  }

  /** `undefined`: the directory must be asked. */
  recall(channelId: ChannelId, nowMs: number): boolean | undefined {
    if ((this.#channels.get(channelId) ?? 0) > nowMs) return true;
    return (this.#others.get(channelId) ?? 0) > nowMs ? false : undefined;
  }

  /** It was a channel once: good enough where the directory cannot be asked. */
  wasChannel(channelId: ChannelId): boolean {
    return this.#channels.has(channelId);
  }

  remember(channelId: ChannelId, isKnown: boolean, nowMs: number): void {
    this.#channels.delete(channelId);
    this.#others.delete(channelId);
    const names = isKnown ? this.#channels : this.#others;
    names.set(channelId, nowMs + (isKnown ? KNOWN_MS : UNKNOWN_MS));
    const [oldest] = names.keys();
    if (names.size > NAMES_MAX && oldest !== undefined) names.delete(oldest);
  }
}
