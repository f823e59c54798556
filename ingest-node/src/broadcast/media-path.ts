import type { Announcement, BroadcastDescription, PublishSettings, RenditionId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { ChannelAccess } from '../control/edge-client.ts';
import {
  type ContinuedBroadcast,
  type EncodedBroadcast,
  type EncodedFrame,
  hasSameInits,
  leavesNothingOut,
} from '../media/encoded.ts';
import type { PublishedEvent, SourceEvent } from '../media/source.ts';
import { Packager } from '../package/packager.ts';
import type { MediaStore } from '../publish/media-store.ts';
import { Publication, type PublicationFailure, type PublishedEncoding } from '../publish/publication.ts';
import { DEMAND_LIMITS, type DemandLimits } from '../publish/rendition-demand.ts';
import type { TakenLease } from '../publish/untold-parts.ts';
import { TrackRelay } from '../tracks/track-relay.ts';
import { Transcoder, type TranscoderExit } from '../transcode/transcoder.ts';
import type { BroadcastFigures } from './broadcast-figures.ts';
import type { BroadcastServices } from './broadcast-services.ts';
import { RestartBudget } from './restart-budget.ts';
import type { SourceFeed } from './source-feed.ts';

/** For the last parts to be stored and known to the edge, when the broadcast ends. */
const FINISH_MS_MAX = 20_000;

export interface MediaPathListener {
  /** The source may be read again. */
  onDrain(): void;
  /** The transcoder is gone, or what it gave cannot be packaged: no more media comes. */
  onBroken(detail: string): void;
  /** Whether a backup on another node waits for the lease. */
  onStandby(isThere: boolean): void;
  /** What the publisher has encoded is no broadcast, or not this one: no more media comes. */
  onUnusable(sentence: string): void;
  /** Nothing more can be stored or announced. */
  onUnpublishable(failure: PublicationFailure): void;
}

export interface MediaPathOptions {
  readonly services: BroadcastServices;
  readonly settings: PublishSettings;
  /** The publisher has encoded its renditions itself: they are passed on. */
  readonly isEncoded: boolean;
  readonly cpuCount: number;
  readonly logger: Logger;
  readonly figures: BroadcastFigures;
  /** The channel, with the grant of the moment. */
  readonly access: () => ChannelAccess;
  /** Where its objects go. */
  readonly store: MediaStore;
  /** Nobody sends: another node may have the channel. */
  readonly isPublisherAbsent: () => boolean;
  /** What was pushed in until now, to be given to a transcoder that starts. */
  readonly memory: SourceFeed['memory'];
  readonly listener: MediaPathListener;
}

/** The way of a broadcast's media through this node: transcoder or relay, packager, publication. */
export class MediaPath {
  readonly #options: MediaPathOptions;
  readonly #codecs = new Set<string>();
  readonly #restarts = new RestartBudget();
  /** How many of the init versions that the lease may use are taken. */
  #initsTaken = 0;
  #logger: Logger;
  #lease: TakenLease | undefined;
  #transcoder: Transcoder | undefined;
  /** In its place, where what comes is encoded. */
  #relay: TrackRelay | undefined;
  /** What the transcoder of the moment makes, once it has said so. */
  #encoded: EncodedBroadcast | undefined;
  #packager: Packager | undefined;
  #publication: Publication | undefined;
  #isSourceThere = true;
  #isFinishing = false;
  #isAbandoned = false;
  /** A frame could not be packaged; those behind it are off the grid. */
  #isBroken = false;

  constructor(options: MediaPathOptions) {
    this.#options = options;
    this.#logger = options.logger;
  }

  /** Something was published, or is about to be. */
  get isOnAir(): boolean {
    return this.#publication !== undefined;
  }

  /** Starts the transcoder or the relay, with what is remembered of the source; what comes out is published under this lease. */
  publishUnder(lease: TakenLease, logger: Logger): void {
    this.#lease = lease;
    this.#logger = logger;
    if (this.#isAbandoned || this.#isFinishing) return;
    if (this.#options.isEncoded) this.#startRelay();
    else this.#startTranscoder(this.#continued);
    this.#replay(this.#options.memory.events());
  }

  /** `false`: it is full; stop reading the source until onDrain. */
  push(event: PublishedEvent): boolean {
    if (event.kind === 'samples') {
      if (!this.#isAbandoned) this.#guarded(() => this.#relay?.push(event));
      return true;
    }
    if (event.kind === 'video-config' || event.kind === 'audio-config') this.#codecs.add(event.codec);
    return this.#transcoder?.push(event) ?? true;
  }

  /** The transcoder takes nothing any more: another one takes its place. */
  giveTranscoderUp(detail: string): void {
    this.#transcoder?.giveUp(detail);
  }

  sourceLeft(): void {
    this.#isSourceThere = false;
    this.#transcoder?.sourceLeft();
  }

  /** Another publisher is on air in place of the last one. */
  publisherChanged(): void {
    this.#relay?.publisherChanged();
  }

  sourceJoined(): void {
    this.#isSourceThere = true;
    this.#transcoder?.sourceJoined();
  }

  /** The last segment is finished, stored and announced, as far as that can be done. Never rejects. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    await this.#transcoder?.stop();
    if (this.#isAbandoned) return;
    for (const part of this.#packager?.end(Date.now()) ?? []) this.#publication?.add(part);
    await this.#publication?.finish(FINISH_MS_MAX);
  }

  /** Nothing is stored or announced from here on; finish() then only ends the transcoder. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#publication?.abandon();
  }

  /** The broadcast as the next encoders find it: as those before them left it, here or on another node. */
  get #continued(): ContinuedBroadcast | undefined {
    const description = this.#encoded?.description ?? this.#lease?.continues;
    return description && { description, next: this.#publication?.next ?? this.#lease?.untold.next ?? {} };
  }

  #startTranscoder(continues?: ContinuedBroadcast): void {
    const { services, settings, cpuCount, figures, listener } = this.#options;
    const child = services.takeChild?.();
    const transcoder = new Transcoder(
      {
        profile: settings.profile,
        ladder: settings.ladder,
        cpuCount,
        logger: this.#logger,
        ...(continues && { continues }),
        ...(child && { child }),
        ...(services.childCommand && { command: services.childCommand }),
        ...(services.transcoderLimits && { limits: services.transcoderLimits }),
      },
      {
        onBroadcast: (encoded) => this.#guarded(() => this.#described(encoded)),
        onFrame: (frame) => this.#guarded(() => this.#coded(frame)),
        onResting: (ids, fromMsn) => this.#guarded(() => this.#rested(ids, fromMsn)),
        onImage: (image) => this.#guarded(() => this.#publication?.addImage(image)),
        onWarning: (warning) => figures.onWarning(warning),
        onStats: (stats) => figures.onStats(stats),
        onDrain: () => listener.onDrain(),
        onExit: (exit) => {
          figures.onTranscoderExit();
          this.#transcoderGone(exit);
        },
      },
    );
    this.#transcoder = transcoder;
  }

  #startRelay(): void {
    const { settings, figures, listener } = this.#options;
    this.#relay = new TrackRelay(
      {
        profile: settings.profile,
        bitrateBpsMax: settings.ingestBitrateBpsMax,
        continued: () => this.#continued,
      },
      {
        onBroadcast: (encoded) => this.#described(encoded),
        onFrame: (frame) => this.#coded(frame),
        onWarning: (warning) => figures.onWarning(warning),
        onUnusable: (warning) => {
          figures.onWarning(warning);
          listener.onUnusable(warning.sentence);
        },
      },
    );
  }

  /** The grid and the renditions stay; a decoder that starts now needs what came since the source's last keyframe. */
  #restartTranscoder(isAgain: boolean): void {
    // A packet that killed the one before would kill the next as well.
    const { memory } = this.#options;
    const events = isAgain ? memory.configurations() : memory.events();
    this.#startTranscoder(this.#continued);
    if (this.#isSourceThere) this.#replay(events);
    else this.#transcoder?.sourceLeft();
    // It may have been waiting for the one that is gone.
    this.#options.listener.onDrain();
  }

  #replay(events: readonly SourceEvent[]): void {
    for (const event of events) this.#transcoder?.push(event);
  }

  #described(made: EncodedBroadcast): void {
    if (this.#lease === undefined) throw new Error('described without a lease');
    const before = this.#continued;
    // A hole in a segment that viewers have begun stops hls.js; a seam has none (docs/adr/0016).
    const areInitsKept =
      before !== undefined &&
      hasSameInits(made.description, before.description) &&
      leavesNothingOut(made.next, before.next);
    const encoded = areInitsKept ? made : { ...made, description: withInits(made.description, this.#newInitVersion()) };
    this.#encoded = encoded;
    const packager = new Packager(encoded);
    this.#packager = packager;
    if (this.#publication === undefined) {
      this.#publish(this.#lease, { ...encoded, inits: packager.inits, areInitsKept });
    } else {
      this.#publication.goOn({ ...encoded, inits: areInitsKept ? [] : packager.inits, areInitsKept });
    }
    if (!this.#isAbandoned) this.#tellDescribed(encoded);
  }

  #publish(lease: TakenLease, encoded: PublishedEncoding): void {
    const { services, settings, figures, access, store, listener } = this.#options;
    const publication = new Publication({
      channelId: settings.channelId,
      lease,
      encoded,
      // A recording is of everything.
      onDemand: settings.onDemand && !settings.isRecorded,
      ...(this.#options.isEncoded && { bitrateBpsMax: settings.ingestBitrateBpsMax }),
      limits: { demand: this.#demandLimits },
      store,
      announce: (announcement, signal) => services.edge.announce(access(), this.#withAbsence(announcement), signal),
      listener: {
        onFailure: (failure) => listener.onUnpublishable(failure),
        onStandby: (isThere) => listener.onStandby(isThere),
        onPartStored: (part, tookMs) => figures.onPartStored(part, tookMs),
        onPartLost: (part, error) => figures.onPartLost(part, error),
        onPartSkipped: (part) => figures.onPartSkipped(part),
        onObjectStored: (sizeBytes) => figures.onObjectStored(sizeBytes),
        onImageLost: (error) => figures.onImageLost(error),
        onAnnounced: (tookMs) => figures.onAnnounced(tookMs),
        onStorageTrouble: (why) => figures.onStorageTrouble(why),
        onRenditionsShed: (ids) => figures.onRenditionsShed(ids),
        onRenditionsResting: (ids, idle) => {
          figures.onRenditionsResting(ids, idle);
          this.#transcoder?.rest(idle);
        },
        onTrouble: (why) => figures.onTrouble(why),
      },
    });
    this.#publication = publication;
    if (!this.#isAbandoned) publication.start();
  }

  /** What comes encoded rests from storage alone: nothing is saved by not encoding it, and nobody would say that it is again. */
  get #demandLimits(): DemandLimits {
    const limits = this.#options.services.demandLimits ?? DEMAND_LIMITS;
    return this.#options.isEncoded ? { ...limits, idleAfterMs: Number.POSITIVE_INFINITY } : limits;
  }

  #withAbsence(announcement: Announcement): Announcement {
    return this.#options.isPublisherAbsent() ? { ...announcement, isPublisherAbsent: true } : announcement;
  }

  #newInitVersion(): number {
    this.#initsTaken += 1;
    return (this.#lease?.initVersion ?? 0) + this.#initsTaken - 1;
  }

  #tellDescribed({ next, description: { profile, startedAtMs, frameRate, renditions } }: EncodedBroadcast): void {
    const facts = {
      codecs: [...this.#codecs],
      profile,
      frameRate: `${frameRate.num}/${frameRate.den}`,
      renditions: renditions.map((each) =>
        each.kind === 'video' ? `${each.id} ${each.widthPx}x${each.heightPx}` : each.id,
      ),
      startedAtMs,
      next,
      initVersion: renditions[0]?.initVersion,
      transcoderPid: this.#transcoder?.pid,
    };
    this.#logger.info(facts, 'broadcast described');
  }

  /** The transcoder's answer: from this segment on it makes all but these. */
  #rested(ids: readonly RenditionId[], fromMsn: number): void {
    this.#packager?.rest(ids, fromMsn);
    this.#publication?.encoded(ids, fromMsn);
  }

  #coded(frame: EncodedFrame): void {
    if (this.#isAbandoned) return;
    const part = this.#packager?.push(frame, Date.now());
    if (part !== undefined) this.#publication?.add(part);
  }

  /** What throws in here is ours: this broadcast dies of it, and no other. */
  #guarded(act: () => void): void {
    if (this.#isBroken) return;
    try {
      act();
    } catch (error) {
      this.#isBroken = true;
      this.#logger.error({ err: error }, 'the broadcast cannot be packaged');
      this.#options.listener.onBroken(error instanceof Error ? error.message : 'error');
    }
  }

  #transcoderGone({ reason, sentence, stderrLines }: TranscoderExit): void {
    if (reason !== 'stopped') this.#logger.error({ reason, sentence, stderrLines }, 'the transcoder ended');
    if (this.#isFinishing || this.#isAbandoned || this.#isBroken) return;
    const verdict = this.#restarts.take(performance.now());
    if (verdict === 'never') {
      this.#options.listener.onBroken(reason);
      return;
    }
    this.#options.services.metrics.transcoderRestarts.inc();
    this.#restartTranscoder(verdict === 'again');
  }
}

function withInits(description: BroadcastDescription, initVersion: number): BroadcastDescription {
  return { ...description, renditions: description.renditions.map((rendition) => ({ ...rendition, initVersion })) };
}
