import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { PLAY_REFUSED } from '../rtmp/command-answer.ts';
import { HANDSHAKE_RANDOM_BYTES } from '../rtmp/handshake.ts';
import type { PlayRequest } from '../rtmp/play-request.ts';
import { BROADCAST_OVER } from '../rtmp/refusal-sentences.ts';
import { RtmpSession } from '../rtmp/rtmp-session.ts';
import type { SessionEffect } from '../rtmp/session-effect.ts';
import type { StreamName } from '../rtmp/stream-name.ts';
import { DeadlineTimer } from './deadline-timer.ts';
import type { PlayHandler } from './player.ts';
import type { PlayerCount } from './player-count.ts';
import { PlayerLink } from './player-link.ts';
import type { PublishAttempt, PublishEnd, PublishHandler, PublishRefusal, PublishRefusalCode } from './publisher.ts';
import { PublisherLink } from './publisher-link.ts';
import type { RtmpServerLimits } from './rtmp-server-limits.ts';

export interface RtmpConnectionOptions {
  readonly socket: Socket;
  readonly protocol: Extract<PublishAttempt['protocol'], 'rtmp' | 'rtmps'>;
  readonly clientAddress: string;
  readonly limits: RtmpServerLimits;
  readonly logger: Logger;
  readonly onPublish: PublishHandler;
  /** Without it, nothing is played here. */
  readonly onPlay?: PlayHandler;
  readonly players: PlayerCount;
  /** Said to `connect` when there is no room. */
  readonly connectRefusal?: PublishRefusal;
  onReceived(bytes: number): void;
  onRefused(code: PublishRefusalCode): void;
  /** The socket is closed and nothing is left. Once. */
  onGone(): void;
}

/**
 * A peer with which nothing is under way, in neither direction, is found dead by TCP ten seconds after this, with the ten
 * probes a second apart that Node asks for. One that we hold back is not looked at: that shows when it is read again.
 */
const KEEP_ALIVE_MS = 10_000;

/** Of one connection in one turn of the event loop; one more read may come on top. A publisher rarely has as much. */
const TURN_BYTES_MAX = 64 * 1_024;

const clockMs = (): number => performance.now();

/** Moves bytes between a socket and a session, and publishers between a session and the node. Decides nothing. */
export class RtmpConnection {
  readonly #options: RtmpConnectionOptions;
  readonly #socket: Socket;
  readonly #session: RtmpSession;
  readonly #timer = new DeadlineTimer(clockMs, () => this.#run(() => this.#session.tick(clockMs())));
  /** The publisher of now, or the last one. */
  #link: PublisherLink | undefined;
  /** The player of now, or the last one. */
  #playerLink: PlayerLink | undefined;
  /** Set once nobody new is let in. */
  #publishRefusal: PublishRefusal | undefined;
  #isDraining = false;
  #lingerTimer: NodeJS.Timeout | undefined;
  #lingerBytes = 0;
  /** Read in this turn of the event loop. */
  #turnBytes = 0;

