import type { ChildProcess } from 'node:child_process';
import type { Logger } from 'pino';
import type { SourceEvent } from '../media/source.ts';
import { codecUnsupported } from '../rtmp/refusal-sentences.ts';
import { DeadlineTimer } from '../server/deadline-timer.ts';
import type { PublishAnswer, PublishHandler, PublishRefusal, PublishRefusalCode } from '../server/publisher.ts';
import { PublisherLink } from '../server/publisher-link.ts';
import { ReceiverRoute } from './receiver-route.ts';
import type { SrtServerLimits } from './srt-limits.ts';
import { SrtSession } from './srt-session.ts';
import type { SrtSessionEffect } from './srt-session-effect.ts';

export interface SrtConnectionOptions {
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly limits: SrtServerLimits;
  readonly logger: Logger;
  readonly onPublish: PublishHandler;
  /** The publisher's first conclusion; see SrtSession. */
  readonly conclusion: Uint8Array;
  readonly portKey?: string;
  /** Said at once, when there is no room. */
  readonly refusal?: PublishRefusal;
  /** A process of `receiverCommand`. */
  takeReceiver(): ChildProcess;
  send(datagram: Uint8Array): void;
  onReceived(bytes: number): void;
  onRefused(code: PublishRefusalCode): void;
  /** The publisher's packets come for this socket from now on. */
  onJoined(receiverId: number): void;
  /** It no longer publishes, and only answers what is asked again. Once. */
  onEnded(): void;
  /** Nothing needs to be remembered of it. Once, after onEnded. */
  onClosed(): void;
}

const clockMs = (): number => performance.now();

/** Moves datagrams between a publisher, a session and a receiver, and media from the receiver to the node. Decides nothing. */
export class SrtConnection {
  readonly #options: SrtConnectionOptions;
  readonly #session: SrtSession;
  readonly #timer = new DeadlineTimer(clockMs, () => this.#run(() => this.#session.tick(clockMs())));
  readonly #route: ReceiverRoute;
  #link: PublisherLink | undefined;
  #isDraining = false;
  #isJoined = false;
  #isEnded = false;

