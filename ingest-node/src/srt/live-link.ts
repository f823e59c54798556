import { BitrateGate } from '../rtmp/bitrate-gate.ts';
import type { PublishEnd } from '../server/publisher.ts';
import { EXTENSION, extensionOf, type Handshake } from './handshake.ts';
import { LinkWatch } from './link-watch.ts';
import { type PacketHeader, viewOf } from './packet.ts';
import type { SrtFigures } from './srt-figures.ts';
import type { SrtSessionLimits } from './srt-limits.ts';

/** §3.2.1.1.1: where a handshake response says how long its sender holds what it receives. */
const RECEIVER_DELAY_AT = 8;

/** A publisher and a receiver that have found each other, from the receiver's yes on: what passes, and since when. */
export class LiveLink {
  /** The receiver's socket, which the publisher's packets are for. */
  readonly receiverId: number;
  readonly #limits: SrtSessionLimits;
  readonly #latencyMs: number;
  readonly #gate: BitrateGate;
  readonly #watch: LinkWatch;
  readonly #sinceMs: number;
  #mediaMs: number | undefined;
  #isPaused = false;
  #figuresMs: number;
  #farewell: { readonly end: PublishEnd; readonly datagram: Uint8Array; readonly atMs: number } | undefined;
  #hasPassedFarewell = false;

  constructor(options: {
    readonly limits: SrtSessionLimits;
    readonly acceptance: Handshake;
    readonly isEncrypted: boolean;
    readonly bitrateBpsMax: number;
    readonly nowMs: number;
  }) {
    const { limits, acceptance, isEncrypted, bitrateBpsMax, nowMs } = options;
    this.receiverId = acceptance.socketId;
    this.#limits = limits;
    this.#latencyMs = acceptedLatencyMs(acceptance);
    this.#gate = new BitrateGate({ bitrateBpsMax, windowMs: limits.bitrateWindowMs });
    this.#watch = new LinkWatch({ isEncrypted, latencyMs: this.#latencyMs, nowMs });
    this.#sinceMs = nowMs;
    this.#figuresMs = nowMs + limits.figuresEveryMs;
  }

  /** When audio or video has been missing for too long. */
  get mediaEndsMs(): number {
    if (this.#isPaused) return Number.POSITIVE_INFINITY;
    if (this.#mediaMs === undefined) return this.#sinceMs + this.#limits.firstMediaMs;
    return this.#mediaMs + this.#limits.idleMediaMs;
  }

  /** Which of the two it was, for the log. */
  get mediaLimit(): 'firstMediaMs' | 'idleMediaMs' {
    return this.#mediaMs === undefined ? 'firstMediaMs' : 'idleMediaMs';
  }

  /** When the next figures are due. */
  get figuresMs(): number {
    return this.#figuresMs;
  }

  /** How the publisher left, once it has. */
  get farewellEnd(): PublishEnd | undefined {
    return this.#farewell?.end;
  }

  /** When the receiver is to hear the publisher's goodbye: libsrt drops what it holds when it does. */
  get farewellMs(): number {
    if (this.#farewell === undefined || this.#hasPassedFarewell) return Number.POSITIVE_INFINITY;
    return this.#farewell.atMs + this.#latencyMs + this.#limits.playOutMs;
  }

  /** When the receiver must have finished. */
  get drainEndsMs(): number {
    const farewellMs = this.#farewell?.atMs ?? Number.POSITIVE_INFINITY;
    return farewellMs + this.#latencyMs + this.#limits.drainMs;
  }

  media(nowMs: number): void {
    this.#mediaMs = nowMs;
  }

  setPaused(isPaused: boolean, nowMs: number): void {
    this.#isPaused = isPaused;
    if (!isPaused && this.#mediaMs !== undefined) this.#mediaMs = nowMs;
  }

  /** Counts a datagram; `false` once the publisher has sent too much for a whole window. */
  admits(header: PacketHeader, datagramBytes: number, nowMs: number): boolean {
    this.#watch.fromPublisher(header, datagramBytes, nowMs);
    return this.#gate.admits(datagramBytes, nowMs);
  }

  fromReceiver(header: PacketHeader, datagram: Uint8Array): void {
    this.#watch.fromReceiver(header, datagram);
  }

  /** Those of the time since the last ones. */
  figures(nowMs: number): SrtFigures {
    this.#figuresMs = nowMs + this.#limits.figuresEveryMs;
    return this.#watch.figures(nowMs);
  }

  /**
   * libsrt says goodbye when its program closes the connection. The program does so when the streamer stops it, and
   * also when libsrt has told it that we are silent: then the streamer has not stopped, and will be back.
   */
  leave(datagram: Uint8Array, nowMs: number): void {
    const heardUsMs = this.#watch.heardUsAtMs;
    const hasHeardUs = heardUsMs !== undefined && nowMs - heardUsMs <= this.#limits.heardUsMs;
    const end: PublishEnd = hasHeardUs
      ? { reason: 'unpublished', detail: 'SRT shutdown' }
      : { reason: 'peer-left', detail: 'SRT shutdown of a publisher that had not heard us' };
    this.#farewell = { end, datagram, atMs: nowMs };
  }

  /** The goodbye, for the receiver, once. */
  takeFarewell(): Uint8Array | undefined {
    if (this.#hasPassedFarewell) return undefined;
    this.#hasPassedFarewell = true;
    return this.#farewell?.datagram;
  }
}

function acceptedLatencyMs(acceptance: Handshake): number {
  const response = extensionOf(acceptance, EXTENSION.handshakeResponse);
  if (response === undefined || response.length < RECEIVER_DELAY_AT + 2) return 0;
  return viewOf(response).getUint16(RECEIVER_DELAY_AT);
}
