import type { Announcement, BroadcastId, RenditionId } from '@sluice/contracts';
import type { ChannelAudience } from '../audience/channel-audience.ts';
import type { Broadcast } from '../channel/broadcast.ts';
import type { Channel } from '../channel/channel.ts';
import type { ChannelPolicy } from '../channel/channel-policy.ts';
import type { FeedBroadcast, FeedEvent } from './feed-event.ts';
import { FeedHub } from './feed-hub.ts';
import { type RelayAddress, relayName } from './relay-address.ts';
import type { RelayReport } from './relay-report.ts';
import { ShardPlan } from './shard-plan.ts';

/** More bins than end between two beats, so that relays have every one of them. */
const POINTS_A_BEAT = 3;

/** What a relay subscribes with. */
export interface Subscription {
  /** What was revoked, and who may embed; `undefined`: it cannot be read. */
  readonly policy: ChannelPolicy | undefined;
  /** How many relays its region has, by what it knows. */
  readonly shards: number;
}

/** The channel object's feed to its relays: what became of the channel, as events. Time is an argument. */
export class ChannelFeed {
  readonly #channel: Channel;
  readonly #hub = new FeedHub();
  readonly #plan = new ShardPlan();
  readonly #audience: ChannelAudience;
  /** Broadcasts that relays know of, and whether they know that it has ended. */
  readonly #told = new Map<BroadcastId, { isEnded: boolean }>();

  constructor(channel: Channel, audience: ChannelAudience) {
    this.#channel = channel;
    this.#audience = audience;
    this.tellChanges();
  }

  /** Nobody listens. */
  get isSilent(): boolean {
    return this.#hub.size === 0;
  }

  /** The feed for a relay; `undefined`: there are too many of them. */
  subscribe(
    address: RelayAddress,
    { policy, shards }: Subscription,
    nowMs: number,
  ): ReadableStream<Uint8Array> | undefined {
    this.#plan.adopt(address.region, address.shard, shards, nowMs);
    const figures = this.#audience.figures(nowMs);
    const snapshot: FeedEvent = {
      kind: 'snapshot',
      broadcasts: [...this.#channel.broadcasts].map(fedBroadcast),
      currentId: this.#channel.current?.broadcastId ?? null,
      shards: this.#plan.counts,
      ...(policy && { policy: fedPolicy(policy) }),
      ...(figures && { figures }),
    };
    return this.#hub.subscribe(address, snapshot, nowMs);
  }

  /** A relay lives, and tells what it has to do. */
  report(address: RelayAddress, { requestsPerS, fetched }: RelayReport, nowMs: number): void {
    if (!this.#hub.heard(address, nowMs)) return;
    if (fetched !== undefined) this.#audience.add(fetched.fetches, { ...fetched, relay: relayName(address) }, nowMs);
    const { region, shard } = address;
    if (requestsPerS !== undefined && this.#plan.report(region, shard, requestsPerS, nowMs)) this.beat(nowMs);
  }

  /** To be called every BEAT_MS: relays take a long silence for a broken line. */
  beat(nowMs: number): void {
    this.#plan.passTime(nowMs);
    const audience = this.#audience.count(nowMs);
    const figures = this.#audience.figures(nowMs, POINTS_A_BEAT);
    const news = { ...(audience && { audience }), ...(figures && { figures }) };
    this.#hub.beat({ shards: this.#plan.counts, sentAtMs: nowMs, ...news }, nowMs);
  }

  /** An announcement was taken, or as much of it as could be listed. */
  tellAnnounced({ broadcastId, description, parts, dateRanges, thumbnails }: Announcement): void {
    const next = this.#channel.broadcast(broadcastId)?.window?.next() ?? {};
    // Renditions of another broadcast, which the window refused, would be refused by relays, too.
    const rest = {
      ...(description && { description }),
      ...(dateRanges && { dateRanges }),
      ...(thumbnails && { thumbnails }),
    };
    this.#hub.publish({ kind: 'announced', broadcastId, ...rest, parts: [...parts], next });
  }

  /** Playback tokens were revoked, or other sites may embed the channel. */
  tellPolicy(policy: ChannelPolicy): void {
    this.#hub.publish({ kind: 'policy', policy: fedPolicy(policy) });
  }

  tellPublisherLost(): void {
    this.#hub.publish({ kind: 'publisher-lost' });
  }

  /** Broadcasts that began, ended or were forgotten since the last time. */
  tellChanges(): void {
    const now = new Map([...this.#channel.broadcasts].map((broadcast) => [broadcast.broadcastId, broadcast]));
    // The newest first: a channel goes from one broadcast to the next, and is not offline in between.
    for (const broadcast of [...now.values()].reverse()) this.#tellOf(broadcast);
    const forgotten = [...this.#told.keys()].filter((broadcastId) => !now.has(broadcastId));
    for (const broadcastId of forgotten) this.#told.delete(broadcastId);
    if (forgotten.length > 0) this.#hub.publish({ kind: 'forgotten', broadcastIds: forgotten });
  }

  #tellOf(broadcast: Broadcast): void {
    const { broadcastId, endedAtMs } = broadcast;
    const told = this.#told.get(broadcastId);
    if (told === undefined) this.#hub.publish({ kind: 'begun', broadcast: fedBroadcast(broadcast) });
    else if (endedAtMs !== undefined && !told.isEnded) this.#hub.publish({ kind: 'ended', broadcastId, endedAtMs });
    this.#told.set(broadcastId, { isEnded: endedAtMs !== undefined });
  }
}

function fedPolicy({ version, revocations, embedding }: ChannelPolicy) {
  return { version, revocations: [...revocations], ...(embedding && { embedding }) };
}

function fedBroadcast(broadcast: Broadcast): FeedBroadcast {
  const { states, recovering, ...row } = broadcast.state();
  const entries = [...states].map(([id, state]): [RenditionId, typeof state] => [id, state]);
  return { ...row, states: Object.fromEntries(entries), recovering: [...recovering] };
}