  /** Throws SrtError when the conclusion is none. */
  constructor(options: SrtConnectionOptions) {
    this.#options = options;
    const { limits, conclusion, portKey, refusal } = options;
    this.#session = new SrtSession({
      limits,
      conclusion,
      nowMs: clockMs(),
      ...(portKey === undefined ? {} : { portKey }),
      ...(refusal === undefined ? {} : { refusal }),
    });
    this.#route = this.#newRoute();
  }

  /** Once its owner knows it. */
  start(): void {
    this.#run(() => {});
  }

  get isLive(): boolean {
    return this.#session.isLive;
  }

  /** Resolves when no process and no socket of it is left. */
  get released(): Promise<void> {
    return this.#route.released;
  }

  receive(datagram: Uint8Array): void {
    if (this.#session.isLive) this.#options.onReceived(datagram.length);
    this.#run(() => this.#session.receive(datagram, clockMs()));
  }

  /** Sends the publisher away. */
  close(refusal: PublishRefusal): void {
    this.#run(() => this.#session.refuse(refusal, clockMs()));
  }

  /** Forgets a publisher that has ended. */
  forget(): void {
    this.#run(() => this.#session.close(clockMs()));
  }

  /** Does something to the session and then what the session wants. What throws is a fault of ours: this connection's end. */
  #run(act: () => void): void {
    try {
      act();
      this.#drain();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'an SRT connection failed');
      this.#end();
      this.#timer.clear();
      this.#link?.end({ reason: 'closed-by-us', detail: 'internal-error' });
      this.#route.close();
      this.#options.onClosed();
    }
  }

  /** A sink may call back into the session; the loop that runs already sees what comes of that. */
  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let effect = this.#session.poll(); effect !== undefined; effect = this.#session.poll()) this.#do(effect);
    } finally {
      this.#isDraining = false;
    }
    const { receiverId } = this.#session;
    if (receiverId !== undefined && !this.#isJoined) {
      this.#isJoined = true;
      this.#options.onJoined(receiverId);
    }
    this.#timer.set(this.#session.deadlineMs);
  }

  #do(effect: SrtSessionEffect): void {
    switch (effect.kind) {
      case 'send-to-publisher':
        this.#options.send(effect.bytes);
        return;
      case 'send-to-receiver':
        this.#route.send(effect.bytes);
        return;
      case 'publish-asked':
        this.#ask(effect.streamKey, effect.query);
        return;
      case 'receiver-wanted':
        void this.#route.open(effect.passphrase);
        return;
      case 'confine-receiver':
        this.#route.confine();
        return;
      case 'receiver-done':
        this.#route.close();
        return;
      case 'warning':
        this.#link?.warn(effect.sentence);
        return;
      case 'figures':
        this.#link?.report(effect.figures);
        return;
      case 'refused':
        this.#options.logger.info({ code: effect.code }, 'publisher refused');
        this.#options.onRefused(effect.code);
        return;
      case 'ended':
        this.#options.logger.debug(effect.end, 'SRT connection ended');
        this.#end();
        this.#link?.end(effect.end);
        return;
      case 'closed':
        this.#timer.clear();
        this.#options.onClosed();
    }
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#options.onEnded();
  }

  #ask(streamKey: string, query: string | undefined): void {
    const { onPublish, clientAddress, clientPort, logger } = this.#options;
    this.#link = new PublisherLink({
      attempt: { protocol: 'srt', streamKey, ...(query === undefined ? {} : { query }), clientAddress, clientPort },
      onPublish,
      onGranted: (answer) => this.#grant(answer),
      onRefused: (refusal) => this.close(refusal),
      onPaused: (isPaused) => {
        this.#route.setPaused(isPaused);
        this.#run(() => this.#session.setPaused(isPaused, clockMs()));
      },
      onFault: (error) => logger.error({ err: error }, 'a publisher could not be served'),
    });
    void this.#link.ask();
  }

  #grant({ srtPassphrase, ingestBitrateBpsMax }: Extract<PublishAnswer, { ok: true }>): void {
    const grant = {
      ...(srtPassphrase === undefined ? {} : { passphrase: srtPassphrase }),
      ...(ingestBitrateBpsMax === undefined ? {} : { bitrateBpsMax: ingestBitrateBpsMax }),
    };
    this.#run(() => this.#session.grant(grant, clockMs()));
  }

  #newRoute(): ReceiverRoute {
    const { limits, logger, takeReceiver } = this.#options;
    return new ReceiverRoute({
      limits,
      logger,
      takeReceiver,
      onDatagram: (datagram) => this.#run(() => this.#session.receiveFromReceiver(datagram, clockMs())),
      listener: {
        onConfined: () => this.#run(() => this.#session.receiverConfined(clockMs())),
        onEvent: (event) => this.#deliver(event),
        onWarning: (sentence) => this.#link?.warn(sentence),
        onUnusable: (sentence) => this.#unusable(sentence),
        onGone: (detail) => this.#receiverLeft(detail),
      },
    });
  }

  #deliver(event: SourceEvent): void {
    // The same tick may have brought the end; what comes after it is nobody's.
    if (this.#isEnded) return;
    if (event.kind === 'video' || event.kind === 'audio') this.#session.media(clockMs());
    this.#link?.deliver(event);
  }

  #unusable(sentence: string): void {
    this.#link?.warn(sentence);
    this.#run(() => this.#session.refuse(codecUnsupported(sentence), clockMs(), 'limit'));
  }

  #receiverLeft(detail: string): void {
    if (!this.#isEnded) this.#run(() => this.#session.receiverGone(`the receiver: ${detail}`, clockMs()));
  }
}
