import type { ChannelId, EdgeEvent } from '@sluice/contracts';
import { log } from '../log.ts';
import type { ControlEvents, Telling } from './control-events.ts';
import { DeliveryPlan } from './delivery-plan.ts';
import type { EventDraft } from './event-draft.ts';
import { EventOutbox } from './event-outbox.ts';
import type { EventStore, StateRecord } from './event-store.ts';

export interface EventDeliveryParts {
  readonly channelId: ChannelId;
  readonly store: EventStore;
  readonly control: ControlEvents;
}

/** A channel's events on their way to the control API: kept, told in order, and told again until they were taken. */
export class EventDelivery {
  readonly #parts: EventDeliveryParts;
  readonly #outbox: EventOutbox;
  readonly #plan: DeliveryPlan;
  #keptState: StateRecord;

  constructor(parts: EventDeliveryParts) {
    this.#keptState = parts.store.readState();
    const { lastSequence, refused } = this.#keptState;
    this.#parts = parts;
    this.#outbox = new EventOutbox({ events: parts.store.readOutbox(), lastSequence });
    this.#plan = new DeliveryPlan(refused);
  }

  get isEmpty(): boolean {
    return this.#outbox.size === 0;
  }

  get isUnstored(): boolean {
    return this.#outbox.isUnstored || this.#plan.refused !== this.#keptState.refused;
  }

  /** When events must be told, or told again; `undefined`: there are none. */
  get deadlineMs(): number | undefined {
    return this.isEmpty ? undefined : this.#plan.nextTryAtMs;
  }

  add(drafts: readonly EventDraft[], nowMs: number): void {
    for (const draft of drafts) {
      const lost = this.#outbox.add(draft, nowMs);
      if (lost !== undefined) log('warn', 'too many events wait to be told: one is left out', this.#facts(lost));
    }
  }

  write(): void {
    const { store } = this.#parts;
    store.writeOutbox(this.#outbox.takeChanges());
    const { refused } = this.#plan;
    const { lastSequence } = this.#outbox;
    if (lastSequence === this.#keptState.lastSequence && refused === this.#keptState.refused) return;
    this.#keptState = { lastSequence, ...(refused && { refused }) };
    store.writeState(this.#keptState);
  }

  /**
   * Sends the next events, if it is time for them. Resolves when it is known what became of them: then there may be rows
   * to be written, and more to be sent. `undefined`: there is nothing to be done now.
   */
  next(nowMs: number): Promise<void> | undefined {
    if (this.#outbox.batch(1).length === 0 || !this.#plan.begin(nowMs)) return undefined;
    return this.#tell(this.#outbox.batch(this.#plan.batchMax));
  }

  /** Never rejects. */
  async #tell(events: EdgeEvent[]): Promise<void> {
    const { control, channelId } = this.#parts;
    const telling = await control.tell({ channelId, events });
    this.#told(events, telling, Date.now());
  }

  #told(events: readonly EdgeEvent[], telling: Telling, nowMs: number): void {
    const [first, last] = [events.at(0), events.at(-1)];
    if (first === undefined || last === undefined) return;
    if (telling.kind === 'taken' && telling.throughSequence >= first.sequence) {
      // Not more than it was sent: an earlier channel of this name may have told more than this one.
      this.#outbox.removeThrough(Math.min(telling.throughSequence, last.sequence));
      this.#plan.succeeded(nowMs);
      return;
    }
    const reason = telling.kind === 'taken' ? 'it took none' : telling.reason;
    const sequences = events.map(({ sequence }) => sequence);
    if (telling.kind === 'refused' && this.#plan.wasRefused(sequences, nowMs)) {
      this.#outbox.removeThrough(first.sequence);
      log('error', 'an event is given up, for the control API does not take it', { ...this.#facts(first), reason });
      return;
    }
    if (telling.kind !== 'refused') this.#plan.failed(nowMs);
    const { channelId } = this.#parts;
    log('warn', 'the control API did not take events, and will be told again', {
      channelId,
      reason,
      waiting: this.#outbox.size,
    });
  }

  #facts({ kind, sequence, broadcastId }: EdgeEvent) {
    return { channelId: this.#parts.channelId, kind, sequence, broadcastId };
  }
}