  constructor(options: RtmpConnectionOptions) {
    const { socket, limits, connectRefusal, onPlay } = options;
    this.#options = options;
    this.#socket = socket;
    this.#session = new RtmpSession({
      limits,
      random: randomBytes(HANDSHAKE_RANDOM_BYTES),
      nowMs: clockMs(),
      canPlay: onPlay !== undefined,
      ...(connectRefusal === undefined ? {} : { connectRefusal }),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('end', () => this.#lose('the peer closed the connection'));
    socket.on('error', (error) => this.#lose(error.message));
    socket.on('close', () => this.#leave());
    this.#timer.set(this.#session.deadlineMs);
  }

  /** A live publisher goes on; whoever asks from now on is refused. */
  stopAccepting(refusal: PublishRefusal): void {
    this.#publishRefusal = refusal;
    this.#run(() => this.#session.askToReconnect(refusal.sentence));
  }

  /** A publisher that was asked to connect anew, and has not gone yet. */
  get isMoving(): boolean {
    return this.#publishRefusal !== undefined && this.#session.canMove;
  }

  /** Sends the peer away. `onGone` follows within `lingerMs`. */
  close(refusal: PublishRefusal): void {
    this.#run(() => this.#session.refuse(refusal, clockMs()));
  }

  #receive(bytes: Uint8Array): void {
    this.#takeTurn(bytes.length);
    if (this.#lingerTimer !== undefined) {
      this.#linger(bytes.length);
      this.#flow();
      return;
    }
    if (this.#link?.isLive) this.#options.onReceived(bytes.length);
    this.#run(() => this.#session.receive(bytes, clockMs()));
  }

  #lose(detail: string): void {
    this.#run(() => this.#session.lose({ reason: 'peer-left', detail }, clockMs()));
  }

  #leave(): void {
    this.#lose('the connection was lost');
    this.#timer.clear();
    clearTimeout(this.#lingerTimer);
    this.#options.onGone();
  }

  /** Does something to the session and then what the session wants. What throws is a fault of ours: this connection's end. */
  #run(act: () => void): void {
    try {
      act();
      this.#drain();
    } catch (error) {
      this.#options.logger.error({ err: error }, 'an RTMP connection failed');
      this.#link?.end({ reason: 'closed-by-us', detail: 'internal-error' });
      this.#playerLink?.end();
      this.#socket.destroy();
    }
  }

  /** A sink may call back into the session; the loop that runs already sees what comes of that. */
  #drain(): void {
    if (this.#isDraining) return;
    this.#isDraining = true;
    this.#socket.cork();
    try {
      for (let effect = this.#session.poll(); effect !== undefined; effect = this.#session.poll()) this.#do(effect);
    } finally {
      this.#socket.uncork();
      this.#isDraining = false;
    }
    this.#timer.set(this.#session.deadlineMs);
    this.#flow();
    if (this.#socket.writableLength > this.#unsentBytesMax && !this.#socket.destroyed) this.#abandon();
  }

  /** libuv reads a socket up to 32 times before it looks at the next one, so that a flood would keep everybody else out. */
  #takeTurn(sizeBytes: number): void {
    if (this.#turnBytes === 0) setImmediate(() => this.#endTurn());
    this.#turnBytes += sizeBytes;
  }

  #endTurn(): void {
    this.#turnBytes = 0;
    this.#flow();
  }

  #flow(): void {
    if (this.#turnBytes < TURN_BYTES_MAX && this.#session.wantsBytes) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Media for a player is bounded by the session, which leaves some of it out. */
  get #unsentBytesMax(): number {
    const { unsentBytesMax, playQueueBytesMax } = this.#options.limits;
    return this.#session.isPlaying ? unsentBytesMax + playQueueBytesMax : unsentBytesMax;
  }

  #do(effect: SessionEffect): void {
    switch (effect.kind) {
      case 'send':
        if (this.#socket.writable) this.#socket.write(effect.bytes);
        break;
      case 'publish-asked':
        this.#ask(effect.name);
        break;
      case 'media':
        this.#link?.deliver(effect.event);
        break;
      case 'warning':
        this.#link?.warn(effect.sentence);
        break;
      case 'refused':
        this.#options.logger.info({ code: effect.code }, 'publisher sent away');
        this.#options.onRefused(effect.code);
        break;
      case 'ended':
        this.#link?.end(effect.end);
        break;
      case 'play-asked':
        this.#askToPlay(effect.request);
        break;
      case 'play-ended':
        this.#playerLink?.end();
        break;
      case 'closed':
        this.#finish(effect.end);
    }
  }

  #ask({ streamKey, query }: StreamName): void {
    if (this.#publishRefusal !== undefined) {
      this.#session.refuse(this.#publishRefusal, clockMs());
      return;
    }
    const { onPublish, protocol, clientAddress, logger } = this.#options;
    const clientPort = this.#socket.remotePort ?? 0;
    this.#link = new PublisherLink({
      attempt: { protocol, streamKey, ...(query === undefined ? {} : { query }), clientAddress, clientPort },
      onPublish,
      onGranted: ({ ingestBitrateBpsMax }) => {
        const options = ingestBitrateBpsMax === undefined ? {} : { bitrateBpsMax: ingestBitrateBpsMax };
        this.#run(() => this.#session.grant(options, clockMs()));
      },
      onRefused: (refusal) => this.close(refusal),
      onPaused: (isPaused) => this.#run(() => this.#session.setPaused(isPaused, clockMs())),
      onFault: (error) => logger.error({ err: error }, 'a publisher could not be served'),
    });
    void this.#link.ask();
  }

  #askToPlay({ channelId, token }: PlayRequest): void {
    const { onPlay, players, clientAddress, logger } = this.#options;
    if (this.#publishRefusal !== undefined || onPlay === undefined) {
      this.#session.refusePlay(this.#publishRefusal?.sentence ?? PLAY_REFUSED, clockMs());
      return;
    }
    this.#playerLink = new PlayerLink({
      attempt: { channelId, token, clientAddress },
      onPlay,
      players,
      onGranted: () => this.#run(() => this.#session.grantPlay(clockMs())),
      onRefused: (sentence) => this.#run(() => this.#session.refusePlay(sentence, clockMs())),
      onEvents: (events) => this.#run(() => this.#session.play(events, this.#socket.writableLength, clockMs())),
      onBroadcastEnd: () => this.#run(() => this.#session.endPlay(BROADCAST_OVER, clockMs())),
      onFault: (error) => logger.error({ err: error }, 'a player could not be served'),
    });
    void this.#playerLink.ask();
  }

  /** Waits for the peer to close, too: at once, TCP would throw away what it has not read yet of our last words. */
  #finish(end: PublishEnd): void {
    this.#options.logger.debug(end, 'RTMP connection ended');
    this.#socket.end();
    this.#lingerTimer = setTimeout(() => this.#socket.destroy(), this.#options.limits.lingerMs);
  }

  #linger(sizeBytes: number): void {
    this.#lingerBytes += sizeBytes;
    if (this.#lingerBytes > this.#options.limits.lingerBytesMax) this.#socket.destroy();
  }

  /** The peer does not read, so it cannot be told either. */
  #abandon(): void {
    this.#socket.destroy();
    this.#run(() => this.#session.lose({ reason: 'limit', detail: 'the peer does not read our answers' }, clockMs()));
  }
}
