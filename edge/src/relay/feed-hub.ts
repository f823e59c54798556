import { log } from '../log.ts';
import type { FeedEvent } from './feed-event.ts';
import { feedLine } from './feed-lines.ts';
import { REGIONS } from './region.ts';
import { type RelayAddress, relayName, SHARDS_MAX } from './relay-address.ts';

/** Relays of one channel: as many as all regions may have. Each is told of every part; beyond it a relay is refused. */
export const SUBSCRIBERS_MAX = REGIONS.length * SHARDS_MAX;
/**
 * What a relay may be behind in taking, beside its snapshot: more than a minute of events, and of all relays together
 * half of the object's memory. Beyond it the relay is cut off, and begins anew.
 */
const BACKLOG_BYTES_MAX = 400 * 1024;
/** A subscription is a lease: a relay that has not reported for so long is gone, whatever its line says. */
export const SUBSCRIPTION_MS = 20_000;

interface Subscriber {
  readonly address: RelayAddress;
  readonly controller: ReadableByteStreamController;
  heardAtMs: number;
}

/** The channel object's side of its feed: every event once, to each relay that has subscribed. */
export class FeedHub {
  readonly #subscribers = new Map<string, Subscriber>();

  get size(): number {
    return this.#subscribers.size;
  }

  /** The feed for a relay, which begins with the snapshot; `undefined` when there are too many of them. */
  subscribe(address: RelayAddress, snapshot: FeedEvent, nowMs: number): ReadableStream<Uint8Array> | undefined {
    const name = relayName(address);
    // It is the same relay, restarted: its old line is dead, and may not know it yet.
    this.#drop(name, 'subscribed anew');
    if (this.#subscribers.size >= SUBSCRIBERS_MAX) return undefined;
    const line = feedLine(snapshot);
    return new ReadableStream(
      {
        type: 'bytes',
        start: (controller: ReadableByteStreamController) => {
          this.#subscribers.set(name, { address, controller, heardAtMs: nowMs });
          controller.enqueue(line);
        },
        cancel: () => {
          this.#subscribers.delete(name);
        },
      },
      { highWaterMark: line.byteLength + BACKLOG_BYTES_MAX },
    );
  }

  /** One event for all. */
  publish(event: FeedEvent): void {
    if (this.#subscribers.size === 0) return;
    const line = feedLine(event);
    for (const [name, { controller }] of this.#subscribers) {
      // Enqueued bytes belong to the stream: each has its own.
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(line.slice());
      else this.#drop(name, 'too far behind');
    }
  }

  /** A relay lives. `false`: it is not subscribed. */
  heard(address: RelayAddress, nowMs: number): boolean {
    const subscriber = this.#subscribers.get(relayName(address));
    if (subscriber === undefined) return false;
    subscriber.heardAtMs = nowMs;
    return true;
  }

  /** Says that the line is good, and what relays should know now and then; those not heard from are cut off. */
  beat(news: Omit<Extract<FeedEvent, { kind: 'beat' }>, 'kind'>, nowMs: number): void {
    for (const [name, { heardAtMs }] of this.#subscribers) {
      if (nowMs - heardAtMs > SUBSCRIPTION_MS) this.#drop(name, 'not heard from');
    }
    this.publish({ kind: 'beat', ...news });
  }

  #drop(name: string, reason: string): void {
    const subscriber = this.#subscribers.get(name);
    if (subscriber === undefined) return;
    this.#subscribers.delete(name);
    log('warn', 'a relay is cut off', { relay: name, reason });
    subscriber.controller.error(new Error(reason));
  }
}
