import { CONTROL, PACKET_HEADER_BYTES, type PacketHeader, viewOf } from './packet.ts';
import type { SrtFigures } from './srt-figures.ts';

/** §3.2.4: acknowledged sequence, RTT, its variance; a light acknowledgement has the first alone. */
const RTT_AT = PACKET_HEADER_BYTES + 4;
const RTT_VARIANCE_AT = PACKET_HEADER_BYTES + 8;
const FULL_ACK_BYTES = PACKET_HEADER_BYTES + 12;
/** §3.1: sequence numbers have 31 bits. */
const SEQUENCES = 2 ** 31;
/** A step forward of more is a packet from another time: no stream loses so many at once and goes on. */
const STEP_MAX = 100_000;

/** What is known at one moment, for the differences of the last second. */
interface Tally {
  readonly atMs: number;
  readonly bytes: number;
  readonly firstCount: number;
  readonly lostCount: number;
}

/**
 * Reads a connection's health off the packets that pass by. Losses are counted where a sequence number is skipped by
 * the first copies, and taken back where such a packet comes late by itself.
 */
export class LinkWatch {
  readonly #isEncrypted: boolean;
  readonly #latencyMs: number;
  #highest: number | undefined;
  #packetCount = 0;
  #retransmittedCount = 0;
  #firstCount = 0;
  #lostCount = 0;
  #bytes = 0;
  #rttUs: number | undefined;
  #rttVarianceUs: number | undefined;
  #heardUsMs: number | undefined;
  #before: Tally;

  constructor(options: { readonly isEncrypted: boolean; readonly latencyMs: number; readonly nowMs: number }) {
    this.#isEncrypted = options.isEncrypted;
    this.#latencyMs = options.latencyMs;
    this.#before = { atMs: options.nowMs, bytes: 0, firstCount: 0, lostCount: 0 };
  }

  /** When the publisher last showed that what we send reaches it. */
  get heardUsAtMs(): number | undefined {
    return this.#heardUsMs;
  }

  fromPublisher(header: PacketHeader, datagramBytes: number, nowMs: number): void {
    this.#bytes += datagramBytes;
    if (header.kind === 'data') this.#data(header);
    else if (header.type === CONTROL.ackAck) this.#heardUsMs = nowMs;
  }

  fromReceiver(header: PacketHeader, datagram: Uint8Array): void {
    if (header.kind !== 'control' || header.type !== CONTROL.ack || datagram.length < FULL_ACK_BYTES) return;
    const view = viewOf(datagram);
    // Until the first acknowledgement of an acknowledgement libsrt says what it guesses, 100 ms.
    if (this.#heardUsMs === undefined) return;
    this.#rttUs = view.getUint32(RTT_AT);
    this.#rttVarianceUs = view.getUint32(RTT_VARIANCE_AT);
  }

  /** Begins a new second. */
  figures(nowMs: number): SrtFigures {
    const before = this.#before;
    this.#before = { atMs: nowMs, bytes: this.#bytes, firstCount: this.#firstCount, lostCount: this.#lostCount };
    const elapsedMs = Math.max(1, nowMs - before.atMs);
    const lost = Math.max(0, this.#lostCount - before.lostCount);
    const sent = this.#firstCount - before.firstCount + lost;
    return {
      rttMs: this.#rttUs === undefined ? undefined : this.#rttUs / 1_000,
      rttVarianceMs: this.#rttVarianceUs === undefined ? undefined : this.#rttVarianceUs / 1_000,
      latencyMs: this.#latencyMs,
      isEncrypted: this.#isEncrypted,
      packetCount: this.#packetCount,
      lostPacketCount: this.#lostCount,
      retransmittedPacketCount: this.#retransmittedCount,
      bitrateBps: Math.round(((this.#bytes - before.bytes) * 8_000) / elapsedMs),
      lossRatio: sent === 0 ? 0 : lost / sent,
    };
  }

  #data({ sequence, isRetransmitted }: Extract<PacketHeader, { kind: 'data' }>): void {
    this.#packetCount += 1;
    if (isRetransmitted) this.#retransmittedCount += 1;
    else this.#firstCount += 1;
    const step = this.#highest === undefined ? 1 : sequenceStep(this.#highest, sequence);
    if (step > STEP_MAX) return;
    if (step > 0) {
      // A repeat may come before any later packet does: then it is itself one that was lost.
      this.#lostCount += step - 1 + (isRetransmitted ? 1 : 0);
      this.#highest = sequence;
    } else if (step < 0 && !isRetransmitted) {
      this.#lostCount = Math.max(0, this.#lostCount - 1);
    }
  }
}

/** From one sequence number to another, the short way round. */
export function sequenceStep(from: number, to: number): number {
  const step = (to - from + SEQUENCES) % SEQUENCES;
  return step < SEQUENCES / 2 ? step : step - SEQUENCES;
}
