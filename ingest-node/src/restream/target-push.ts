import type { ChildProcess } from 'node:child_process';
import type { RestreamAddress, RestreamStatus, RestreamTargetId } from '@sluice/contracts';
import type { Logger } from 'pino';
import type { SourceFeed } from '../broadcast/source-feed.ts';
import type { SourceConfig, SourceEvent } from '../media/source.ts';
import type { PlayGateLimits } from '../rtmp/play-gate.ts';
import { DeadlineTimer } from '../server/deadline-timer.ts';
import { unsupportedTrack } from './carried-codecs.ts';
import { type PushCause, PushCourse } from './push-course.ts';
import { PushStream } from './push-stream.ts';
import { Pusher, type PusherLimits, TOO_SLOW } from './pusher.ts';
import type { StartMessage } from './pusher-messages.ts';
import type { RestreamGauges } from './restream-gauges.ts';
import { SentRate } from './sent-rate.ts';
import { StatusPace } from './status-pace.ts';

/** A publisher who is there sends within this, so that its target is not told of as waiting for it first. */
const FIRST_WORD_MS = 300;
const DROPPING = 'The target takes less than the publisher sends: packets are left out up to the next keyframe.';

export interface TargetPushOptions {
  readonly targetId: RestreamTargetId;
  /** Secret. */
  readonly address: RestreamAddress;
  readonly access: Pick<StartMessage, 'arePrivateTargetsAllowed' | 'authorities'>;
  readonly feed: Pick<SourceFeed, 'subscribe'>;
  readonly gauges: RestreamGauges;
  readonly logger: Logger;
  readonly tell: (status: RestreamStatus) => void;
  /** Starts a pusher's process. */
  readonly spawn: () => ChildProcess;
  readonly random: () => number;
  readonly limits: {
    readonly queue: PlayGateLimits;
    readonly pusher: PusherLimits;
    /** StatusPace's own, if absent. */
    readonly statusGapMs?: number | undefined;
  };
  /** What has to be over before: the push that it takes the place of. */
  readonly after?: Promise<void> | undefined;
}

/** The push to one target, for as long as the broadcast lives: its course, its process, and what is told of it. */
export class TargetPush {
  readonly #options: TargetPushOptions;
  readonly #course: PushCourse;
  readonly #pace: StatusPace;
  readonly #rate = new SentRate();
  readonly #timer = new DeadlineTimer(clockMs, () => this.#settle());
  /** Resolves when no process of it is left. */
  #gone: Promise<void>;
  #pusher: Pusher | undefined;
  #opening: symbol | undefined;
  #stream: PushStream | undefined;
  #unsubscribe: (() => void) | undefined;
  #unsupported: string | undefined;
  /** By the connections before this one. */
  #earlierDropped = 0;
  #sentBytes = 0;
  #toldDropped = 0;
  #shown = '';

  constructor(options: TargetPushOptions) {
    this.#options = options;
    this.#gone = options.after ?? Promise.resolve();
    this.#pace = new StatusPace(options.limits.statusGapMs);
    this.#course = new PushCourse({ random: options.random, nowMs: clockMs() });
    this.#timer.set(clockMs() + FIRST_WORD_MS);
  }

  /** Resolves when no process of it is left; a push that takes its place waits for it. */
  get gone(): Promise<void> {
    return this.#gone;
  }

  /** What the publisher's tracks are now. */
  configure(configs: readonly SourceConfig[]): void {
    this.#unsupported = unsupportedTrack(this.#options.address.protocol, configs);
  }

  /** The publisher has sent something. */
  packet(): void {
    if (this.#unsupported === undefined) this.#course.packet(clockMs());
    else this.#course.unsupported(this.#unsupported, clockMs());
    this.#settle();
  }

  /** Ends it: what it was given still leaves, unless it is at once. Resolves when no process of it is left. */
  async stop(cause: PushCause, isAtOnce: boolean): Promise<void> {
    const pusher = this.#pusher;
    this.#course.stop(cause, clockMs());
    this.#settle();
    this.#timer.clear();
    if (isAtOnce) pusher?.kill(cause);
    await this.#gone;
    // Only now it is known what was sent.
    this.#options.tell(this.#status());
    this.#options.gauges.close();
  }

  /** Does what the course wants, and tells what is to be told. */
  #settle(): void {
    this.#course.advance(clockMs());
    for (let effect = this.#course.poll(); effect !== undefined; effect = this.#course.poll()) {
      if (effect === 'open') void this.#open();
      else this.#close();
    }
    this.#tell();
    const isOver = this.#course.state === 'stopped';
    this.#timer.set(isOver ? Number.POSITIVE_INFINITY : Math.min(this.#course.deadlineMs, this.#pace.deadlineMs));
  }

