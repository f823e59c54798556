import type { AuthorizeAnswer, ChannelId, LeaseAnswer, PublishSettings } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { CallOutcome } from '../control/json-call.ts';
import { publishRefusal, refusalOfPeer } from '../control/publish-refusals.ts';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { SourceEvent } from '../media/source.ts';
import { Packager } from '../package/packager.ts';
import { Publication, type PublicationFailure } from '../publish/publication.ts';
import type { PublishEnd, PublisherHandle, PublishRefusal, PublishSink } from '../server/publisher.ts';
import { Transcoder, type TranscoderExit } from '../transcode/transcoder.ts';
import { BroadcastFigures } from './broadcast-figures.ts';
import { type BroadcastInput, type BroadcastState, nextBroadcastState } from './broadcast-life.ts';
import type { BroadcastServices } from './broadcast-services.ts';
import { GrantKeeper } from './grant-keeper.ts';

/** For the last parts to be stored and known to the edge, when the broadcast ends. */
const FINISH_MS_MAX = 20_000;

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
  /** Nothing more may be stored or announced: the edge takes nothing, or another epoch has begun. */
  readonly isAbandoned?: boolean;
}

/** The publisher of the moment. A broadcast outlives its publishers. */
interface Seat {
  readonly handle: PublisherHandle;
}

/** One continuous live session of a channel on this node: publisher, transcoder, packager and publication together. */
export class Broadcast {
  readonly channelId: ChannelId;
  readonly #services: BroadcastServices;
  readonly #settings: PublishSettings;
  readonly #figures: BroadcastFigures;
  readonly #grants: GrantKeeper;
  readonly #transcoder: Transcoder;
  readonly #ended = Promise.withResolvers<void>();
  #logger: Logger;
  #state: BroadcastState = 'live';
  #lease: LeaseAnswer | undefined;
  #seat: Seat | undefined;
  #codecs: string[] = [];
  #packager: Packager | undefined;
  #publication: Publication | undefined;
  #isAbandoned = false;
  #reconnectTimer: NodeJS.Timeout | undefined;

