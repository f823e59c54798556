import { DurableObject } from 'cloudflare:workers';
import {
  type Announcement,
  type BroadcastId,
  ChannelId,
  ClipCut,
  ClipId,
  EmbedSitesNotice,
  type LeaseRequest,
  type LeaseReturn,
  type PlaybackRevocation,
  type RenditionId,
} from '@sluice/contracts';
import { NO_AUDIENCE } from '../audience/audience-count.ts';
import { ChannelAudience } from '../audience/channel-audience.ts';
import type { Fetches } from '../audience/fetches.ts';
import { PendingFetches } from '../audience/pending-fetches.ts';
import { WatchedRenditions } from '../audience/watched-renditions.ts';
import type { EdgeBindings } from '../environment.ts';
import { ChannelEvents } from '../events/channel-events.ts';
import { controlEvents } from '../events/control-events.ts';
import type { HandedInDraft } from '../events/event-draft.ts';
import { EventStore } from '../events/event-store.ts';
import { liveFigures } from '../figures/fed-figures.ts';
import { log } from '../log.ts';
import { mediaSettings } from '../media/media-settings.ts';
import { tracksOf } from '../mux/muxed-id.ts';
import { type ClipReply, cutFromChannel } from '../recording/clip-source.ts';
import { recordingDraft } from '../recording/recording-draft.ts';
import { Recordings } from '../recording/recordings.ts';
import { ChannelFeed } from '../relay/channel-feed.ts';
import { RelayAddress, SHARDS_MAX } from '../relay/relay-address.ts';
import { RelayReport } from '../relay/relay-report.ts';
import type { LiveWindow } from '../window/live-window.ts';
import type { Broadcast } from './broadcast.ts';
import { Channel, type PublisherClaims } from './channel.ts';
import type {
  AnnounceReply,
  AudienceReply,
  DeletionReply,
  FiguresReply,
  LeaseReply,
  LeaseReturnReply,
  MediaReply,
  PlaylistReply,
  PolicyReply,
  StatusReply,
  ThumbnailsReply,
} from './channel-replies.ts';
import { refused } from './channel-replies.ts';
import { ChannelStore } from './channel-store.ts';
import {
  ChannelViewing,
  type ManifestAsk,
  type MediaAsk,
  type PlaylistAsk,
  type PresentationAsk,
  type ThumbnailsAsk,
} from './channel-viewing.ts';
import { DeletedChannel } from './deleted-channel.ts';
import { DirectoryEntry } from './directory-entry.ts';
import type { Lease } from './lease.ts';
import { POLICY_KEY } from './policy-store.ts';
import { StoreBacklog } from './store-backlog.ts';
import { StoredPolicy } from './stored-policy.ts';

/**
 * How long after a change it is stored. The output gate holds every answer while a write is on its way, so those who
 * waited must have theirs before the write is begun. What a crash loses in between the node sends again.
 */
const STORE_DELAY_MS = 50;
/** How often relays hear from their channel at least; their patience is three times as long (relay/channel-link.ts). */
const BEAT_MS = 4_000;
/** As broadcast-id.ts wants it. */
const RANDOM_BYTES = 16;
/**
 * One channel, at the rim of its state: the platform's calls go in, rows and alarms come out. Everything is answered
 * out of memory; SQLite is read when the object starts and written after the answers have left.
 */
export class ChannelObject extends DurableObject<EdgeBindings> {
  readonly #channelId: ChannelId;
  readonly #store: ChannelStore;
  readonly #channel: Channel;
  readonly #viewing: ChannelViewing;
  readonly #audience: ChannelAudience;
  readonly #feed: ChannelFeed;
  readonly #direct = new PendingFetches();
  readonly #watched = new WatchedRenditions();
  readonly #recordings: Recordings;
  readonly #backlogs = new Map<BroadcastId, StoreBacklog>();
  readonly #policy: StoredPolicy;
  readonly #directory: DirectoryEntry;
  readonly #deleted: DeletedChannel;
  /** `undefined`: this deployment tells nobody. */
  readonly #events: ChannelEvents | undefined;
  #keptLease: Lease | undefined;
  #isStoring = false;
  #beating: ReturnType<typeof setInterval> | undefined;
  /** What the alarm was set to last, as far as this object knows. */
  #alarmMs: number | undefined;

