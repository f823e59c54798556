import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AuthorizeAnswer,
  ChannelId,
  CheckReason,
  IngestProtocol,
  LeaseAnswer,
  PublishSettings,
} from '@sluice/contracts';
import type { Logger } from 'pino';
import type { ChannelAccess } from '../control/edge-client.ts';
import type { NoticedEvent } from '../control/event-outbox.ts';
import type { CallOutcome } from '../control/json-call.ts';
import { publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import { BroadcastHealth } from '../health/broadcast-health.ts';
import type { SourceEvent } from '../media/source.ts';
import type { PublicationFailure } from '../publish/publication.ts';
import type { PublishEnd, PublishRefusal, PublishSink } from '../server/publisher.ts';
import { SourceFeed } from '../server/source-feed.ts';
import { type AdmittedPublisher, checkedPublisher } from './admitted-publisher.ts';
import { BroadcastFigures } from './broadcast-figures.ts';
import { type BroadcastInput, type BroadcastState, nextBroadcastState } from './broadcast-life.ts';
import type { BroadcastServices, LeasePatience } from './broadcast-services.ts';
import { GrantKeeper } from './grant-keeper.ts';
import { MediaPath } from './media-path.ts';
import type { Checkable } from './publisher-check.ts';
import { PublisherSeats, type SeatChange } from './publisher-seats.ts';
import { TakeoverBrake } from './takeover-brake.ts';

/** Silence after which a waiting backup gets the channel; with the looks of both nodes, within two seconds. */
const HANDOVER_QUIET_MS = 1_200;
const HANDOVER_LOOK_MS = 200;

/** Longer than a node may be quiet before the edge gives its channel to another one; shorter than encoders wait. */
const LEASE_PATIENCE: LeasePatience = { everyMs: 500, forMs: 5_000 };

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

/** Nothing from a publisher for so long: another one of the channel is let in, even where a second is refused. */
const QUIET_MS = 3_000;

/** One continuous live session of a channel on this node: its publishers, its lease and its end. */
export class Broadcast {
  readonly channelId: ChannelId;
  readonly #services: BroadcastServices;
  readonly #settings: PublishSettings;
  readonly #protocol: IngestProtocol;
  /** Of the publisher on air. */
  readonly #health: BroadcastHealth;
  readonly #figures: BroadcastFigures;
  readonly #grants: GrantKeeper;
  /** The newest yes of the control API to one of its publishers. */
  #authorized: AuthorizeAnswer;
  readonly #media: MediaPath;
  readonly #takeovers = new TakeoverBrake();
  readonly #seats: PublisherSeats;
  /** The source as it is pushed, for those who watch over it. */
  readonly feed: SourceFeed;
  readonly #ended = Promise.withResolvers<void>();
  #logger: Logger;
  #state: BroadcastState = 'live';
  #lease: LeaseAnswer | undefined;
  #leaseAsked = Promise.resolve();
  #ending: Ending | undefined;
  #reconnectTimer: NodeJS.Timeout | undefined;
  #standbyTimer: NodeJS.Timeout | undefined;
  #absentSinceMs = 0;

  constructor({ services, protocol, authorized, cpuCount }: BroadcastOptions) {
    this.#protocol = protocol;
    const { settings } = authorized;
    this.#authorized = authorized;
    this.channelId = settings.channelId;
    this.#services = services;
    this.#settings = settings;
    this.#logger = services.logger.child({ channelId: settings.channelId });
    this.#health = this.#openHealth();
    this.#figures = new BroadcastFigures(services.metrics, this.#logger, this.#health);
    this.#grants = new GrantKeeper(authorized, {
      renew: (grant) => services.control.renew({ grant, nodeId: services.nodeId }),
      // The edge still takes the old grant, so the viewers get a proper end.
      onRefused: (code) => this.#end({ input: 'fenced', detail: code, refusal: refusalOfPeer(code) }),
      onTrouble: (why) => this.#figures.onTrouble(why),
    });
    services.metrics.broadcasts.inc({ state: this.#state });
    this.#media = this.#openMedia(cpuCount);
    this.#seats = this.#openSeats();
    this.feed = new SourceFeed({
      onFault: (error) => this.#logger.error({ err: error }, 'somebody who plays the source failed'),
    });
  }

  /** Those whose right to publish is asked for again and again: who is on air, or was last; and who stands by. */
  get publishers(): readonly Checkable[] {
    const { standby } = this.#seats;
    const current = { checked: checkedPublisher(this.#authorized), cut: (reason: CheckReason) => this.#cut(reason) };
    if (standby === undefined) return [current];
    const cut = (reason: CheckReason) => standby.handle.close(refusalOfPeer(reason));
    return [current, { checked: checkedPublisher(standby.authorized), cut }];
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
    return await this.#leaseWhen(this.#askLease());
  }

  /** Begins under a lease that was asked for already. */
  async beginUnder(answer: LeaseAnswer): Promise<PublishRefusal | undefined> {
    return await this.#leaseWhen(Promise.resolve({ kind: 'answered', answer }));
  }

  async #leaseWhen(asking: Promise<CallOutcome<LeaseAnswer>>): Promise<PublishRefusal | undefined> {
    this.#leaseAsked = asking.then((outcome) => {
      if (outcome.kind === 'answered') this.#lease = outcome.answer;
    });
    return this.#leased(await asking);
  }

  /** Takes its first publisher, once it has the lease. */
  admit(publisher: AdmittedPublisher): PublishSink {
    this.#health.onAir(publisher.authorized.settings);
    return this.#seats.admit(publisher);
  }

  /** Takes a publisher who came back, with the grant of this time. Only while it is absent. */
  rejoin(publisher: AdmittedPublisher): PublishSink {
    this.#authorize(publisher.authorized);
    this.#step('publisher-joined');
    clearTimeout(this.#reconnectTimer);
    this.#joined();
    this.#tell({ kind: 'publisher-back', absentMs: Math.round(performance.now() - this.#absentSinceMs) });
    return this.#seats.admit(publisher);
  }

  /** What a second publisher is to this broadcast, while it is live. */
  placeOf({ isBackup, authorized: { settings } }: AdmittedPublisher): 'on-air' | 'standby' | 'nowhere' {
    // A backup never pushes its primary aside, and a primary always comes before its backup.
    if (isBackup && !this.#seats.isBackupOnAir) return 'standby';
    if (!isBackup && this.#seats.isBackupOnAir) return 'on-air';
    // An encoder that comes back is often here before its broken connection is noticed.
    if (this.#seats.quietMs >= QUIET_MS) return 'on-air';
    const isTakeover = settings.takeover === 'take-over' && this.#takeovers.take(performance.now());
    return isTakeover ? 'on-air' : 'nowhere';
  }

  /** A second publisher takes the place of the one that there is: viewers see another picture in the same broadcast. */
  replace(publisher: AdmittedPublisher): PublishSink {
    return this.#seats.replace(publisher);
  }

  /** A backup waits for its primary to fall silent. */
  standBy(publisher: AdmittedPublisher): PublishSink {
    this.#logger.info('a backup stands by');
    return this.#seats.standBy(publisher);
  }

  /** The node goes down: the last segment is finished, and the lease handed back. */
  stop(): void {
    this.#end({ input: 'node-stopping', detail: 'SIGTERM', refusal: publishRefusal('server-draining') });
  }

  /** The control API says that it may not go on. Viewers get a proper end. */
  #cut(reason: CheckReason): void {
    this.#end({ input: 'fenced', detail: reason, refusal: refusalOfPeer(reason) });
  }

  get #access(): ChannelAccess {
    return { channelId: this.channelId, grant: this.#grants.current };
  }

  #openMedia(cpuCount: number): MediaPath {
    const broken = { input: 'transcoder-died', refusal: publishRefusal('internal-error') } as const;
    return new MediaPath({
      services: this.#services,
      settings: this.#settings,
      cpuCount,
      logger: this.#logger,
      figures: this.#figures,
      access: () => this.#access,
      listener: {
        onDrain: () => {
          this.#health.onHeld(false);
          this.#seats.resume();
        },
        onBroken: (detail) => this.#end({ ...broken, detail }),
        onStandby: (isThere) => this.#standbyElsewhere(isThere),
        onUnpublishable: (failure) => this.#unpublishable(failure),
      },
    });
  }

  /**
   * Where a channel refuses a second publisher, and its node has died with the first one, the edge takes some seconds to
   * be sure of it: the encoder that came back waits for so long rather than to be sent away.
   */
  async #askLease(): Promise<CallOutcome<LeaseAnswer>> {
    const { edge, nodeId, leasePatience: { everyMs, forMs } = LEASE_PATIENCE } = this.#services;
    for (let waitedMs = 0; ; waitedMs += everyMs) {
      const outcome = await edge.lease(this.#access, { nodeId, standsBy: false });
      const isInUse = outcome.kind === 'refused' && outcome.code === 'channel-in-use';
      if (!isInUse || waitedMs >= forMs || this.#state !== 'live') return outcome;
      await sleep(everyMs);
    }
  }

  /** A refusal, or `undefined` when the broadcast may go on. */
  #leased(outcome: CallOutcome<LeaseAnswer>): PublishRefusal | undefined {
    if (outcome.kind === 'answered') {
      const { broadcastId, epoch, continues } = outcome.answer;
      this.#logger = this.#logger.child({ broadcastId, epoch });
      this.#media.publishUnder(outcome.answer, this.#logger);
      this.#tell({ kind: 'broadcast-started', protocol: this.#protocol, isResumed: continues !== undefined });
      // Meanwhile the node may have been told to stop.
      return this.#state === 'live' ? undefined : (this.#ending?.refusal ?? publishRefusal('internal-error'));
    }
    const isRefused = outcome.kind === 'refused';
    if (!isRefused) this.#logger.warn({ why: outcome.why }, 'the edge was not reached for a lease');
    const detail = isRefused ? outcome.code : 'edge-unreachable';
    this.#end({ input: 'fenced', detail, isFenced: true });
    return isRefused ? refusalOfPeer(outcome.code) : publishRefusal('control-unreachable');
  }

  #openHealth(): BroadcastHealth {
    const { channelId } = this;
    const { metrics } = this.#services;
    return new BroadcastHealth({ channelId, metrics, logger: this.#logger, tell: (event) => this.#tell(event) });
  }

  #joined(): void {
    this.#health.onAir(this.#authorized.settings);
    this.feed.restart();
    this.#media.sourceJoined();
  }

  #authorize(authorized: AuthorizeAnswer): void {
    this.#authorized = authorized;
    this.#grants.replace(authorized);
  }

  #openSeats(): PublisherSeats {
    return new PublisherSeats({
      listener: {
        onEvent: (event) => {
          if (this.#state !== 'live') return;
          this.#health.onEvent(event);
          this.#push(event);
        },
        onChange: (change, events) => this.#changed(change, events),
        onWarning: (sentence) => this.#health.onSentence(sentence),
        onFigures: (figures) => this.#health.onLink(figures),
        onEmpty: (end) => this.#left(end),
      },
    });
  }

  #push(event: SourceEvent): void {
    this.feed.push(event);
    if (this.#media.push(event)) return;
    this.#health.onHeld(true);
    this.#seats.pause();
  }

  /** The seam between two publishers: the picture repeats until the new one's first is there. */
  #changed({ why, publisher }: SeatChange, events: readonly SourceEvent[]): void {
    if (this.#state !== 'live') return;
    this.#authorize(publisher.authorized);
    this.#logger.info({ why }, 'another publisher is on air');
    this.#media.sourceLeft();
    this.#joined();
    for (const event of events) this.#push(event);
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

  /** While a backup on another node waits, the publisher here is watched: who is silent loses the channel to it. */
  #standbyElsewhere(isThere: boolean): void {
    const isGoingOn = this.#state === 'live' || this.#state === 'absent';
    if (isThere && this.#standbyTimer === undefined && isGoingOn) {
      this.#standbyTimer = setInterval(() => this.#handOverIfSilent(), HANDOVER_LOOK_MS);
    }
    if (!isThere) this.#forgetStandby();
  }

  #forgetStandby(): void {
    clearInterval(this.#standbyTimer);
    this.#standbyTimer = undefined;
  }

  #handOverIfSilent(): void {
    const isSilent = this.#state === 'absent' || this.#seats.quietMs >= HANDOVER_QUIET_MS;
    const refusal = publishRefusal('backup-took-over');
    if (isSilent) this.#end({ input: 'handed-over', detail: 'to a backup', refusal, isFenced: true });
  }

  #unpublishable({ kind, code, detail }: PublicationFailure): void {
    const isFenced = kind === 'fenced';
    const input = isFenced ? 'fenced' : 'publication-failed';
    this.#media.abandon();
    this.#end({ input, detail: `${code}: ${detail}`, refusal: refusalOfPeer(code), isFenced });
  }

  /** The first reason wins; a later one is no step of the table. */
  #end(ending: Ending): void {
    if (!this.#step(ending.input)) return;
    this.#ending = ending;
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
    this.#health.close();
    this.feed.end();
    this.#seats.close(refusal ?? publishRefusal('internal-error'));
    if (isFenced) this.#media.abandon();
    // The backup waits for it; what is not announced yet it makes anew.
    if (input === 'handed-over') await this.#returnLease(true);
    await this.#media.finish();
    await this.#leaseAsked;
    if (!isFenced) await this.#returnLease(input === 'node-stopping');
    this.#grants.close();
    this.#step('drained');
    this.#logger.info({ reason: input, detail, ...this.#figures.summary() }, 'broadcast ended');
    this.#tell({ kind: 'broadcast-ended', reason: input });
    this.#ended.resolve();
  }

  /** Of a broadcast that never had a lease there is nothing to tell. */
  #tell(happened: Happened): void {
    if (this.#lease === undefined) return;
    const { broadcastId } = this.#lease;
    this.#services.events.add({ ...happened, channelId: this.channelId, broadcastId });
  }

  async #returnLease(expectsSuccessor: boolean): Promise<void> {
    if (this.#lease === undefined) return;
    const { broadcastId, epoch } = this.#lease;
    const outcome = await this.#services.edge.returnLease(this.#access, { broadcastId, epoch, expectsSuccessor });
    if (outcome.kind !== 'answered') this.#logger.warn({ outcome: outcome.kind }, 'the lease was not handed back');
  }
}
