import { type ChildProcess, spawn } from 'node:child_process';
import { PassThrough, Readable, type Writable } from 'node:stream';
import type { LadderPolicy, LatencyProfileName, Rendition, RenditionId } from '@sluice/contracts';
import type { Logger } from 'pino';
import { type BroadcastImage, isStorable } from '../media/broadcast-image.ts';
import type { ContinuedBroadcast, EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { SourceEvent } from '../media/source.ts';
import { type ChildCommand, childCommand } from './child-command.ts';
import { pipesOf, signalGroup } from './child-group.ts';
import { ImageAllowance } from './image-allowance.ts';
import {
  sourceEventMessage,
  type ToChild,
  ToParent,
  type TranscoderStats,
  type TranscoderWarning,
} from './messages.ts';
import { restOrderFault } from './rest-order.ts';
import { StderrTail } from './stderr-tail.ts';
import { type TranscoderExit, type TranscoderExitReason, transcoderExit } from './transcoder-exit.ts';
import { nextTranscoderState, type TranscoderInput, type TranscoderState } from './transcoder-life.ts';
import { messageHead, WireError, WireReader } from './wire.ts';

export type { TranscoderStats, TranscoderWarning, TranscoderWarningCode } from './messages.ts';
export type { TranscoderExit, TranscoderExitReason } from './transcoder-exit.ts';

export interface TranscoderOptions {
  readonly profile: LatencyProfileName;
  readonly ladder: LadderPolicy;
  readonly logger: Logger;
  /** CPUs this broadcast may count on when it chooses how hard to encode; a fraction is fine. */
  readonly cpuCount: number;
  /** There when the broadcast was begun by another child, here or on another node. */
  readonly continues?: ContinuedBroadcast;
  /** A child that is already loaded (see WarmChild). Without it one is started. */
  readonly child?: ChildProcess;
  /** Another program instead of the child; tests give ones that hang, flood or die. */
  readonly command?: ChildCommand;
  readonly limits?: Partial<TranscoderLimits>;
}

export interface TranscoderLimits {
  /** Loading takes about 0.1 s; ten times that on a machine that is busy with other broadcasts, and a margin. */
  readonly readyWithinMs: number;
  /**
   * To finish a segment and say goodbye, and then again after SIGTERM before SIGKILL. A child that is overloaded encodes
   * what is left of a segment at half of real time.
   */
  readonly killAfterMs: number;
  /**
   * A child that works tells its figures once a second. One that has said nothing for so long has hung, or was stopped,
   * and viewers have run out of buffer: it is killed, so that another one takes its place.
   */
  readonly silentMsMax: number;
  /**
   * Source bytes that may wait for the child. Two seconds of 40 Mbit/s: whoever ignores `false` from push() loses
   * packets from here on, and the decoder starts again at the next keyframe.
   */
  readonly waitingBytesMax: number;
}

const LIMITS: TranscoderLimits = {
  readyWithinMs: 15_000,
  killAfterMs: 10_000,
  silentMsMax: 5_000,
  waitingBytesMax: 10 * 1024 * 1024,
};

/** What a transcoder tells its owner. Called from the event loop, never from inside a call to the transcoder. */
export interface TranscoderListener {
  /** Once, before the first frame. */
  onBroadcast(broadcast: EncodedBroadcast): void;
  /** In order within each rendition; renditions interleave as they are encoded. */
  onFrame(frame: EncodedFrame): void;
  /**
   * The answer to each rest(), in order and before any frame of segment `fromMsn`: from it on exactly these are not
   * encoded. One for the same segment replaces the one before.
   */
  onResting(renditionIds: readonly RenditionId[], fromMsn: number): void;
  /** How the broadcast looks, every few seconds: a JPEG of a size that may be stored. */
  onImage(image: BroadcastImage): void;
  /** Each code at most about once in ten seconds. */
  onWarning(warning: TranscoderWarning): void;
  onStats(stats: TranscoderStats): void;
  /** After push() answered `false`: there is room again. */
  onDrain(): void;
  /** Once, last, whatever happened. */
  onExit(exit: TranscoderExit): void;
}

/** One broadcast's transcoder: a child process that makes the ladder. The handle lives as long as the process. */
export class Transcoder {
  readonly #listener: TranscoderListener;
  readonly #logger: Logger;
  readonly #limits: TranscoderLimits;
  readonly #child: ChildProcess;
  readonly #input: Writable;
  readonly #reader = new WireReader();
  readonly #stderr = new StderrTail();
  readonly #images = new ImageAllowance(performance.now());
  readonly #exit = Promise.withResolvers<TranscoderExit>();
  #state: TranscoderState = 'spawning';
  #verdict: { readonly reason: TranscoderExitReason; readonly detail: string } | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Those of the broadcast, once it is described. */
  #renditions: readonly Rendition[] | undefined;
  #heardAtMs = 0;
  #isFull = false;
  #droppedPacketCount = 0;

  constructor(options: TranscoderOptions, listener: TranscoderListener) {
    this.#listener = listener;
    this.#logger = options.logger;
    this.#limits = { ...LIMITS, ...options.limits };
    this.#child = options.child ?? spawnTranscoderChild(options.command);
    const { input, output, stderr, stdout } = pipesOf(this.#child);
    this.#input = input;
    this.#watch({ output, stderr, stdout });
    this.#setTimer(this.#limits.readyWithinMs);
    const { profile, ladder, cpuCount, continues } = options;
    this.#send({
      kind: 'start',
      profile,
      ladder,
      cpuCount,
      ...(continues && { continues }),
    });
  }

  /** Its process; absent if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get state(): TranscoderState {
    return this.#state;
  }

  /** Hands on what the publisher sent. `false`: the pipe is full; stop reading the publisher until onDrain. */
  push(event: SourceEvent): boolean {
    if (this.#state === 'stopping' || this.#state === 'killing' || this.#state === 'exited') return true;
    const isPacket = event.kind === 'video' || event.kind === 'audio';
    if (isPacket && !(Number.isFinite(event.ptsUs) && Number.isFinite(event.dtsUs))) return !this.#isFull;
    if (isPacket && this.#input.writableLength > this.#limits.waitingBytesMax) {
      this.#droppedPacketCount += 1;
      return false;
    }
    const { header, payload } = sourceEventMessage(event);
    return this.#send(header, payload);
  }

  /** The publisher is gone and may return: the last picture stays, then the slate, until sourceJoined() or stop(). */
  sourceLeft(): void {
    if (this.#state !== 'stopping' && this.#state !== 'killing') this.#send({ kind: 'source-left' });
  }

  /** A publisher is there again. Its configurations and packets follow; the grid goes on without a seam. */
  sourceJoined(): void {
    if (this.#state !== 'stopping' && this.#state !== 'killing') this.#send({ kind: 'source-joined' });
  }

  /**
   * From the next segment on exactly these pictures are not encoded; onResting says which segment that is. Others wake.
   * A transcoder rests nothing until it is told after onBroadcast: one that takes its place is told anew. Throws
   * RestOrderError.
   */
  rest(renditionIds: readonly RenditionId[]): void {
    if (this.#state !== 'running' || this.#renditions === undefined) return;
    const fault = restOrderFault(this.#renditions, renditionIds);
    if (fault !== undefined) throw fault;
    this.#send({ kind: 'rest', renditionIds: [...new Set(renditionIds)] });
  }

  /** It is stuck: killed at once, since whoever hears nothing hears no SIGTERM. onExit follows. */
  giveUp(detail: string): void {
    if (this.#state !== 'ready' && this.#state !== 'running') return;
    this.#condemn('stuck', detail, 'SIGKILL');
  }

  /**
   * Ends the broadcast: the child completes the current segment at once, drains its encoders and exits. When it does
   * not within killAfterMs: SIGTERM, and after as long again SIGKILL to its group. Idempotent; never rejects.
   */
  stop(): Promise<TranscoderExit> {
    if (this.#state !== 'stopping' && this.#state !== 'killing' && this.#state !== 'exited') {
      this.#send({ kind: 'stop' });
      this.#input.end();
      this.#advance('stop');
      this.#setTimer(this.#limits.killAfterMs);
    }
    return this.#exit.promise;
  }

  #send(header: ToChild, payload?: Uint8Array): boolean {
    if (!this.#input.writable) return true;
    this.#input.cork();
    let hasRoom = this.#input.write(messageHead(header, payload?.length ?? 0));
    if (payload !== undefined && payload.length > 0) hasRoom = this.#input.write(payload);
    this.#input.uncork();
    this.#isFull = !hasRoom;
    return hasRoom;
  }

  #watch({ output, stderr, stdout }: { output: Readable; stderr: Readable; stdout: Readable }): void {
    // A pipe whose other end died gives EPIPE or ECONNRESET here; the process's end tells more.
    this.#input.on('error', () => {});
    output.on('error', () => {});
    this.#input.on('drain', () => {
      this.#isFull = false;
      if (this.#droppedPacketCount > 0) {
        this.#logger.warn({ droppedPacketCount: this.#droppedPacketCount }, 'source packets dropped: transcoder full');
        this.#droppedPacketCount = 0;
      }
      this.#listener.onDrain();
    });
    output.on('data', (bytes: Uint8Array) => this.#read(bytes));
    stderr.on('data', (bytes: Uint8Array) => this.#stderr.push(bytes));
    // Nothing of ours writes there; it is emptied so that it can never block the child.
    stdout.resume();
    this.#child.on('error', (error) =>
      this.#condemn('not-started', `The transcoder could not be started: ${error.message}`),
    );
    // 'close' and not 'exit': by then the pipes are read to their ends, so no coded frame is lost.
    this.#child.on('close', (exitCode, signal) => this.#ended(exitCode, signal));
  }

  #read(bytes: Uint8Array): void {
    if (this.#state === 'killing' || this.#state === 'exited') return;
    this.#heardAtMs = performance.now();
    try {
      this.#reader.push(bytes);
      for (let message = this.#reader.next(); message !== undefined; message = this.#reader.next()) {
        const read = ToParent.safeParse(message.header);
        if (!read.success) {
          this.#condemn('broke-protocol', 'The transcoder sent a message that is none.');
          return;
        }
        this.#handle(read.data, message.payload);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#condemn('broke-protocol', `The transcoder broke the framing: ${error.code}.`);
    }
  }

  #handle(message: ToParent, payload: Uint8Array): void {
    switch (message.kind) {
      case 'ready':
        this.#advance('ready');
        this.#tellWarnings();
        if (this.#state === 'ready') this.#awaitWord(this.#limits.silentMsMax);
        return;
      case 'broadcast':
        this.#advance('described');
        this.#renditions = message.description.renditions;
        this.#listener.onBroadcast({ description: message.description, next: message.next });
        return;
      case 'frame': {
        const { renditionId, ptsTicks, durationTicks, isKeyframe } = message;
        this.#listener.onFrame({ renditionId, ptsTicks, durationTicks, isKeyframe, payload });
        return;
      }
      case 'resting':
        // Not before it was described, and so with no renditions: then all of them rest.
        if (restOrderFault(this.#renditions ?? [], message.renditionIds) === undefined)
          this.#listener.onResting(message.renditionIds, message.fromMsn);
        else this.#condemn('broke-protocol', 'The transcoder rests what it must not.');
        return;
      case 'thumbnail':
        this.#takeImage({ kind: 'thumbnail', slot: message.slot, bytes: payload });
        return;
      case 'sprite':
        this.#takeImage({ kind: 'sprite', sprite: message.sprite, bytes: payload });
        return;
      case 'warning':
        this.#listener.onWarning(message.warning);
        return;
      case 'stats':
        this.#listener.onStats(message.stats);
        return;
      case 'ended':
        this.#verdict ??= { reason: message.reason, detail: message.detail };
        // It ended by itself: it has as long to be gone as one that was told to.
        if (this.#state !== 'stopping') this.#setTimer(this.#limits.killAfterMs);
        this.#advance('stop');
    }
  }

  /** Of a broadcast that was described, no more and no larger than a child of ours would send. */
  #takeImage(image: BroadcastImage): void {
    const isAllowed = this.#renditions !== undefined && this.#images.take(performance.now());
    if (isAllowed && isStorable(image)) this.#listener.onImage(image);
    else this.#condemn('broke-protocol', 'The transcoder sent an image that is none, or too many of them.');
  }

  /** What a child says before it works, it says for whoever runs the node: that it is not confined. */
  #tellWarnings(): void {
    const stderrLines = this.#stderr.lines();
    if (stderrLines.length > 0) this.#logger.warn({ stderrLines }, 'the transcoder says something before it begins');
  }

  #advance(input: TranscoderInput): void {
    const next = nextTranscoderState(this.#state, input);
    if (next === undefined) this.#condemn('broke-protocol', `The transcoder was ${input} while ${this.#state}.`);
    else this.#state = next;
  }

  /** The child is beyond use: the first verdict stands, and it is killed. */
  #condemn(reason: TranscoderExitReason, detail: string, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): void {
    this.#verdict ??= { reason, detail };
    if (this.#state === 'killing' || this.#state === 'exited') return;
    this.#advance('broke');
    signalGroup(this.#child, signal);
    this.#setTimer(this.#limits.killAfterMs);
  }

  /** The timer is not set anew with each word: it fires, finds that there was one, and sleeps on. */
  #awaitWord(withinMs: number): void {
    clearTimeout(this.#timer);
    // What it has said lies unread where it is us who were away: that is read before the turn of setImmediate comes.
    this.#timer = setTimeout(() => setImmediate(() => this.#lookForWord()), withinMs);
  }

  #lookForWord(): void {
    if (this.#state !== 'ready' && this.#state !== 'running') return;
    const { silentMsMax } = this.#limits;
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < silentMsMax) this.#awaitWord(silentMsMax - silentMs);
    else this.giveUp(`The transcoder said nothing for ${silentMsMax} ms.`);
  }

  #timeRanOut(): void {
    const wasKilling = this.#state === 'killing';
    if (!wasKilling) {
      this.#verdict ??=
        this.#state === 'spawning'
          ? { reason: 'not-started', detail: `The transcoder was not ready in ${this.#limits.readyWithinMs} ms.` }
          : { reason: 'did-not-stop', detail: `The transcoder did not stop in ${this.#limits.killAfterMs} ms.` };
    }
    this.#advance('time-ran-out');
    signalGroup(this.#child, wasKilling ? 'SIGKILL' : 'SIGTERM');
    this.#setTimer(this.#limits.killAfterMs);
  }

  #ended(exitCode: number | null, signal: NodeJS.Signals | null): void {
    this.#setTimer(undefined);
    this.#advance('process-gone');
    this.#input.destroy();
    const stderrLines = this.#stderr.lines();
    const exit = transcoderExit({ exitCode, signal, verdict: this.#verdict, stderrLines });
    this.#exit.resolve(exit);
    this.#listener.onExit(exit);
  }

  #setTimer(afterMs: number | undefined): void {
    clearTimeout(this.#timer);
    this.#timer = afterMs === undefined ? undefined : setTimeout(() => this.#timeRanOut(), afterMs);
  }
}

/**
 * Starts a child in its own process group, with pipes 3 (to it) and 4 (from it) beside the usual ones. One that could not
 * be started has pipes, too, and says so with 'error'.
 */
export function spawnTranscoderChild(command: ChildCommand = childCommand(process.execPath)): ChildProcess {
  const child = spawn(command.file, [...command.args], {
    env: { ...command.env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  // Out of descriptors (EMFILE), Node makes no pipes, whatever its types say.
  const hasPipes = Array.isArray(child.stdio);
  const nothing = () => Readable.from([]);
  return hasPipes ? child : Object.assign(child, { stdio: [null, nothing(), nothing(), new PassThrough(), nothing()] });
}