  constructor(state: DurableObjectState, bindings: EdgeBindings) {
    super(state, bindings);
    this.#channelId = ChannelId.parse(state.id.name);
    this.#directory = new DirectoryEntry(this.#channelId, bindings, state.storage);
    this.#store = new ChannelStore(state.storage);
    this.#policy = new StoredPolicy(state.storage, (policy) => this.#feed.tellPolicy(policy));
    this.#deleted = new DeletedChannel(state.storage);
    this.#keptLease = this.#store.readLease();
    const broadcasts = this.#keptLease === undefined ? [] : this.#store.readBroadcasts();
    this.#channel = new Channel({ lease: this.#keptLease, broadcasts }, Date.now());
    this.#viewing = new ChannelViewing(this.#channel);
    this.#audience = new ChannelAudience(this.#channel);
    this.#feed = new ChannelFeed(this.#channel, this.#audience);
    this.#recordings = new Recordings({
      channelId: this.#channelId,
      store: this.#store.recordings,
      bucket: () => mediaSettings(bindings).store,
      tellControl: (draft) => {
        this.#events?.tell(draft, Date.now());
        this.#events?.write();
      },
    });
    this.#events = this.#openEvents(state.storage);
    for (const broadcast of this.#channel.broadcasts) this.#backlogOf(broadcast, true);
  }

  /** `POST …/lease`. The epoch is stored before the answer leaves: it must never be given twice. */
  async lease(claims: PublisherClaims, request: LeaseRequest): Promise<LeaseReply> {
    this.#passTime();
    const random = crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
    const reply = this.#channel.askLease(claims, request, { nowMs: Date.now(), random });
    if (reply.kind === 'refused') return reply;
    const { epoch, broadcastId, continues } = reply.answer;
    const isContinued = continues !== undefined;
    log('info', 'lease granted', { broadcastId, epoch, isContinued, nodeId: request.nodeId });
    this.#settle();
    this.#observe();
    this.#deleted.unmark();
    this.#storeNow();
    await this.#setAlarm();
    await this.#directory.registered();
    return reply;
  }

  /** `POST …/announce`. */
  async announce(claims: PublisherClaims, announcement: Announcement): Promise<AnnounceReply> {
    this.#passTime();
    const stateBefore = this.#channel.lease?.state;
    const reply = this.#withWatched(this.#channel.announce(claims, announcement, Date.now()));
    this.#tellRelays(reply, announcement);
    this.#settle();
    this.#observe(reply.kind === 'taken');
    // A node that was told that its description is known does not send it again.
    if (announcement.description === undefined) this.#storeLater();
    else this.#storeNow();
    if (reply.kind === 'taken') void this.#directory.register();
    if (stateBefore === 'lost' && this.#channel.lease?.state === 'held') await this.#setAlarm();
    return reply;
  }

  #withWatched(reply: AnnounceReply): AnnounceReply {
    if (reply.kind === 'refused') return reply;
    const watched = this.#watched.now(this.#channel.current, Date.now());
    return { ...reply, answer: { ...reply.answer, watched } };
  }

  /** Also of what could not be listed: as much of it as could was taken. Never of another broadcast than the live one. */
  #tellRelays(reply: AnnounceReply, announcement: Announcement): void {
    const isLive = announcement.broadcastId === this.#channel.current?.broadcastId;
    const isTold = reply.kind === 'taken' || reply.code === 'announcement-invalid';
    if (isLive && isTold) this.#feed.tellAnnounced(announcement);
  }

  /** `DELETE …/lease`. */
  async returnLease(claims: PublisherClaims, given: LeaseReturn): Promise<LeaseReturnReply> {
    this.#passTime();
    const reply = this.#channel.returnLease(claims, given, Date.now());
    if (reply.kind === 'refused') return reply;
    log('info', 'lease returned', given);
    this.#settle();
    this.#observe();
    // What viewers were told is over must not go on after a reset.
    this.#storeNow();
    await this.#setAlarm();
    return reply;
  }

  /**
   * The channel was deleted. Who watches sees its broadcast end, who publishes is refused from now on, and its rows go
   * once its owner was told of that. What was revoked stays. Asked again, there is nothing left to be done.
   */
  async deleteChannel(): Promise<DeletionReply> {
    this.#passTime();
    log('info', 'the channel was deleted', { broadcastId: this.#channel.current?.broadcastId });
    this.#channel.close(Date.now());
    this.#settle();
    this.#observe();
    const gone = [...this.#channel.broadcasts].map(({ broadcastId }) => broadcastId);
    this.#channel.empty();
    this.#settle();
    this.#observe();
    this.#deleted.mark();
    this.#policy.forgetEmbedding();
    this.#recordings.forgetAll();
    this.#forget(gone);
    this.#store.forgetLease();
    this.#keptLease = undefined;
    this.#directory.forget();
    this.#storeNow();
    await this.#setAlarm();
    return { kind: 'deleted' };
  }

  /** Something that its owner is to be told of a broadcast, of which this object does not know by itself. */
  async tell(draft: HandedInDraft): Promise<void> {
    this.#events?.tell(draft, Date.now());
    // Whoever hands it in does so once.
    this.#storeNow();
  }

  /** Playback tokens are not good any more. Stored before the answer leaves, for whoever told it does not tell it again. */
  async revoke(told: readonly PlaybackRevocation[]): Promise<PolicyReply> {
    const outcome = this.#policy.revoke(told, Date.now());
    if (outcome === 'full') return refused('too-many-revocations');
    if (outcome === 'taken') await this.#directory.registered();
    return this.policy();
  }

  /** Which sites may embed the channel. Stored before the answer leaves, as what was revoked is. */
  async setEmbedding(told: EmbedSitesNotice): Promise<PolicyReply> {
    // What is said before the first broadcast would be known to nobody who looks for the channel.
    if (this.#policy.setEmbedding(EmbedSitesNotice.parse(told)) === 'taken') await this.#directory.registered();
    return this.policy();
  }

  /** Which playback tokens were revoked, and which sites may embed the channel. */
  async policy(): Promise<PolicyReply> {
    return { kind: 'policy', policy: this.#policy.now, agedMs: 0 };
  }

  /** A clip out of what this object knows. Whoever asks puts it into the bucket. */
  async cutClip(clipId: ClipId, cut: ClipCut): Promise<ClipReply> {
    const sources = {
      channelId: this.#channelId,
      broadcasts: this.#channel.broadcasts,
      pending: (broadcastId: BroadcastId) => this.#recordings.pending(broadcastId),
    };
    return cutFromChannel(sources, ClipId.parse(clipId), ClipCut.parse(cut));
  }

  async multivariant(ask: PresentationAsk): Promise<PlaylistReply> {
    return this.#viewing.multivariant(ask);
  }

  async manifest(ask: ManifestAsk): Promise<PlaylistReply> {
    return this.#viewing.manifest(ask);
  }

  async playlist(ask: PlaylistAsk): Promise<PlaylistReply> {
    this.#askedFor(ask.broadcastId, tracksOf(ask.renditionId));
    return this.#viewing.playlist(ask);
  }

  async media(ask: MediaAsk): Promise<MediaReply> {
    this.#askedFor(ask.broadcastId, [ask.renditionId]);
    return this.#viewing.media(ask);
  }

  async status(after: string | undefined): Promise<StatusReply> {
    return this.#viewing.status(after);
  }

  async thumbnails(ask: ThumbnailsAsk): Promise<ThumbnailsReply> {
    return this.#viewing.thumbnails(ask);
  }

  /** What viewers fetched, where no relays are in between. Refused of what is over. */
  async count(fetches: Fetches): Promise<AudienceReply> {
    if (fetches.broadcastId !== this.#channel.current?.broadcastId) return refused('no-such-broadcast');
    this.#direct.add(fetches, Date.now());
    this.#askedFor(fetches.broadcastId, Object.keys(fetches.renditions).flatMap(tracksOf));
    return this.audience();
  }

  async audience(): Promise<AudienceReply> {
    const nowMs = Date.now();
    this.#addDirect(nowMs);
    return { kind: 'audience', audience: this.#audience.count(nowMs) ?? NO_AUDIENCE };
  }

  async figures(): Promise<FiguresReply> {
    const nowMs = Date.now();
    this.#addDirect(nowMs);
    const figures = this.#audience.figures(nowMs);
    const audience = this.#audience.count(nowMs) ?? NO_AUDIENCE;
    return { kind: 'figures', figures: liveFigures(figures?.broadcastId, audience, figures) };
  }

  #addDirect(nowMs: number): void {
    const direct = this.#direct.due(nowMs);
    if (direct !== undefined) this.#audience.add(direct.fetches, { ...direct, relay: 'none' }, nowMs);
  }

  /** The channel as it is, and then whatever becomes of it (FeedEvent); `undefined`: there are too many relays. */
  async subscribe(address: RelayAddress, shards: number): Promise<ReadableStream<Uint8Array> | undefined> {
    this.#passTime();
    const subscription = { policy: this.#policy.ifReadable, shards: Math.min(Math.max(1, shards), SHARDS_MAX) };
    const feed = this.#feed.subscribe(RelayAddress.parse(address), subscription, Date.now());
    this.#beating ??= setInterval(() => this.#beat(), BEAT_MS);
    return feed;
  }

  /** From a relay, at each beat that it hears. */
  async report(address: RelayAddress, report: RelayReport): Promise<void> {
    // While a new version comes in, relays may be of another one.
    const told = RelayReport.parse(report);
    this.#feed.report(RelayAddress.parse(address), told, Date.now());
    this.#watched.asked(this.#channel.current, told.asked ?? [], Date.now());
  }

  /** From a relay: viewers want renditions of this broadcast, of which some rest. The node hears of it with its next word. */
  async wanted(broadcastId: BroadcastId, ids: readonly RenditionId[]): Promise<void> {
    this.#askedFor(broadcastId, ids);
  }

  #askedFor(broadcastId: BroadcastId, ids: Iterable<string>): void {
    const { current } = this.#channel;
    if (current?.broadcastId === broadcastId) this.#watched.asked(current, ids, Date.now());
  }

  override async alarm(): Promise<void> {
    this.#alarmMs = undefined;
    this.#passTime();
    this.#storeNow();
    await this.#recordings.work(Date.now());
    void this.#tellEvents();
    await this.#setAlarm();
  }

  /** Something changed: whoever waited for that is answered, here and at the relays. */
  #settle(): void {
    this.#feed.tellChanges();
    this.#viewing.settle();
  }

  #beat(): void {
    this.#feed.beat(Date.now());
    if (!this.#feed.isSilent) return;
    clearInterval(this.#beating ?? null);
    this.#beating = undefined;
  }

  #passTime(): void {
    const { isPublisherLost, isBroadcastEnded, forgotten } = this.#channel.passTime(Date.now());
    const { lease } = this.#channel;
    const facts = { broadcastId: lease?.broadcastId, epoch: lease?.epoch };
    if (isPublisherLost) {
      log('warn', 'the publisher is not heard from', facts);
      this.#viewing.dismiss();
      this.#feed.tellPublisherLost();
    }
    if (isBroadcastEnded) {
      log('info', 'the broadcast ended without its publisher', facts);
      this.#settle();
    }
    this.#forget(forgotten);
    if (forgotten.length > 0) this.#feed.tellChanges();
    this.#audience.passTime(Date.now());
    this.#observe();
  }

  #forget(broadcastIds: readonly BroadcastId[]): void {
    for (const broadcastId of broadcastIds) {
      this.#store.forgetBroadcast(broadcastId);
      this.#backlogs.delete(broadcastId);
    }
  }

  #openEvents(storage: DurableObjectStorage): ChannelEvents | undefined {
    const control = controlEvents(this.env);
    if (control === undefined) return undefined;
    const known = { channelId: this.#channelId, channel: this.#channel, audience: this.#audience };
    return new ChannelEvents({ ...known, store: new EventStore(storage), control });
  }

  /** What there is to tell of the channel as it is now; it is stored with what it tells of, and then told. */
  #observe(isHeard = false): void {
    this.#events?.observe(Date.now(), isHeard);
    if (this.#events?.isUnstored) this.#storeLater();
  }

  /** Events that are stored, one batch after the other. */
  async #tellEvents(): Promise<void> {
    for (;;) {
      const telling = this.#events?.next(Date.now());
      // Before it is sent: whatever becomes of this object, another one will try again.
      this.#wake();
      if (telling === undefined) return;
      await telling;
      this.#storeLater();
    }
  }

  #backlogOf(broadcast: Broadcast, isKept = false): StoreBacklog {
    const { broadcastId } = broadcast;
    const backlog = this.#backlogs.get(broadcastId) ?? new StoreBacklog(broadcast, isKept);
    this.#backlogs.set(broadcastId, backlog);
    return backlog;
  }

  /** Once for all that happens within the delay. */
  #storeLater(): void {
    if (this.#isStoring) return;
    this.#isStoring = true;
    setTimeout(() => this.#storeNow(), STORE_DELAY_MS);
  }

  #storeNow(): void {
    this.#isStoring = false;
    const { lease } = this.#channel;
    if (lease !== undefined && isWorthKeeping(lease, this.#keptLease)) {
      this.#store.writeLease(lease);
      this.#keptLease = lease;
    }
    for (const broadcast of this.#channel.broadcasts) {
      const backlog = this.#backlogOf(broadcast);
      if (backlog.takeIsRowUnkept()) this.#store.writeBroadcast(broadcast);
      const { window } = broadcast;
      if (window === undefined) continue;
      if (backlog.takeIsWindowUnkept()) this.#store.writeWindow(broadcast, window);
      this.#record(broadcast, window);
    }
    this.#events?.write();
    this.#deleted.empty(this.#events?.isEmpty ?? true, (key) => key === POLICY_KEY);
    void this.#tellEvents();
  }

  /** When time alone next changes something, or there is something to tell; `undefined`: never. Not before now. */
  get #deadlineMs(): number | undefined {
    const deadlines = [this.#channel.deadlineMs, this.#events?.deadlineMs, this.#recordings.nextAtMs].filter(
      (each) => each !== undefined,
    );
    return deadlines.length === 0 ? undefined : Math.max(Date.now(), Math.min(...deadlines));
  }

  /** What has ended becomes a recording, in the same write that keeps its end. */
  #record(broadcast: Broadcast, window: LiveWindow): void {
    const { broadcastId, endedAtMs, thumbnails } = broadcast;
    const timeline = endedAtMs === undefined ? undefined : broadcast.takeTimeline();
    if (timeline === undefined || endedAtMs === undefined) return;
    this.#recordings.begin(
      recordingDraft({ broadcastId, window, timeline, storyboards: thumbnails.storyboards, endedAtMs }),
    );
  }

  async #setAlarm(): Promise<void> {
    this.#alarmMs = this.#deadlineMs;
    if (this.#alarmMs === undefined) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(this.#alarmMs);
  }

  /** The same, but only ever earlier: an alarm that rings for nothing sets itself anew. Nobody waits for it. */
  #wake(): void {
    const deadlineMs = this.#deadlineMs ?? Number.POSITIVE_INFINITY;
    if (deadlineMs < (this.#alarmMs ?? Number.POSITIVE_INFINITY)) void this.#setAlarm();
  }
}

/** When its holder was last heard, and whether anybody sends, is said again with every word, and is worth no row. */
function isWorthKeeping(lease: Lease, kept: Lease | undefined): boolean {
  return lease.epoch !== kept?.epoch || lease.state !== kept.state || lease.takenFrom !== kept.takenFrom;
}
