import type { LeaseAnswer, PublishSettings } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { ChannelAccess } from '../control/edge-client.ts';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { SourceEvent } from '../media/source.ts';
import { Packager } from '../package/packager.ts';
import { Publication, type PublicationFailure } from '../publish/publication.ts';
import { Transcoder, type TranscoderExit } from '../transcode/transcoder.ts';
import type { BroadcastFigures } from './broadcast-figures.ts';
import type { BroadcastServices } from './broadcast-services.ts';

/** For the last parts to be stored and known to the edge, when the broadcast ends. */
const FINISH_MS_MAX = 20_000;

export interface MediaPathListener {
  /** The source may be read again. */
  onDrain(): void;
  /** The transcoder is gone, or what it gave cannot be packaged: no more media comes. */
  onBroken(detail: string): void;
  /** Nothing more can be stored or announced. */
  onUnpublishable(failure: PublicationFailure): void;
}

export interface MediaPathOptions {
  readonly services: BroadcastServices;
  readonly settings: PublishSettings;
  readonly cpuCount: number;
  readonly logger: Logger;
  readonly figures: BroadcastFigures;
  /** The channel, with the grant of the moment. */
  readonly access: () => ChannelAccess;
  readonly listener: MediaPathListener;
}

/** The way of a broadcast's media through this node: transcoder, packager, publication. */
export class MediaPath {
  readonly #options: MediaPathOptions;
  readonly #transcoder: Transcoder;
  readonly #codecs = new Set<string>();
  #logger: Logger;
  #lease: LeaseAnswer | undefined;
  #packager: Packager | undefined;
  #publication: Publication | undefined;
  #isAbandoned = false;
  /** A frame could not be packaged; those behind it are off the grid. */
  #isBroken = false;

  constructor(options: MediaPathOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#transcoder = this.#startTranscoder();
  }

  /** Something was published, or is about to be. */
  get isOnAir(): boolean {
    return this.#publication !== undefined;
  }

  /** What comes out is published under this lease. Before it nothing may be pushed in. */
  publishUnder(lease: LeaseAnswer, logger: Logger): void {
    this.#lease = lease;
    this.#logger = logger;
  }

  /** `false`: it is full; stop reading the source until onDrain. */
  push(event: SourceEvent): boolean {
    if (event.kind === 'video-config' || event.kind === 'audio-config') this.#codecs.add(event.codec);
    return this.#transcoder.push(event);
  }

  sourceLeft(): void {
    this.#transcoder.sourceLeft();
  }

  sourceJoined(): void {
    this.#transcoder.sourceJoined();
  }

  /** The last segment is finished, stored and announced, as far as that can be done. Never rejects. */
  async finish(): Promise<void> {
    await this.#transcoder.stop();
    if (this.#isAbandoned) return;
    for (const part of this.#packager?.end(Date.now()) ?? []) this.#publication?.add(part);
    await this.#publication?.finish(FINISH_MS_MAX);
  }

  /** Nothing is stored or announced from here on; finish() then only ends the transcoder. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#publication?.abandon();
  }

  #startTranscoder(): Transcoder {
    const { services, settings, cpuCount, logger, figures, listener } = this.#options;
    const child = services.takeChild?.();
    return new Transcoder(
      {
        profile: settings.profile,
        ladder: settings.ladder,
        cpuCount,
        logger,
        ...(child && { child }),
        ...(services.childCommand && { command: services.childCommand }),
      },
      {
        onBroadcast: (encoded) => this.#guarded(() => this.#described(encoded)),
        onFrame: (frame) => this.#guarded(() => this.#coded(frame)),
        onWarning: (warning) => figures.onWarning(warning),
        onStats: (stats) => figures.onStats(stats),
        onDrain: () => listener.onDrain(),
        onExit: (exit) => {
          figures.onTranscoderExit();
          this.#transcoderGone(exit);
        },
      },
    );
  }

  #described(encoded: EncodedBroadcast): void {
    const { services, settings, figures, access, listener } = this.#options;
    if (this.#lease === undefined) throw new Error('described without a lease');
    const { description } = encoded;
    const packager = new Packager(encoded);
    const publication = new Publication({
      channelId: settings.channelId,
      lease: this.#lease,
      description,
      inits: packager.inits,
      store: services.store,
      announce: (announcement, signal) => services.edge.announce(access(), announcement, signal),
      listener: {
        onFailure: (failure) => listener.onUnpublishable(failure),
        onPartStored: (part, tookMs) => figures.onPartStored(part, tookMs),
        onPartLost: (part, error) => figures.onPartLost(part, error),
        onObjectStored: (sizeBytes) => figures.onObjectStored(sizeBytes),
        onAnnounced: (tookMs) => figures.onAnnounced(tookMs),
        onTrouble: (why) => figures.onTrouble(why),
      },
    });
    this.#packager = packager;
    this.#publication = publication;
    if (this.#isAbandoned) return;
    publication.start();
    this.#tellDescribed(encoded);
  }

  #tellDescribed({ description: { profile, startedAtMs, frameRate, renditions } }: EncodedBroadcast): void {
    const facts = {
      codecs: [...this.#codecs],
      profile,
      frameRate: `${frameRate.num}/${frameRate.den}`,
      renditions: renditions.map((each) =>
        each.kind === 'video' ? `${each.id} ${each.widthPx}x${each.heightPx}` : each.id,
      ),
      startedAtMs,
    };
    this.#logger.info(facts, 'broadcast described');
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
    this.#options.listener.onBroken(reason);
  }
}