  /** Many targets take one connection with a key at a time: the one before has to be gone. */
  async #open(): Promise<void> {
    const opening = Symbol('opening');
    this.#opening = opening;
    await this.#gone;
    if (this.#opening !== opening) return;
    const { address, access, spawn, logger, limits } = this.#options;
    const gone = Promise.withResolvers<void>();
    let counted = 0;
    this.#gone = gone.promise;
    const ifCurrent = (act: () => void) => {
      if (this.#pusher !== pusher) return;
      act();
      this.#settle();
    };
    const pusher: Pusher = new Pusher({
      child: spawn(),
      start: { kind: 'start', address, ...access },
      logger,
      limits: limits.pusher,
      listener: {
        onReachable: () => ifCurrent(() => this.#subscribe(pusher)),
        onAccepted: () => ifCurrent(() => this.#course.accepted(clockMs())),
        onProgress: (sentBytes) => {
          this.#sentBytes += sentBytes - counted;
          counted = sentBytes;
          ifCurrent(() => this.#rate.sample(this.#sentBytes, clockMs()));
        },
        onGone: (cause) => {
          gone.resolve();
          ifCurrent(() => {
            this.#leave();
            this.#course.failed(cause, clockMs());
          });
        },
      },
    });
    this.#pusher = pusher;
  }

  #subscribe(pusher: Pusher): void {
    const stream = new PushStream(this.#options.limits.queue);
    this.#stream = stream;
    const unsubscribe = this.#options.feed.subscribe({
      onEvents: (events) => this.#push(pusher, stream, events),
      onRestart: () => stream.restart(),
      onEnd: () => {},
    });
    // What it was given at once may have been too much already.
    if (this.#stream === stream) this.#unsubscribe = unsubscribe;
    else unsubscribe();
  }

  #push(pusher: Pusher, stream: PushStream, events: readonly SourceEvent[]): void {
    if (this.#stream !== stream) return;
    const before = stream.droppedPackets;
    const pushed = stream.write(events, { queuedBytes: pusher.queuedBytes, nowMs: clockMs() });
    if (pushed === 'too-slow') pusher.kill(TOO_SLOW);
    else if (pushed === 'source-changed') this.#course.sourceChanged(clockMs());
    else pusher.write(pushed);
    const isFirstDrop = this.#droppedPackets === this.#toldDropped + (stream.droppedPackets - before);
    if (stream.droppedPackets > before && isFirstDrop) this.#pace.changed();
    if (typeof pushed === 'string' || stream.droppedPackets > before) this.#settle();
  }

  #close(): void {
    this.#opening = undefined;
    const pusher = this.#pusher;
    this.#leave();
    pusher?.end();
  }

  #leave(): void {
    this.#earlierDropped = this.#droppedPackets;
    this.#rate.clear();
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#stream = undefined;
    this.#pusher = undefined;
  }

  get #droppedPackets(): number {
    return this.#earlierDropped + (this.#stream?.droppedPackets ?? 0);
  }

  #tell(): void {
    const { state, cause } = this.#course;
    const shown = `${state} ${cause?.reason} ${cause?.sentence}`;
    if (shown !== this.#shown) {
      this.#shown = shown;
      this.#pace.changed();
      this.#options.gauges.show(this.#status());
      this.#options.logger.info({ state, ...cause }, 'restream');
    }
    if (state === 'stopped' || !this.#pace.take(clockMs())) return;
    const status = this.#status();
    this.#toldDropped = status.droppedPackets;
    this.#options.gauges.show(status);
    this.#options.tell(status);
  }

  #status(): RestreamStatus {
    const { state, cause, sinceMs } = this.#course;
    const droppedPackets = this.#droppedPackets;
    const isDropping = state === 'live' && droppedPackets > this.#toldDropped;
    const why = isDropping ? { reason: TOO_SLOW.reason, sentence: DROPPING } : cause;
    return {
      targetId: this.#options.targetId,
      state,
      sinceMs: Math.round(performance.timeOrigin + sinceMs),
      ...why,
      sentBytes: this.#sentBytes,
      bitrateBps: this.#rate.bitrateBps,
      droppedPackets,
    };
  }
}

function clockMs(): number {
  return performance.now();
}
