import { setTimeout as sleep } from 'node:timers/promises';
import { type AuthorizeAnswer, AuthorizeRequest, type ChannelId } from '@sluice/contracts';
import { publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import { WarningGate } from '../health/warning-gate.ts';
import { ChannelStore } from '../publish/channel-store.ts';
import { type TakenLease, withUntoldParts } from '../publish/untold-parts.ts';
import type { PlayAnswer, PlayAttempt } from '../server/player.ts';
import type {
  PublishAnswer,
  PublishAttempt,
  PublisherHandle,
  PublishRefusal,
  PublishSink,
} from '../server/publisher.ts';
import type { AdmittedPublisher } from './admitted-publisher.ts';
import { Broadcast, isEncodedBy } from './broadcast.ts';
import type { BroadcastServices } from './broadcast-services.ts';
import { PublisherCheck } from './publisher-check.ts';
import { RememberedKeys } from './remembered-keys.ts';
import { RemoteStandby } from './remote-standby.ts';

const NOT_TO_BE_PLAYED = 'There is nothing to be played here with this token.';
const StreamKeyText = AuthorizeRequest.shape.streamKey;

/** A streamer who stops and starts again finds the old broadcast still closing; it is waited for, but not for ever. */
const ENDING_MS_MAX = 8_000;

/** How much a node can hold. One that is being stopped has nothing free. */
export interface Slots {
  readonly count: number;
  readonly usedCount: number;
  readonly freeCount: number;
}

export interface BroadcastRegistryOptions {
  readonly services: BroadcastServices;
  /** Broadcasts at once; beyond it a publisher is refused. Those that are ending do not count: they soon are not. */
  readonly broadcastsMax: number;
  /** How often the control API is asked who may still publish; PublisherCheck's own if absent. */
  readonly checkEveryMs?: number;
  /** `heldCount` is another one. */
  readonly onHeld?: (heldCount: number) => void;
}

/** All broadcasts of this node, by channel: decides what a publisher's attempt is. */
export class BroadcastRegistry {
  readonly #services: BroadcastServices;
  readonly #broadcastsMax: number;
  readonly #check: PublisherCheck;
  readonly #keys = new RememberedKeys();
  /** Backups whose primary is on another node. */
  readonly #standbys = new Map<ChannelId, RemoteStandby>();
  readonly #all = new Set<Broadcast>();
  readonly #byChannel = new Map<ChannelId, Broadcast>();
  /** The last of those who wait for their turn on a channel. */
  readonly #turns = new Map<ChannelId, Promise<unknown>>();
  readonly #troubles = new WarningGate();
  readonly #onHeld: (heldCount: number) => void;
  #isDraining = false;

  constructor({ services, broadcastsMax, checkEveryMs, onHeld = noop }: BroadcastRegistryOptions) {
    this.#services = services;
    this.#broadcastsMax = broadcastsMax;
    this.#onHeld = onHeld;
    const { control, nodeId } = services;
    this.#check = new PublisherCheck({
      ...(checkEveryMs !== undefined && { everyMs: checkEveryMs }),
      publishers: () => [
        ...[...this.#all].filter(isGoingOn).flatMap(({ publishers }) => publishers),
        ...this.#standbys.values(),
      ],
      ask: (publishers) => control.check({ nodeId, publishers: [...publishers] }),
      onTrouble: (why) => this.#tellTrouble({ why }, 'it could not be asked who may still publish'),
    });
  }

  /** It takes new publishers. */
  get isReady(): boolean {
    return !this.#isDraining && this.#goingOn < this.#broadcastsMax;
  }

  /** Broadcasts that are not wholly over, and publishers that stand by for one: what ends with the node. */
  get heldCount(): number {
    return this.#all.size + this.#standbys.size;
  }

  /** Of the broadcasts that this node takes at once. */
  get slots(): Slots {
    const usedCount = this.#goingOn + this.#standbys.size;
    const freeCount = this.#isDraining ? 0 : Math.max(0, this.#broadcastsMax - usedCount);
    return { count: this.#broadcastsMax, usedCount, freeCount };
  }

  /** Decides on an attempt (a PublishHandler). */
  async publish(attempt: PublishAttempt, handle: PublisherHandle): Promise<PublishAnswer> {
    const { control, nodeId, logger } = this.#services;
    if (this.#isDraining) return refuse(publishRefusal('server-draining'));
    const { streamKey, protocol, clientAddress } = attempt;
    const outcome = await control.authorize({ streamKey, protocol, clientAddress, nodeId });
    if (outcome.kind === 'refused') {
      logger.info({ protocol, clientAddress, code: outcome.code }, 'publisher refused');
      return refuse(refusalOfPeer(outcome.code));
    }
    const authorized = outcome.kind === 'answered' ? outcome.answer : this.#keys.recall(streamKey);
    if (outcome.kind === 'unreachable') {
      logger.error({ why: outcome.why, isKnown: authorized !== undefined }, 'the control API was not reached');
    }
    if (authorized === undefined) return refuse(publishRefusal('control-unreachable'));
    const { channelId, role } = authorized.settings;
    const isBackup = role === 'backup' || new URLSearchParams(attempt.query).get('backup') === '1';
    const answer = await this.#inTurn(channelId, () => this.#admit({ handle, authorized, protocol, isBackup }));
    const facts = { channelId, protocol, clientAddress };
    if (answer.ok) {
      // Meanwhile whatever it was let into may have ended.
      if (this.#isKnown(channelId)) this.#keys.remember(streamKey, authorized);
      logger.info(facts, 'publisher accepted');
    } else if (handle.isGone) logger.info(facts, 'publisher left before it was let in');
    else logger.info({ ...facts, code: answer.refusal.code }, 'publisher refused');
    return answer;
  }

  /**
   * Decides on somebody who wants the source as it is pushed (a PlayHandler): whoever has a stream key of the channel,
   * given as the token. All others are told the same, whatever is wrong, so that nobody learns which channels are live.
   */
  async play({ channelId, token, clientAddress }: PlayAttempt): Promise<PlayAnswer> {
    const { control, nodeId } = this.#services;
    const no = { ok: false, sentence: NOT_TO_BE_PLAYED } as const;
    const streamKey = StreamKeyText.safeParse(token);
    if (!streamKey.success) return no;
    const asked = { streamKey: streamKey.data, protocol: 'rtmp', clientAddress, nodeId } as const;
    const outcome = await control.authorize(asked);
    if (outcome.kind !== 'answered' || outcome.answer.settings.channelId !== channelId) return no;
    const feed = this.#byChannel.get(outcome.answer.settings.channelId)?.feed;
    return feed === undefined ? no : { ok: true, subscribe: (listener) => feed.subscribe(listener) };
  }

  /** Takes nobody any more. What is here goes on. */
  stopAccepting(): void {
    this.#isDraining = true;
  }

  /** Takes nobody any more, and ends every broadcast properly. Resolves when all have ended. Never rejects. */
  async drain(): Promise<void> {
    this.stopAccepting();
    this.#check.close();
    for (const standby of [...this.#standbys.values()]) standby.close('server-draining');
    for (const broadcast of this.#all) broadcast.stop();
    // Those who wait for their turn on a channel find that the node is draining.
    await Promise.all(this.#turns.values());
    await Promise.all([...this.#all].map((broadcast) => broadcast.ended));
  }

  get #goingOn(): number {
    return [...this.#all].filter(isGoingOn).length;
  }

  async #admit(publisher: AdmittedPublisher): Promise<PublishAnswer> {
    const { authorized, handle } = publisher;
    const { channelId } = authorized.settings;
    const before = this.#byChannel.get(channelId);
    // Renditions that come encoded and a source to be transcoded are no continuation of each other.
    const isOfItsKind = before?.isEncoded === isEncodedBy(publisher.protocol);
    if (before !== undefined && isGoingOn(before) && !isOfItsKind && !handle.isGone && !before.giveWayTo(publisher)) {
      return refuse(publishRefusal('channel-in-use'));
    }
    if (before?.state === 'ending') await within(before.ended, ENDING_MS_MAX);
    // Whoever drains waits for this turn, and has told everybody else to stop.
    if (this.#isDraining) return refuse(publishRefusal('server-draining'));
    // Nobody is pushed aside for somebody who is not there any more, and nothing begins; nobody hears this refusal.
    if (handle.isGone) return refuse(publishRefusal('internal-error'));
    const present = this.#byChannel.get(channelId);
    if (present?.state === 'absent') return accept(present.rejoin(publisher), authorized);
    if (present?.state === 'live') return besides(present, publisher);
    // Its primary may be on another node: then it waits here until that one is silent.
    if (publisher.isBackup) return this.#standByElsewhere(publisher);
    this.#standbys.get(channelId)?.close('taken-over');
    return await this.#begin(publisher);
  }

  #standByElsewhere(publisher: AdmittedPublisher): PublishAnswer {
    const { authorized } = publisher;
    const { channelId } = authorized.settings;
    this.#standbys.get(channelId)?.close('taken-over');
    if (this.#goingOn + this.#standbys.size >= this.#broadcastsMax) return refuse(publishRefusal('server-full'));
    const { control, edge, nodeId, leasePatience, store } = this.#services;
    const standby: RemoteStandby = new RemoteStandby({
      publisher,
      ...(leasePatience && { everyMs: leasePatience.everyMs }),
      askLease: (access) => edge.lease(access, { nodeId, standsBy: true }),
      lookFor: (lease, storage) => {
        const channelStore = new ChannelStore(store);
        channelStore.use(storage);
        return withUntoldParts({ channelId, lease, store: channelStore });
      },
      renew: (grant) => control.renew({ grant, nodeId }),
      onTrouble: (why) => this.#tellTrouble({ channelId, why }, 'a backup that stands by is in trouble'),
      onGranted: (lease, renewed) => this.#beginUnder(lease, renewed),
      returnLease: (access, { broadcastId, epoch }) =>
        edge.returnLease(access, { broadcastId, epoch, expectsSuccessor: true }),
      onOver: () => {
        if (this.#standbys.get(channelId) === standby) this.#standbys.delete(channelId);
        this.#forgetUnknown(channelId);
        this.#onHeld(this.heldCount);
      },
    });
    this.#standbys.set(channelId, standby);
    this.#check.wake();
    this.#onHeld(this.heldCount);
    return accept(standby.sink, authorized);
  }

  /** The channel of a backup that stood by: the broadcast that another node began goes on here. */
  #beginUnder(lease: TakenLease, publisher: AdmittedPublisher): PublishSink {
    const broadcast = this.#newBroadcast(publisher);
    broadcast.beginUnder(lease);
    return broadcast.admit(publisher);
  }

  async #begin(publisher: AdmittedPublisher): Promise<PublishAnswer> {
    if (this.#goingOn >= this.#broadcastsMax) return refuse(publishRefusal('server-full'));
    const broadcast = this.#newBroadcast(publisher);
    const refusal = await broadcast.lease();
    return refusal === undefined ? accept(broadcast.admit(publisher), publisher.authorized) : refuse(refusal);
  }

  #newBroadcast({ authorized, protocol }: AdmittedPublisher): Broadcast {
    const cpuCount = this.#services.cpuCount / (this.#goingOn + 1);
    const broadcast = new Broadcast({ services: this.#services, protocol, authorized, cpuCount });
    this.#keep(broadcast);
    return broadcast;
  }

  #keep(broadcast: Broadcast): void {
    const { channelId } = broadcast;
    this.#all.add(broadcast);
    this.#byChannel.set(channelId, broadcast);
    this.#check.wake();
    this.#onHeld(this.heldCount);
    void broadcast.ended.then(() => {
      this.#all.delete(broadcast);
      if (this.#byChannel.get(channelId) === broadcast) this.#byChannel.delete(channelId);
      this.#forgetUnknown(channelId);
      this.#onHeld(this.heldCount);
    });
  }

  /** Trouble that goes on comes again every half a second. */
  #tellTrouble(facts: { readonly channelId?: ChannelId; readonly why: string }, sentence: string): void {
    if (!this.#troubles.admits(`${facts.channelId} ${sentence}`, performance.now())) return;
    this.#services.logger.warn(facts, sentence);
  }

  /** Somebody publishes it here, or stands by for it. */
  #isKnown(channelId: ChannelId): boolean {
    return this.#byChannel.has(channelId) || this.#standbys.has(channelId);
  }

  #forgetUnknown(channelId: ChannelId): void {
    if (!this.#isKnown(channelId)) this.#keys.forget(channelId);
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

/** A second publisher of a channel that is live. */
function besides(present: Broadcast, publisher: AdmittedPublisher): PublishAnswer {
  const sink = present.takeSecond(publisher);
  return sink === undefined ? refuse(publishRefusal('channel-in-use')) : accept(sink, publisher.authorized);
}

function isGoingOn({ state }: Broadcast): boolean {
  return state === 'live' || state === 'absent';
}

function noop(): void {}

function accept(sink: Extract<PublishAnswer, { ok: true }>['sink'], authorized: AuthorizeAnswer): PublishAnswer {
  const { ingestBitrateBpsMax, srtPassphrase } = authorized.settings;
  return { ok: true, sink, ingestBitrateBpsMax, ...(srtPassphrase !== undefined && { srtPassphrase }) };
}

function refuse(refusal: PublishRefusal): PublishAnswer {
  return { ok: false, refusal };
}

async function within(promise: Promise<void>, withinMs: number): Promise<void> {
  const timer = new AbortController();
  await Promise.race([promise, sleep(withinMs, undefined, { signal: timer.signal }).catch(noop)]);
  timer.abort();
}
