import { DurableObject } from 'cloudflare:workers';
import type { BroadcastId, RenditionId } from '@sluice/contracts';
import { NO_AUDIENCE } from '../audience/audience-count.ts';
import type { Fetches } from '../audience/fetches.ts';
import { PendingFetches } from '../audience/pending-fetches.ts';
import type { ChannelPolicy } from '../channel/channel-policy.ts';
import type {
  AudienceReply,
  FiguresReply,
  MediaReply,
  PlaylistReply,
  PolicyReply,
  StatusReply,
  ThumbnailsReply,
} from '../channel/channel-replies.ts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import {
  ChannelViewing,
  type ManifestAsk,
  type MediaAsk,
  type PlaylistAsk,
  type ThumbnailsAsk,
} from '../channel/channel-viewing.ts';
import type { EdgeBindings } from '../environment.ts';
import { liveFigures } from '../figures/fed-figures.ts';
import { FiguresCopy } from '../figures/figures-copy.ts';
import { log } from '../log.ts';
import { AskedRenditions } from './asked-renditions.ts';
import { ChannelCopy } from './channel-copy.ts';
import { ChannelLink, LINK_PATIENCE } from './channel-link.ts';
import type { FeedEvent, ShardCounts } from './feed-event.ts';
import { FeedError } from './feed-lines.ts';
import { type RelayAddress, readRelayName } from './relay-address.ts';
import { RequestMeter } from './request-meter.ts';

/** A beat that is older when it is read: the line lags, and what came over it is not how things are. */
const BEAT_AGE_MS_MAX = 8_000;

/** A relay's answer, and how many relays its region should have now, for whoever asks next. */
export interface Relayed<Reply> {
  readonly reply: Reply | Refused;
  /** Absent: it has not heard of it yet. */
  readonly shards?: number;
}

/**
 * A copy of one channel near its viewers: it answers every playlist and holds every wait of theirs, so that the
 * channel's own object hears from relays only. Nothing of it is stored: one that is evicted subscribes again.
 */
export class RelayObject extends DurableObject<EdgeBindings> {
  readonly #address: RelayAddress;
  readonly #copy = new ChannelCopy();
  readonly #viewing = new ChannelViewing(this.#copy);
  readonly #link: ChannelLink;
  readonly #meter = new RequestMeter();
  readonly #fetched = new PendingFetches();
  readonly #asked = new AskedRenditions();
  readonly #figures = new FiguresCopy();
  #shards: ShardCounts = {};
  #audience = NO_AUDIENCE;
  #policy: ChannelPolicy | undefined;
  /** Of the last beat, or when the snapshot came: what was heard later may have been under way for as long. */
  #sentAtMs = 0;

