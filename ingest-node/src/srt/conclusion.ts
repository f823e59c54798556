import { HANDSHAKE_VERSION, type Handshake, readHandshake, relayedConclusion } from './handshake.ts';
import { type HandshakeOffer, readOffer, withLatencyMsMax } from './handshake-offer.ts';
import { shutdownPacket } from './packet.ts';
import { REJECT, REJECTX, rejectionPacket } from './rejection.ts';
import { SrtError, type SrtErrorCode } from './srt-error.ts';

/** What the publisher wants, or libsrt's number for why it cannot be wanted here. */
type Reading =
  | { readonly kind: 'offer'; readonly offer: HandshakeOffer }
  | { readonly kind: 'unreadable'; readonly reason: number; readonly detail: string };

/** A publisher's conclusion, the question that its whole connection comes from, and what is said to it in answer. */
export class Conclusion {
  readonly #datagram: Uint8Array;
  readonly #handshake: Handshake;
  readonly #atMs: number;
  readonly reading: Reading;

  /** Throws SrtError when it is no handshake, and nothing else. */
  constructor(datagram: Uint8Array, options: { readonly latencyMsMax: number; readonly nowMs: number }) {
    this.#handshake = readHandshake(datagram);
    this.#datagram = withLatencyMsMax(datagram, options.latencyMsMax);
    this.#atMs = options.nowMs;
    this.reading = readingOf(this.#handshake);
  }

  get offer(): HandshakeOffer | undefined {
    return this.reading.kind === 'offer' ? this.reading.offer : undefined;
  }

  /** How long ago it came: the clock of all that is said to the publisher. */
  ageUs(nowMs: number): number {
    return Math.round((nowMs - this.#atMs) * 1_000);
  }

  /** See relayedConclusion. */
  relayed(cookie: number, nowMs: number): Uint8Array {
    return relayedConclusion(this.#datagram, cookie, this.ageUs(nowMs));
  }

  /** The answer that says no. */
  rejection(reason: number, nowMs: number): Uint8Array {
    return rejectionPacket(this.#handshake, reason, this.ageUs(nowMs));
  }

  /** A goodbye to the publisher. */
  shutdown(nowMs: number): Uint8Array {
    return shutdownPacket(this.#handshake.socketId, this.ageUs(nowMs));
  }
}

/** Of what is wrong with a conclusion; all else is no SRT. */
const REASONS: Partial<Record<SrtErrorCode, number>> = {
  'stream-id-too-long': REJECTX.badRequest,
  'stream-id-not-text': REJECTX.badRequest,
  'filter-above-limit': REJECT.filter,
};

function readingOf(handshake: Handshake): Reading {
  if (handshake.version !== HANDSHAKE_VERSION.conclusion) {
    return { kind: 'unreadable', reason: REJECT.version, detail: 'an SRT version before 1.3' };
  }
  try {
    return { kind: 'offer', offer: readOffer(handshake) };
  } catch (error) {
    if (!(error instanceof SrtError)) throw error;
    return { kind: 'unreadable', reason: REASONS[error.code] ?? REJECT.rogue, detail: error.code };
  }
}