  /** Asks for the lease while the transcoder starts. A refusal leaves nothing behind. */
  static async begin(options: BroadcastOptions): Promise<Broadcast | PublishRefusal> {
    const broadcast = new Broadcast(options);
    const { edge, nodeId } = options.services;
    const outcome = await edge.lease(broadcast.#access, { nodeId });
    return broadcast.#leased(outcome) ?? broadcast;
  }

  private constructor({ services, authorized, cpuCount }: BroadcastOptions) {
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
    this.#transcoder = this.#startTranscoder(cpuCount);
  }

  get state(): BroadcastState {
    return this.#state;
  }

  /** Resolves when no process, timer, socket or buffer of it is left. Never rejects. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Takes its first publisher. */
  admit(handle: PublisherHandle): PublishSink {
    return this.#sit({ handle });
  }

  /** Takes a publisher who came back, with the grant of this time. Only while it is absent. */
  rejoin(handle: PublisherHandle, authorized: AuthorizeAnswer): PublishSink {
    this.#grants.replace(authorized);
    this.#step('publisher-joined');
    clearTimeout(this.#reconnectTimer);
    this.#transcoder.sourceJoined();
    return this.#sit({ handle });
  }

  /** A second publisher gets the channel. Its lease has a new epoch, so nothing of this one counts any more. */
  takeOver(): void {
    const refusal = publishRefusal('taken-over');
    this.#end({ input: 'taken-over', detail: 'on this node', refusal, isAbandoned: true });
  }

  /** The node goes down: the last segment is finished, and the lease handed back. */
  stop(): void {
    this.#end({ input: 'node-stopping', detail: 'SIGTERM', refusal: publishRefusal('server-draining') });
  }

  get #access() {
    return { channelId: this.channelId, grant: this.#grants.current };
  }

  #startTranscoder(cpuCount: number): Transcoder {
    const { takeChild, childCommand } = this.#services;
    const child = takeChild?.();
    const { profile, ladder } = this.#settings;
    return new Transcoder(
      {
        profile,
        ladder,
        cpuCount,
        logger: this.#logger,
        ...(child && { child }),
        ...(childCommand && { command: childCommand }),
      },
      {
        onBroadcast: (encoded) => this.#guarded(() => this.#described(encoded)),
        onFrame: (frame) => this.#guarded(() => this.#coded(frame)),
        onWarning: (warning) => this.#figures.onWarning(warning),
        onStats: (stats) => this.#figures.onStats(stats),
        onDrain: () => this.#seat?.handle.setPaused(false),
        onExit: (exit) => this.#transcoderGone(exit),
      },
    );
  }

  /** A refusal, or `undefined` when the broadcast may go on. */
  #leased(outcome: CallOutcome<LeaseAnswer>): PublishRefusal | undefined {
    if (outcome.kind === 'answered') {
      this.#lease = outcome.answer;
      const { broadcastId, epoch } = outcome.answer;
      this.#logger = this.#logger.child({ broadcastId, epoch });
      // The transcoder may have died meanwhile.
      if (this.#state === 'live') return undefined;
      return publishRefusal('internal-error');
    }
    const code = outcome.kind === 'refused' ? outcome.code : 'edge-unreachable';
    const refusal = outcome.kind === 'refused' ? refusalOfPeer(code) : publishRefusal('control-unreachable');
    if (outcome.kind === 'unreachable') this.#logger.warn({ why: outcome.why }, 'the edge was not reached for a lease');
    this.#end({ input: 'fenced', detail: code, isAbandoned: true });
    return refusal;
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
    if (event.kind === 'video-config' || event.kind === 'audio-config') this.#noteCodec(event.codec);
    if (!this.#transcoder.push(event)) seat.handle.setPaused(true);
  }

  #noteCodec(codec: string): void {
    if (!this.#codecs.includes(codec)) this.#codecs.push(codec);
  }

  #left(seat: Seat, { reason, detail }: PublishEnd): void {
    if (this.#seat !== seat) return;
    this.#seat = undefined;
    if (this.#state !== 'live') return;
    this.#logger.info({ reason, detail }, 'publisher left');
    const { reconnectWindowMs } = this.#settings;
    // Without anything on air yet there is nothing to be continued.
    if (reason === 'unpublished' || reconnectWindowMs === 0 || this.#publication === undefined) {
      this.#end({ input: 'publisher-stopped', detail: reason });
      return;
    }
    this.#step('publisher-dropped');
    this.#transcoder.sourceLeft();
    const passed: Ending = { input: 'reconnect-window-passed', detail: `${reconnectWindowMs} ms` };
    this.#reconnectTimer = setTimeout(() => this.#end(passed), reconnectWindowMs);
  }

  #described(encoded: EncodedBroadcast): void {
    const { services, lease } = { services: this.#services, lease: this.#lease };
    if (lease === undefined) throw new Error('described without a lease');
    const { description } = encoded;
    const packager = new Packager(encoded);
    this.#packager = packager;
    this.#publication = new Publication({
      channelId: this.channelId,
      lease,
      description,
      inits: packager.inits,
      store: services.store,
      announce: (announcement, signal) => services.edge.announce(this.#access, announcement, signal),
      listener: this.#publicationListener(),
    });
    this.#publication.start();
    const renditions = description.renditions.map(({ id }) => id);
    const frameRate = `${description.frameRate.num}/${description.frameRate.den}`;
    const { profile, startedAtMs } = description;
    this.#logger.info({ codecs: this.#codecs, profile, frameRate, renditions, startedAtMs }, 'broadcast described');
  }

  #publicationListener() {
    const figures = this.#figures;
    return {
      onFailure: (failure: PublicationFailure) => this.#publicationFailed(failure),
      onPartStored: figures.onPartStored.bind(figures),
      onPartLost: figures.onPartLost.bind(figures),
      onObjectStored: figures.onObjectStored.bind(figures),
      onAnnounced: figures.onAnnounced.bind(figures),
      onTrouble: figures.onTrouble.bind(figures),
    };
  }

  #coded(frame: EncodedFrame): void {
    if (this.#isAbandoned) return;
    const part = this.#packager?.push(frame, Date.now());
    if (part !== undefined) this.#publication?.add(part);
  }

  /** What throws in here is ours: this broadcast dies of it, and no other. */
  #guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'error';
      this.#logger.error({ err: error }, 'the broadcast cannot be packaged');
      this.#isAbandoned = this.#packager === undefined;
      this.#end({ input: 'transcoder-died', detail, refusal: publishRefusal('internal-error') });
    }
  }

  #publicationFailed({ kind, code, detail }: PublicationFailure): void {
    this.#isAbandoned = true;
    const input = kind === 'fenced' ? 'fenced' : 'publication-failed';
    const refusal = refusalOfPeer(code);
    this.#end({ input, detail: `${code}: ${detail}`, refusal, isAbandoned: kind === 'fenced' });
  }

  #transcoderGone({ reason, sentence, stderrLines }: TranscoderExit): void {
    if (reason !== 'stopped') this.#logger.error({ reason, sentence, stderrLines }, 'the transcoder ended');
    this.#end({ input: 'transcoder-died', detail: reason, refusal: publishRefusal('internal-error') });
  }

  /** The first reason wins; a later one is no step of the table. */
  #end(ending: Ending): void {
    if (this.#step(ending.input)) void this.#wind(ending);
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
  async #wind({ input, detail, refusal, isAbandoned }: Ending): Promise<void> {
    clearTimeout(this.#reconnectTimer);
    if (refusal !== undefined) this.#seat?.handle.close(refusal);
    if (isAbandoned === true) this.#abandon();
    await this.#transcoder.stop();
    if (!this.#isAbandoned) await this.#finishPublication();
    await this.#returnLease(isAbandoned === true);
    this.#abandon();
    this.#grants.close();
    this.#step('drained');
    this.#logger.info({ reason: input, detail, ...this.#figures.summary() }, 'broadcast ended');
    this.#ended.resolve();
  }

  #abandon(): void {
    this.#isAbandoned = true;
    this.#publication?.abandon();
  }

  async #finishPublication(): Promise<void> {
    for (const part of this.#packager?.end(Date.now()) ?? []) this.#publication?.add(part);
    await this.#publication?.finish(FINISH_MS_MAX);
  }

  async #returnLease(isFenced: boolean): Promise<void> {
    if (isFenced || this.#lease === undefined) return;
    const { broadcastId, epoch } = this.#lease;
    const outcome = await this.#services.edge.returnLease(this.#access, { broadcastId, epoch });
    if (outcome.kind !== 'answered') this.#logger.warn({ outcome: outcome.kind }, 'the lease was not handed back');
  }
}
