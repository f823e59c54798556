import type { AuthorizeAnswer, ChannelId, LeaseAnswer, PublishSettings } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { ChannelAccess } from '../control/edge-client.ts';
import type { CallOutcome } from '../control/json-call.ts';
import { publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import type { SourceEvent } from '../media/source.ts';
import type { PublicationFailure } from '../publish/publication.ts';
import type { PublishEnd, PublisherHandle, PublishRefusal, PublishSink } from '../server/publisher.ts';
import { BroadcastFigures } from './broadcast-figures.ts';
import { type BroadcastInput, type BroadcastState, nextBroadcastState } from './broadcast-life.ts';
import type { BroadcastServices } from './broadcast-services.ts';
import { GrantKeeper } from './grant-keeper.ts';
import { MediaPath } from './media-path.ts';

export interface BroadcastOptions {
  readonly services: BroadcastServices;
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

/** The publisher of the moment. A broadcast outlives its publishers. */
interface Seat {
  readonly handle: PublisherHandle;
}

/** One continuous live session of a channel on this node: its publishers, its lease and its end. */
export class Broadcast {
  readonly channelId: ChannelId;
  readonly #services: BroadcastServices;
  readonly #settings: PublishSettings;
  readonly #figures: BroadcastFigures;
  readonly #grants: GrantKeeper;
  readonly #media: MediaPath;
  readonly #ended = Promise.withResolvers<void>();
  #logger: Logger;
  #state: BroadcastState = 'live';
  #lease: LeaseAnswer | undefined;
  #leaseAsked = Promise.resolve();
  #seat: Seat | undefined;
  #ending: Ending | undefined;
  #reconnectTimer: NodeJS.Timeout | undefined;

  /** Starts the transcoder, which loads while the lease is asked for. */
  constructor({ services, authorized, cpuCount }: BroadcastOptions) {
    const { settings } = authorized;
    this.channelId = settings.channelId;
    this.#services = services;
    this.#settings = settings;
    this.#logger = services.logger.child({ channelId: settings.channelId });
    this.#figures = new BroadcastFigures(services.metrics, this.#logger);
    this.#grants = new GrantKeeper(authorized, {
      renew: (grant) => services.control.renew({ grant, nodeId: services.nodeId }),
      // The edge still takes the old grant, so the viewers get a proper end.
      onRefused: (code) => this.#end({ input: 'fenced', detail: code, refusal: refusalOfPeer(code) }),
      onTrouble: (why) => this.#figures.onTrouble(why),
    });
    services.metrics.broadcasts.inc({ state: this.#state });
    this.#media = this.#openMedia(cpuCount);
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
    const { edge, nodeId } = this.#services;
    const asking = edge.lease(this.#access, { nodeId });
    this.#leaseAsked = asking.then((outcome) => {
      if (outcome.kind === 'answered') this.#lease = outcome.answer;
    });
    return this.#leased(await asking);
  }

  /** Takes its first publisher, once it has the lease. */
  admit(handle: PublisherHandle): PublishSink {
    return this.#sit({ handle });
  }

  /** Takes a publisher who came back, with the grant of this time. Only while it is absent. */
  rejoin(handle: PublisherHandle, authorized: AuthorizeAnswer): PublishSink {
    this.#grants.replace(authorized);
    this.#step('publisher-joined');
    clearTimeout(this.#reconnectTimer);
    this.#media.sourceJoined();
    return this.#sit({ handle });
  }

  /** A second publisher gets the channel. Its lease has a new epoch, so nothing of this one counts any more. */
  takeOver(): void {
    const refusal = publishRefusal('taken-over');
    this.#end({ input: 'taken-over', detail: 'on this node', refusal, isFenced: true });
  }

  /** The node goes down: the last segment is finished, and the lease handed back. */
  stop(): void {
    this.#end({ input: 'node-stopping', detail: 'SIGTERM', refusal: publishRefusal('server-draining') });
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
        onDrain: () => this.#seat?.handle.setPaused(false),
        onBroken: (detail) => this.#end({ ...broken, detail }),
        onUnpublishable: (failure) => this.#unpublishable(failure),
      },
    });
  }

  /** A refusal, or `undefined` when the broadcast may go on. */
  #leased(outcome: CallOutcome<LeaseAnswer>): PublishRefusal | undefined {
    if (outcome.kind === 'answered') {
      const { broadcastId, epoch } = outcome.answer;
      this.#logger = this.#logger.child({ broadcastId, epoch });
      this.#media.publishUnder(outcome.answer, this.#logger);
      // Meanwhile the transcoder may have died, or the node been told to stop.
      return this.#state === 'live' ? undefined : (this.#ending?.refusal ?? publishRefusal('internal-error'));
    }
    const isRefused = outcome.kind === 'refused';
    if (!isRefused) this.#logger.warn({ why: outcome.why }, 'the edge was not reached for a lease');
    const detail = isRefused ? outcome.code : 'edge-unreachable';
    this.#end({ input: 'fenced', detail, isFenced: true });
    return isRefused ? refusalOfPeer(outcome.code) : publishRefusal('control-unreachable');
  }

  #sit(seat: Seat): PublishSink {
    this.#seat = seat;
    return {
      onEvent: (event) => this.#receive(seat, event),
      onWarning: (sentence) => this.#figures.onSourceWarning(sentence),
      onEnd: (end) => this.#left(seat, end),
    };
  }

  #receive(seat: Seat, event: SourceEvent): void {
    if (this.#seat !== seat || this.#state !== 'live') return;
    if (!this.#media.push(event)) seat.handle.setPaused(true);
  }

  #left(seat: Seat, { reason, detail }: PublishEnd): void {
    if (this.#seat !== seat) return;
    this.#seat = undefined;
    if (this.#state !== 'live') return;
    this.#logger.info({ reason, detail }, 'publisher left');
    const { reconnectWindowMs } = this.#settings;
    // Without anything on air yet there is nothing to be continued.
    if (reason === 'unpublished' || reconnectWindowMs === 0 || !this.#media.isOnAir) {
      this.#end({ input: 'publisher-stopped', detail: reason });
      return;
    }
    this.#step('publisher-dropped');
    this.#media.sourceLeft();
    const passed: Ending = { input: 'reconnect-window-passed', detail: `${reconnectWindowMs} ms` };
    this.#reconnectTimer = setTimeout(() => this.#end(passed), reconnectWindowMs);
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
    if (refusal !== undefined) this.#seat?.handle.close(refusal);
    if (isFenced) this.#media.abandon();
    await this.#media.finish();
    await this.#leaseAsked;
    if (!isFenced) await this.#returnLease();
    this.#grants.close();
    this.#step('drained');
    this.#logger.info({ reason: input, detail, ...this.#figures.summary() }, 'broadcast ended');
    this.#ended.resolve();
  }

  async #returnLease(): Promise<void> {
    if (this.#lease === undefined) return;
    const { broadcastId, epoch } = this.#lease;
    const outcome = await this.#services.edge.returnLease(this.#access, { broadcastId, epoch });
    if (outcome.kind !== 'answered') this.#logger.warn({ outcome: outcome.kind }, 'the lease was not handed back');
  }
}
