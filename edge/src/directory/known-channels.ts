import type { ChannelId } from '@sluice/contracts';

/** A channel stays one. It is asked again now and then, for an operator may empty the directory. */
const KNOWN_MS = 10 * 60_000;
/** What is none may be one a moment later, when somebody publishes for the first time. */
const UNKNOWN_MS = 1_000;
/** Names remembered by an isolate. Beyond it the one that was asked for the longest ago goes. */
const NAMES_MAX = 10_000;

/** What an isolate remembers of the directory. Time is an argument. */
export class KnownChannels {
  readonly #names = new Map<ChannelId, { readonly isKnown: boolean; readonly untilMs: number }>();

  get size(): number {
    return this.#names.size;
  }

  /** `undefined`: the directory must be asked. */
  recall(channelId: ChannelId, nowMs: number): boolean | undefined {
    const name = this.#names.get(channelId);
    return name === undefined || name.untilMs <= nowMs ? undefined : name.isKnown;
  }

  remember(channelId: ChannelId, isKnown: boolean, nowMs: number): void {
    this.#names.delete(channelId);
    this.#names.set(channelId, { isKnown, untilMs: nowMs + (isKnown ? KNOWN_MS : UNKNOWN_MS) });
    const [oldest] = this.#names.keys();
    if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
  }
}