  constructor(state: DurableObjectState, bindings: EdgeBindings) {
    super(state, bindings);
    this.#address = readRelayName(state.id.name);
    this.#link = new ChannelLink({
      subscribe: () => this.#channel.subscribe(this.#address, this.#regionShards),
      apply: (events) => this.#apply(events),
      isNeeded: () => this.#viewing.heldCount > 0,
      patience: LINK_PATIENCE,
    });
  }

  async multivariant(...ask: Parameters<ChannelViewing['multivariant']>): Promise<Relayed<PlaylistReply>> {
    return this.#relayed(() => this.#viewing.multivariant(...ask));
  }

  async manifest(ask: ManifestAsk): Promise<Relayed<PlaylistReply>> {
    return this.#relayed(() => this.#viewing.manifest(ask));
  }

  async playlist(ask: PlaylistAsk): Promise<Relayed<PlaylistReply>> {
    return this.#relayed(() => {
      this.#askedFor(ask.broadcastId, [ask.renditionId]);
      return this.#viewing.playlist(ask);
    });
  }

  async media(ask: MediaAsk): Promise<Relayed<MediaReply>> {
    return this.#relayed(() => {
      this.#askedFor(ask.broadcastId, [ask.renditionId]);
      return this.#viewing.media(ask);
    });
  }

  async status(after: string | undefined): Promise<Relayed<StatusReply>> {
    return this.#relayed(() => this.#viewing.status(after));
  }

  async thumbnails(ask: ThumbnailsAsk): Promise<Relayed<ThumbnailsReply>> {
    return this.#relayed(() => this.#viewing.thumbnails(ask));
  }

  /** What viewers fetched; the channel's object hears of it with the next report. Refused of what is over. */
  async count(fetches: Fetches): Promise<Relayed<AudienceReply>> {
    let isTaken = this.#taken(fetches);
    return this.#relayed(async () => {
      // One that has only just begun knows of no broadcast before its snapshot.
      isTaken ||= this.#taken(fetches);
      return isTaken ? { kind: 'audience', audience: this.#audience } : refused('no-such-broadcast');
    });
  }

  /** `false`: of another broadcast than the newest. */
  #taken(fetches: Fetches): boolean {
    if (fetches.broadcastId !== this.#copy.current?.broadcastId) return false;
    this.#fetched.add(fetches, Date.now());
    this.#askedFor(fetches.broadcastId, Object.keys(fetches.renditions));
    return true;
  }

  async audience(): Promise<Relayed<AudienceReply>> {
    return this.#relayed(async () => ({ kind: 'audience', audience: this.#audience }));
  }

  async figures(): Promise<Relayed<FiguresReply>> {
    return this.#relayed(async () => {
      const { current } = this.#copy;
      const liveId = current?.endedAtMs === undefined ? current?.broadcastId : undefined;
      return { kind: 'figures', figures: liveFigures(liveId, this.#audience, this.#figures.figures) };
    });
  }

  /** Which playback tokens were revoked, who may embed the channel, and how long ago the channel's object was heard to know it. */
  async policy(): Promise<Relayed<PolicyReply>> {
    return this.#relayed(async () => {
      if (this.#policy === undefined) return refused('unavailable');
      return {
        kind: 'policy',
        policy: this.#policy,
        agedMs: Date.now() - Math.min(this.#link.heardAtMs, this.#sentAtMs),
      };
    });
  }

  get #channel() {
    return this.env.CHANNEL.getByName(this.#address.channelId);
  }

  /** How many relays this region has. Held by nothing, so that a new isolate can ask before it asks for anything else. */
  async shards(): Promise<Relayed<null>> {
    return this.#relayed(async () => null);
  }

  /** Viewers watch these, or want to: a rendition that rests is wanted at once. */
  #askedFor(broadcastId: BroadcastId, ids: readonly string[]): void {
    const { current } = this.#copy;
    if (current?.broadcastId !== broadcastId) return;
    const asleep = this.#asked.asked(current, ids, Date.now());
    if (asleep.length > 0) void this.#wake(broadcastId, asleep);
  }

  /** That it gets lost costs a second: they are asked for again. */
  async #wake(broadcastId: BroadcastId, ids: readonly RenditionId[]): Promise<void> {
    try {
      await this.#channel.wanted(broadcastId, ids);
    } catch (error) {
      log('warn', 'a relay could not tell what is wanted', { reason: reasonOf(error) });
    }
  }

  get #regionShards(): number {
    return this.#shards[this.#address.region] ?? 1;
  }

  async #relayed<Reply>(answer: () => Promise<Reply>): Promise<Relayed<Reply>> {
    this.#meter.note(Date.now());
    if (!(await this.#link.ready())) return { reply: refused('unavailable') };
    const reply = await answer();
    return { reply, shards: this.#regionShards };
  }

  #apply(events: readonly FeedEvent[]): void {
    for (const event of events) {
      this.#copy.apply(event);
      if (event.kind === 'publisher-lost') this.#viewing.dismiss();
      if (event.kind === 'snapshot' || event.kind === 'beat') this.#shards = event.shards;
      if (event.kind === 'snapshot' || event.kind === 'policy') this.#policy = event.policy;
      if (event.kind === 'snapshot') this.#sentAtMs = Date.now();
      const isOfFigures = event.kind === 'snapshot' || event.kind === 'beat';
      if (isOfFigures && event.figures !== undefined) this.#figures.take(event.figures);
      if (event.kind === 'beat') this.#beat(event);
    }
    this.#viewing.settle();
    if (events.some(({ kind }) => kind === 'beat')) void this.#report();
  }

  #beat({ sentAtMs, audience }: Extract<FeedEvent, { kind: 'beat' }>): void {
    if (Date.now() - sentAtMs > BEAT_AGE_MS_MAX) throw new FeedError('out-of-date');
    this.#sentAtMs = sentAtMs;
    this.#audience = audience ?? this.#audience;
  }

  /** Renews the subscription. That it fails is found out by the line's silence, too. */
  async #report(): Promise<void> {
    const nowMs = Date.now();
    const fetched = this.#fetched.take(nowMs);
    const requestsPerS = this.#meter.take(nowMs);
    const asked = this.#asked.take();
    const report = { ...(requestsPerS !== undefined && { requestsPerS }), ...(fetched && { fetched }), asked };
    try {
      await this.#channel.report(this.#address, report);
    } catch (error) {
      if (fetched !== undefined) this.#fetched.giveBack(fetched);
      this.#asked.giveBack(asked);
      log('warn', 'a relay could not report', { reason: reasonOf(error) });
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown';
}
