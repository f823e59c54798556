import type { Broadcast } from '../channel/broadcast.ts';
import { Audience, type FetchSource } from './audience.ts';
import { type AudienceCount, NO_AUDIENCE } from './audience-count.ts';
import type { Fetches } from './fetches.ts';

/** Where the newest broadcast is found. */
export interface LiveBroadcast {
  readonly current: Broadcast | undefined;
}

/** Who watches a channel: its live broadcast, and nobody when there is none. Time is an argument. */
export class ChannelAudience {
  readonly #channel: LiveBroadcast;
  #counted: { readonly broadcast: Broadcast; readonly audience: Audience } | undefined;

  constructor(channel: LiveBroadcast) {
    this.#channel = channel;
  }

  /** Of another broadcast than the live one nothing is counted. */
  add(fetches: Fetches, source: FetchSource, nowMs: number): void {
    const { broadcastId } = fetches;
    const audience = this.#live();
    if (audience?.broadcast.broadcastId === broadcastId) audience.audience.add(fetches, source, nowMs);
  }

  count(nowMs: number): AudienceCount {
    const live = this.#live();
    if (live === undefined) return NO_AUDIENCE;
    return { broadcastId: live.broadcast.broadcastId, ...live.audience.count(nowMs) };
  }

  #live() {
    const { current } = this.#channel;
    const description = current?.window?.description;
    if (current === undefined || description === undefined || current.endedAtMs !== undefined) return undefined;
    if (this.#counted?.broadcast !== current) {
      this.#counted = { broadcast: current, audience: new Audience(description) };
    }
    return this.#counted;
  }
}
