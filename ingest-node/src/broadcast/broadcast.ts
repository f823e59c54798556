import type { AuthorizeAnswer, ChannelId, CheckReason, IngestProtocol, PublishSettings } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { NoticedEvent } from '../control/event-outbox.ts';
import type { CallOutcome } from '../control/json-call.ts';
import { publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import { BroadcastHealth } from '../health/broadcast-health.ts';
import { ChannelStore } from '../publish/channel-store.ts';
import type { PublicationFailure } from '../publish/publication.ts';
import type { TakenLease, UntoldParts } from '../publish/untold-parts.ts';
import { Restreamer } from '../restream/restreamer.ts';
import type { PublishEnd, PublishRefusal, PublishSink } from '../server/publisher.ts';
import { type AdmittedPublisher, checkedPublisher } from './admitted-publisher.ts';
import { BroadcastFigures } from './broadcast-figures.ts';
import { BroadcastLease } from './broadcast-lease.ts';
import { type BroadcastInput, type BroadcastState, nextBroadcastState } from './broadcast-life.ts';
import type { BroadcastServices } from './broadcast-services.ts';
import { BroadcastSource } from './broadcast-source.ts';
import { HandoverWatch } from './handover-watch.ts';
import { MediaPath } from './media-path.ts';
import type { Checkable } from './publisher-check.ts';
import { type SilenceLimits, silenceLimits } from './silence-limits.ts';
import { SourceFeed } from './source-feed.ts';

type WithoutPlace<T> = T extends unknown ? Omit<T, 'channelId' | 'broadcastId'> : never;
type Happened = WithoutPlace<NoticedEvent>;

export interface BroadcastOptions {
  readonly services: BroadcastServices;
  /** Of its first publisher. */
  readonly protocol: IngestProtocol;
  readonly authorized: AuthorizeAnswer;
  /** CPUs that this broadcast may count on. */
  readonly cpuCount: number;
}

/** Why a broadcast ends, and what its publisher is told. */
interface Ending {
  readonly input: BroadcastInput;
  readonly detail: string;
  /** Absent: there is no publisher to be told. */
  readonly refusal?: PublishRefusal;
  /** Another epoch has begun, or the edge takes nothing of this one: it is left as it is. */
  readonly isFenced?: boolean;
}

/** One continuous live session of a channel on this node: its source, its lease, its media and its end. */
export class Broadcast {
  readonly channelId: ChannelId;
  readonly #services: BroadcastServices;
  readonly #settings: PublishSettings;
  readonly #protocol: IngestProtocol;
  /** Of the publisher on air. */
  readonly #health: BroadcastHealth;
  readonly #figures: BroadcastFigures;
  readonly #lease: BroadcastLease;
  readonly #store: ChannelStore;
  readonly #media: MediaPath;
  readonly #source: BroadcastSource;
  readonly #handover: HandoverWatch;
  /** The source as it is pushed, for those who watch over it. */
  readonly feed: SourceFeed;
  readonly #restreamer: Restreamer;
  readonly #ended = Promise.withResolvers<void>();
  #logger: Logger;
  #state: BroadcastState = 'live';
  #ending: Ending | undefined;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #absentSinceMs = 0;
  /** Nobody came back: what is still announced must not read as if somebody had. */
  #isAbsentAtEnd = false;

  constructor({ services, protocol, authorized, cpuCount }: BroadcastOptions) {
    this.#protocol = protocol;
    const { settings } = authorized;
    this.channelId = settings.channelId;
    this.#services = services;
    this.#settings = settings;
    this.#logger = services.logger.child({ channelId: settings.channelId });
    this.#health = this.#openHealth();
    this.#figures = new BroadcastFigures(services.metrics, this.#logger, this.#health);
    this.#store = new ChannelStore(services.store);
    this.#store.use(authorized.storage);
    this.#lease = new BroadcastLease({
      services,
      authorized,
      store: this.#store,
      // The edge still takes the old grant, so the viewers get a proper end.
      onRefused: (code) => this.#end({ input: 'fenced', detail: code, refusal: refusalOfPeer(code) }),
      onTrouble: (why) => this.#figures.onTrouble(why),
      onRenewed: ({ settings: { restream }, storage }) => {
        this.#restreamer.update(restream);
        this.#store.use(storage);
      },
    });
    services.metrics.broadcasts.inc({ state: this.#state });
    this.feed = new SourceFeed({
      onFault: (error) => this.#logger.error({ err: error }, 'somebody who plays the source failed'),
    });
    this.#restreamer = this.#openRestreamer();
    this.#media = this.#openMedia(cpuCount);
    const silence = silenceLimits(this.isEncoded, settings.profile);
    this.#source = this.#openSource(silence);
    this.#handover = new HandoverWatch({
      isSilent: () => this.#state === 'absent' || this.#source.quietMs >= silence.handoverMs,
      onHandover: () => this.#handOver(),
    });
  }

  /** Those whose right to publish is asked for again and again: who is on air, or was last; and who stands by. */
  get publishers(): readonly Checkable[] {
    const { standby } = this.#source;
    const restreamVersion = this.#restreamer.version;
    const current = {
      checked: {
        ...checkedPublisher(this.#lease.authorized),
        ...(restreamVersion !== undefined && { restreamVersion }),
      },
      cut: (reason: CheckReason) => this.#cut(reason),
      onRestreamChanged: () => this.#lease.renewNow(),
    };
    if (standby === undefined) return [current];
    const cut = (reason: CheckReason) => standby.handle.close(refusalOfPeer(reason));
    return [current, { checked: checkedPublisher(standby.authorized), cut }];
  }

  /** Its publishers encode its renditions themselves: who sends one source cannot go on with it, and the other way round. */
  get isEncoded(): boolean {
    return isEncodedBy(this.#protocol);
  }

  get state(): BroadcastState {
    return this.#state;
  }

  /** Resolves when no process, timer, socket or buffer of it is left. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Asks for the lease, without which nothing is read. A refusal leaves nothing behind. Never rejects. */
  async lease(): Promise<PublishRefusal | undefined> {
    return this.#leased(await this.#lease.ask(() => this.#state === 'live'));
  }

  /** Begins under a lease that was asked for already. */
  beginUnder(answer: TakenLease): void {
    this.#lease.adopt(answer);
    this.#leased({ kind: 'answered', answer });
  }

  /** Takes its first publisher, once it has the lease. */
  admit(publisher: AdmittedPublisher): PublishSink {
    return this.#source.admit(publisher);
  }

  /** Takes a publisher who came back, with the grant of this time. Only while it is absent. */
  rejoin(publisher: AdmittedPublisher): PublishSink {
    this.#authorize(publisher.authorized);
    this.#step('publisher-joined');
    clearTimeout(this.#reconnectTimer);
    this.#tell({ kind: 'publisher-back', absentMs: Math.round(performance.now() - this.#absentSinceMs) });
    return this.#source.rejoin(publisher);
  }

  /** Takes one more publisher while it is live, on air or to stand by. `undefined`: the channel is in use. */
  takeSecond(publisher: AdmittedPublisher): PublishSink | undefined {
    return this.#source.takeSecond(publisher);
  }

  /** Ends for a publisher who cannot go on with it, if that one may have the channel. */
  giveWayTo(publisher: AdmittedPublisher): boolean {
    if (this.#state === 'live' && !this.#source.givesWayTo(publisher)) return false;
    this.#end({ input: 'gave-way', detail: 'another kind of publisher', refusal: publishRefusal('taken-over') });
    return true;
  }

  /** The node goes down: the last segment is finished, and the lease handed back. */
  stop(): void {
    this.#end({ input: 'node-stopping', detail: 'SIGTERM', refusal: publishRefusal('server-draining') });
  }

  /** The control API says that it may not go on. Viewers get a proper end. */
  #cut(reason: CheckReason): void {
    this.#end({ input: 'fenced', detail: reason, refusal: refusalOfPeer(reason) });
  }

  get #isPublisherAbsent(): boolean {
    return this.#state === 'absent' || this.#isAbsentAtEnd || (this.#state === 'live' && this.#source.isQuiet);
  }

  #openMedia(cpuCount: number): MediaPath {
    const broken = { input: 'transcoder-died', refusal: publishRefusal('internal-error') } as const;
    return new MediaPath({
      services: this.#services,
      settings: this.#settings,
      isEncoded: this.isEncoded,
      cpuCount,
      logger: this.#logger,
      figures: this.#figures,
      access: () => this.#lease.access,
      store: this.#store,
      isPublisherAbsent: () => this.#isPublisherAbsent,
      memory: this.feed.memory,
      listener: {
        onDrain: () => this.#source.resume(),
        onBroken: (detail) => this.#end({ ...broken, detail }),
        onUnusable: (sentence) => {
          const refusal = { code: 'tracks-unusable', sentence } as const;
          this.#end({ input: 'source-unusable', detail: sentence, refusal });
        },
        onStandby: (isThere) => this.#handover.onStandby(isThere),
        onUnpublishable: (failure) => this.#unpublishable(failure),
      },
    });
  }

  #openRestreamer(): Restreamer {
    const { metrics, restreamAccess = { arePrivateTargetsAllowed: false } } = this.#services;
    return new Restreamer({
      channelId: this.channelId,
      feed: this.feed,
      access: restreamAccess,
      metrics,
      logger: this.#logger,
      tell: (status) => this.#tell({ kind: 'restream-status', ...status }),
    });
  }

  #authorize(authorized: AuthorizeAnswer): void {
    this.#lease.authorize(authorized);
    this.#store.use(authorized.storage);
    this.#restreamer.update(authorized.settings.restream);
  }

  /** A refusal, or `undefined` when the broadcast may go on. */
  #leased(outcome: CallOutcome<TakenLease>): PublishRefusal | undefined {
    if (outcome.kind === 'answered') {
      const { broadcastId, epoch, continues } = outcome.answer;
      this.#logger = this.#logger.child({ broadcastId, epoch });
      this.#logUntold(outcome.answer.untold);
      this.#media.publishUnder(outcome.answer, this.#logger);
      this.#tell({ kind: 'broadcast-started', protocol: this.#protocol, isResumed: continues !== undefined });
      this.#restreamer.update(this.#lease.authorized.settings.restream);
      // Meanwhile the node may have been told to stop.
      return this.#state === 'live' ? undefined : (this.#ending?.refusal ?? publishRefusal('internal-error'));
    }
    const isRefused = outcome.kind === 'refused';
    if (!isRefused) this.#logger.warn({ why: outcome.why }, 'the edge was not reached for a lease');
    const detail = isRefused ? outcome.code : 'edge-unreachable';
    this.#end({ input: 'fenced', detail, isFenced: true });
    return isRefused ? refusalOfPeer(outcome.code) : publishRefusal('control-unreachable');
  }

  #logUntold({ parts, trouble }: UntoldParts): void {
    if (trouble !== undefined)
      this.#logger.warn({ why: trouble }, 'it could not be seen which parts are in the bucket');
    if (parts.length === 0) return;
    const names = parts.map(({ renditionId, msn, partIndex }) => `${renditionId} ${msn}.${partIndex}`);
    this.#logger.info({ parts: names }, 'parts are in the bucket that the edge was not told of');
  }

  #openHealth(): BroadcastHealth {
    const { channelId } = this;
    const { metrics } = this.#services;
    return new BroadcastHealth({ channelId, metrics, logger: this.#logger, tell: (event) => this.#tell(event) });
  }

  #openSource(silence: SilenceLimits): BroadcastSource {
    return new BroadcastSource({
      silence,
      feed: this.feed,
      health: this.#health,
      media: this.#media,
      logger: () => this.#logger,
      onChange: ({ authorized }) => this.#authorize(authorized),
      onEmpty: (end) => this.#left(end),
    });
  }

  #left({ reason, detail }: PublishEnd): void {
    if (this.#state !== 'live') return;
    this.#logger.info({ reason, detail }, 'publisher left');
    const { reconnectWindowMs } = this.#settings;
    // Without anything on air yet there is nothing to be continued.
    if (reason === 'unpublished' || reconnectWindowMs === 0 || !this.#media.isOnAir) {
      this.#end({ input: 'publisher-stopped', detail: reason });
      return;
    }
    this.#step('publisher-dropped');
    this.#absentSinceMs = performance.now();
    this.#media.sourceLeft();
    this.#tell({ kind: 'publisher-absent', reason });
    const passed: Ending = { input: 'reconnect-window-passed', detail: `${reconnectWindowMs} ms` };
    this.#reconnectTimer = setTimeout(() => this.#end(passed), reconnectWindowMs);
  }

  /** Another epoch begins with it, so nothing of this one is finished. */
  #handOver(): void {
    const refusal = publishRefusal('backup-took-over');
    this.#end({ input: 'handed-over', detail: 'to a backup', refusal, isFenced: true });
  }

  #unpublishable({ kind, code, detail }: PublicationFailure): void {
    const isFenced = kind === 'fenced';
    const input = isFenced ? 'fenced' : 'publication-failed';
    this.#media.abandon();
    this.#end({ input, detail: `${code}: ${detail}`, refusal: refusalOfPeer(code), isFenced });
  }

  /** The first reason wins; a later one is no step of the table. */
  #end(ending: Ending): void {
    const isAbsent = this.#state === 'absent';
    if (!this.#step(ending.input)) return;
    this.#ending = ending;
    this.#isAbsentAtEnd = isAbsent;
    void this.#wind(ending);
  }

  #step(input: BroadcastInput): boolean {
    const next = nextBroadcastState(this.#state, input);
    if (next === undefined) return false;
    const { broadcasts } = this.#services.metrics;
    broadcasts.dec({ state: this.#state });
    if (next !== 'ended') broadcasts.inc({ state: next });
    this.#state = next;
    return true;
  }

  /** Everything that an end takes, in order. Never rejects. */
  async #wind({ input, detail, refusal, isFenced = false }: Ending): Promise<void> {
    clearTimeout(this.#reconnectTimer);
    this.#handover.close();
    this.#source.close(refusal ?? publishRefusal('internal-error'));
    if (isFenced) this.#media.abandon();
    const pushesGone = this.#restreamer.close(isFenced);
    // The backup waits for it; what is not announced yet it makes anew.
    if (input === 'handed-over') await this.#lease.giveBack(true);
    await this.#media.finish();
    if (!isFenced) await this.#lease.giveBack(input === 'node-stopping');
    await this.#lease.close();
    await pushesGone;
    this.#step('drained');
    this.#figures.onEnded();
    this.#logger.info({ reason: input, detail, ...this.#figures.summary() }, 'broadcast ended');
    this.#tell({ kind: 'broadcast-ended', reason: input });
    this.#ended.resolve();
  }

  /** Of a broadcast that never had a lease there is nothing to tell. */
  #tell(happened: Happened): void {
    if (this.#lease.answer === undefined) return;
    const { broadcastId } = this.#lease.answer;
    this.#services.events.add({ ...happened, channelId: this.channelId, broadcastId });
  }
}

/** CMAF ingest brings renditions, everything else a source to make them of. */
export function isEncodedBy(protocol: IngestProtocol): boolean {
  return protocol === 'cmaf';
}
