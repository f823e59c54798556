import { type ChannelId, EdgeEvent } from '@sluice/contracts';
import type { ChannelAudience } from '../audience/channel-audience.ts';
import type { Channel } from '../channel/channel.ts';
import { BroadcastWitness } from './broadcast-witness.ts';
import type { ControlEvents } from './control-events.ts';
import { EventDelivery } from './event-delivery.ts';
import type { HandedInDraft } from './event-draft.ts';
import type { EventStore } from './event-store.ts';

export interface ChannelEventsParts {
  readonly channelId: ChannelId;
  readonly channel: Channel;
  readonly audience: ChannelAudience;
  readonly store: EventStore;
  readonly control: ControlEvents;
}

/**
 * What becomes of a channel's broadcasts, for the control API. It is seen in memory; the channel's object writes it in
 * one transaction with the rows that it tells of, so that neither is ever kept without the other.
 */
export class ChannelEvents {
  readonly #store: EventStore;
  readonly #witness: BroadcastWitness;
  readonly #delivery: EventDelivery;

  constructor({ channelId, channel, audience, store, control }: ChannelEventsParts) {
    this.#store = store;
    this.#witness = new BroadcastWitness(channel, audience, store.readTold());
    this.#delivery = new EventDelivery({ channelId, store, control });
  }

  /** Everything was told. */
  get isEmpty(): boolean {
    return this.#delivery.isEmpty;
  }

  /** There are rows to be written. */
  get isUnstored(): boolean {
    return this.#witness.isUnstored || this.#delivery.isUnstored;
  }

  /** When events must be told, or told again; `undefined`: there are none. */
  get deadlineMs(): number | undefined {
    return this.#delivery.deadlineMs;
  }

  /**
   * Looks at what the channel is now.
   *
   * @param isHeard its lease's holder has just said something.
   */
  observe(nowMs: number, isHeard = false): void {
    this.#delivery.add(this.#witness.observe(nowMs, isHeard), nowMs);
  }

  /** One more event, of which somebody else knows. Told twice it is two. Throws ZodError for what is none. */
  tell(draft: HandedInDraft, nowMs: number): void {
    // What is wrong with it is to be known here, and not where it is told.
    EdgeEvent.parse({ ...draft, sequence: 1 });
    this.#delivery.add([draft], nowMs);
  }

  write(): void {
    const { told, forgotten } = this.#witness.takeChanges();
    for (const record of told) this.#store.writeTold(record);
    for (const broadcastId of forgotten) this.#store.forgetTold(broadcastId);
    this.#delivery.write();
  }

  /** Sends the next events that are stored, if it is time for them (EventDelivery). */
  next(nowMs: number): Promise<void> | undefined {
    return this.#delivery.next(nowMs);
  }
}
