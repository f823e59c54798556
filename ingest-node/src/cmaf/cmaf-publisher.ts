import type { Logger } from 'pino';
import { BitrateGate } from '../rtmp/bitrate-gate.ts';
import type { PublishAttempt, PublishEnd, PublishHandler, PublishRefusal } from '../server/publisher.ts';
import { PublisherLink } from '../server/publisher-link.ts';
import type { CmafExchange } from './cmaf-exchange.ts';
import type { CmafLimits } from './cmaf-limits.ts';
import { refusalStatus } from './refusal-status.ts';
import type { RequestTarget } from './request-target.ts';
import { TrackIntake } from './track-intake.ts';

const TOO_FAST: PublishRefusal = {
  code: 'bitrate-too-high',
  sentence: 'The bitrates of your renditions together are above what this channel allows.',
};
const TOO_LARGE: PublishRefusal = {
  code: 'tracks-unusable',
  sentence: 'Too much of your fragments is under way at once. Send shorter ones, or a lower bitrate.',
};
const METADATA_IGNORED = 'Timed metadata and subtitles (.cmfm, .cmft) are taken, and not passed on to viewers.';
const TOO_MANY_TRACKS = 'There are too many tracks.';

export interface CmafPublisherOptions {
  readonly attempt: PublishAttempt;
  readonly onPublish: PublishHandler;
  readonly limits: CmafLimits;
  readonly logger: Logger;
  onReceived(bytes: number): void;
  /** Of each request, once it is known to be one of a publisher who was let in. */
  onLetIn(exchange: CmafExchange): void;
  onRefused(refusal: PublishRefusal): void;
  /** Once, last. */
  onGone(): void;
}

/** Everything that is sent with one stream key: a publisher, whose tracks come over connections of their own. */
export class CmafPublisher {
  readonly #options: CmafPublisherOptions;
  readonly #link: PublisherLink;
  readonly #tracks = new Map<string, TrackIntake>();
  /** Requests whose bodies are of no use. */
  readonly #ignored = new Set<CmafExchange>();
  /** Until the control API has answered. */
  #early: { readonly exchange: CmafExchange; readonly target: RequestTarget }[] = [];
  #bitrate: BitrateGate | undefined;
  #heardAtMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #isGone = false;

  constructor(options: CmafPublisherOptions) {
    this.#options = options;
    const { attempt, onPublish, logger } = options;
    this.#link = new PublisherLink({
      attempt,
      onPublish,
      onGranted: ({ ingestBitrateBpsMax }) => this.#granted(ingestBitrateBpsMax),
      onRefused: (refusal) => this.close(refusal),
      onPaused: (isPaused) => {
        for (const track of this.#tracks.values()) track.setPaused(isPaused);
      },
      onFault: (error) => logger.error({ err: error }, 'a CMAF publisher failed'),
    });
    this.#watch();
    void this.#link.ask();
  }

  /** It was let in, and has not gone. */
  get isLive(): boolean {
    return this.#link.isLive;
  }

  take(exchange: CmafExchange, target: RequestTarget): void {
    const { tracksMax, waitingMax } = this.#options.limits;
    if (this.#link.isLive) this.#admit(exchange, target);
    else if (this.#early.length > tracksMax * waitingMax) exchange.refuse(503, TOO_MANY_TRACKS);
    else this.#early.push({ exchange, target });
  }

  /** Sends the publisher away. */
  close(refusal: PublishRefusal): void {
    this.#options.onRefused(refusal);
    this.#end({ reason: 'closed-by-us', detail: refusal.code }, refusal);
  }

  #granted(bitrateBpsMax: number | undefined): void {
    const { bitrateWindowMs: windowMs } = this.#options.limits;
    this.#heardAtMs = performance.now();
    if (bitrateBpsMax !== undefined) this.#bitrate = new BitrateGate({ bitrateBpsMax, windowMs });
    for (const { exchange, target } of this.#early.splice(0)) this.#admit(exchange, target);
  }

  #admit(exchange: CmafExchange, { kind, trackName }: RequestTarget): void {
    this.#options.onLetIn(exchange);
    if (kind === 'metadata') {
      this.#ignore(exchange);
      return;
    }
    const known = this.#tracks.get(trackName);
    if (known === undefined && this.#tracks.size >= this.#options.limits.tracksMax) {
      exchange.refuse(refusalStatus('tracks-unusable'), TOO_MANY_TRACKS);
      return;
    }
    const track = known ?? this.#intake(trackName);
    this.#tracks.set(trackName, track);
    track.add(exchange);
  }

  /** Taken for as long as the publisher is there, so that an encoder that sends it goes on. */
  #ignore(exchange: CmafExchange): void {
    if (this.#ignored.size >= this.#options.limits.tracksMax) {
      exchange.refuse(503, TOO_MANY_TRACKS);
      return;
    }
    this.#link.warn(METADATA_IGNORED);
    this.#ignored.add(exchange);
    exchange.read({
      onBytes: () => undefined,
      onEnd: () => {
        this.#ignored.delete(exchange);
        exchange.accept();
      },
      onGone: () => void this.#ignored.delete(exchange),
    });
  }

  #intake(trackName: string): TrackIntake {
    return new TrackIntake(trackName, this.#options.limits, {
      onBytes: (sizeBytes) => this.#received(sizeBytes),
      onSamples: (samples) => this.#link.deliver(samples),
      onWarning: (sentence) => this.#link.warn(sentence),
      onIdle: () => this.#trackEnded(),
    });
  }

  #received(sizeBytes: number): boolean {
    this.#link.heard();
    this.#heardAtMs = performance.now();
    this.#options.onReceived(sizeBytes);
    if (this.#bitrate?.admits(sizeBytes, this.#heardAtMs) === false) this.#limit(TOO_FAST);
    else if (this.#heldBytes() > this.#options.limits.fragmentBytesMax) this.#limit(TOO_LARGE);
    return !this.#isGone;
  }

  #heldBytes(): number {
    let heldBytes = 0;
    for (const track of this.#tracks.values()) heldBytes += track.heldBytes;
    return heldBytes;
  }

  #limit(refusal: PublishRefusal): void {
    this.#options.onRefused(refusal);
    this.#end({ reason: 'limit', detail: refusal.code }, refusal);
  }

  /** A publisher who stops says so in every track that could be used. */
  #trackEnded(): void {
    const tracks = [...this.#tracks.values()];
    if (tracks.some(({ isAwaited }) => isAwaited) || !tracks.some(({ isOver }) => isOver)) return;
    this.#end({ reason: 'unpublished', detail: 'the last segment' });
  }

  #watch(): void {
    const { silentMs } = this.#options.limits;
    const quietMs = performance.now() - this.#heardAtMs;
    if (quietMs < silentMs) {
      this.#timer = setTimeout(() => this.#watch(), silentMs - quietMs + 1);
      return;
    }
    const isConnected = [...this.#tracks.values()].some(({ isIdle }) => !isIdle);
    const detail = `nothing for ${silentMs} ms`;
    this.#end(isConnected ? { reason: 'timed-out', detail } : { reason: 'peer-left', detail });
  }

  #end(end: PublishEnd, refusal?: PublishRefusal): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#timer);
    const status = refusal === undefined ? 408 : refusalStatus(refusal.code);
    const sentence = refusal?.sentence ?? 'Nothing came for too long.';
    this.#link.end(end);
    for (const { exchange } of this.#early.splice(0)) exchange.refuse(status, sentence);
    for (const exchange of this.#ignored) exchange.refuse(status, sentence);
    for (const track of this.#tracks.values()) track.close(status, sentence);
    this.#options.onGone();
  }
}
