import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthorizeAnswer, ChannelId } from '@sluice/contracts';
import { publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import type { PublishAnswer, PublishAttempt, PublisherHandle, PublishRefusal } from '../server/publisher.ts';
import { Broadcast } from './broadcast.ts';
import type { BroadcastServices } from './broadcast-services.ts';

/** A streamer who stops and starts again finds the old broadcast still closing; it is waited for, but not for ever. */
const ENDING_MS_MAX = 8_000;

export interface BroadcastRegistryOptions {
  readonly services: BroadcastServices;
  /** Broadcasts at once; beyond it a publisher is refused. Those that are ending do not count: they soon are not. */
  readonly broadcastsMax: number;
}

/** All broadcasts of this node, by channel: decides what a publisher's attempt is. */
export class BroadcastRegistry {
  readonly #services: BroadcastServices;
  readonly #broadcastsMax: number;
  readonly #all = new Set<Broadcast>();
  readonly #byChannel = new Map<ChannelId, Broadcast>();
  /** The last of those who wait for their turn on a channel. */
  readonly #turns = new Map<ChannelId, Promise<unknown>>();
  #isDraining = false;

  constructor({ services, broadcastsMax }: BroadcastRegistryOptions) {
    this.#services = services;
    this.#broadcastsMax = broadcastsMax;
  }

  /** It takes new publishers. */
  get isReady(): boolean {
    return !this.#isDraining && this.#goingOn < this.#broadcastsMax;
  }

  /** Decides on an attempt (a PublishHandler). */
  async publish(attempt: PublishAttempt, handle: PublisherHandle): Promise<PublishAnswer> {
    const { control, nodeId, logger } = this.#services;
    if (this.#isDraining) return refuse(publishRefusal('server-draining'));
    const { streamKey, protocol, clientAddress } = attempt;
    const outcome = await control.authorize({ streamKey, protocol, clientAddress, nodeId });
    if (outcome.kind === 'unreachable') {
      logger.error({ why: outcome.why }, 'the control API was not reached');
      return refuse(publishRefusal('control-unreachable'));
    }
    if (outcome.kind === 'refused') {
      logger.info({ protocol, clientAddress, code: outcome.code }, 'publisher refused');
      return refuse(refusalOfPeer(outcome.code));
    }
    const { channelId } = outcome.answer.settings;
    const answer = await this.#inTurn(channelId, () => this.#admit(outcome.answer, handle));
    const facts = { channelId, protocol, clientAddress };
    if (answer.ok) logger.info(facts, 'publisher accepted');
    else logger.info({ ...facts, code: answer.refusal.code }, 'publisher refused');
    return answer;
  }

  /** Takes nobody any more, and ends every broadcast properly. Resolves when all have ended. Never rejects. */
  async drain(): Promise<void> {
    this.#isDraining = true;
    for (const broadcast of this.#all) broadcast.stop();
    // Those who wait for their turn on a channel find that the node is draining.
    await Promise.all(this.#turns.values());
    await Promise.all([...this.#all].map((broadcast) => broadcast.ended));
  }

  get #goingOn(): number {
    return [...this.#all].filter(({ state }) => state === 'live' || state === 'absent').length;
  }

  async #admit(authorized: AuthorizeAnswer, handle: PublisherHandle): Promise<PublishAnswer> {
    const { channelId, takeover } = authorized.settings;
    const present = this.#byChannel.get(channelId);
    if (this.#isDraining) return refuse(publishRefusal('server-draining'));
    if (present?.state === 'absent') return accept(present.rejoin(handle, authorized), authorized);
    if (present?.state === 'live' && takeover === 'refuse') return refuse(publishRefusal('channel-in-use'));
    if (present?.state === 'live') present.takeOver();
    else if (present?.state === 'ending') await within(present.ended, ENDING_MS_MAX);
    return await this.#begin(authorized, handle);
  }

  async #begin(authorized: AuthorizeAnswer, handle: PublisherHandle): Promise<PublishAnswer> {
    if (this.#goingOn >= this.#broadcastsMax) return refuse(publishRefusal('server-full'));
    const cpuCount = this.#services.cpuCount / (this.#goingOn + 1);
    const broadcast = new Broadcast({ services: this.#services, authorized, cpuCount });
    this.#keep(broadcast);
    const refusal = await broadcast.lease();
    return refusal === undefined ? accept(broadcast.admit(handle), authorized) : refuse(refusal);
  }

  #keep(broadcast: Broadcast): void {
    const { channelId } = broadcast;
    this.#all.add(broadcast);
    this.#byChannel.set(channelId, broadcast);
    void broadcast.ended.then(() => {
      this.#all.delete(broadcast);
      if (this.#byChannel.get(channelId) === broadcast) this.#byChannel.delete(channelId);
    });
  }

  /** One attempt of a channel at a time: the second must see what the first has become. */
  async #inTurn<T>(channelId: ChannelId, act: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(channelId);
    const turn = (before ?? Promise.resolve()).then(act);
    const settled = turn.then(noop, noop);
    this.#turns.set(channelId, settled);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(channelId) === settled) this.#turns.delete(channelId);
    }
  }
}

function noop(): void {}

function accept(sink: Extract<PublishAnswer, { ok: true }>['sink'], authorized: AuthorizeAnswer): PublishAnswer {
  return { ok: true, sink, ingestBitrateBpsMax: authorized.settings.ingestBitrateBpsMax };
}

function refuse(refusal: PublishRefusal): PublishAnswer {
  return { ok: false, refusal };
}

async function within(promise: Promise<void>, withinMs: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([promise, sleep(withinMs, undefined, { signal: timer.signal }).catch(noop)]);
  timer.abort();
}
