import {
  HANDSHAKE_TYPE,
  HANDSHAKE_VERSION,
  type Handshake,
  readHandshake,
  relayedConclusion,
  UDT_DATAGRAM,
  writeHandshake,
} from './handshake.ts';
import { type HandshakeOffer, readOffer, withLatencyMsMax } from './handshake-offer.ts';
import { REJECT, REJECTX, rejectionPacket } from './rejection.ts';
import { SrtError } from './srt-error.ts';

/** What the publisher wants, or libsrt's number for why it cannot be wanted here. */
type Reading =
  | { readonly kind: 'offer'; readonly offer: HandshakeOffer }
  | { readonly kind: 'unreadable'; readonly reason: number; readonly detail: string };

/** A publisher's conclusion, the question that its whole connection comes from. */
export class Conclusion {
  readonly #datagram: Uint8Array;
  readonly #handshake: Handshake;
  readonly reading: Reading;

  /** Throws SrtError when it is no handshake, and nothing else. */
  constructor(datagram: Uint8Array, options: { readonly latencyMsMax: number }) {
    this.#handshake = readHandshake(datagram);
    this.#datagram = withLatencyMsMax(datagram, options.latencyMsMax);
    this.reading = readingOf(this.#handshake);
  }

  /** The publisher's own socket: with its address, it tells connections apart. */
  get publisherId(): number {
    return this.#handshake.socketId;
  }

  /** The induction that was answered for the receiver, said to it over again (§4.3.1.1). */
  induction(timestampUs: number): Uint8Array {
    const induction: Handshake = {
      ...this.#handshake,
      version: HANDSHAKE_VERSION.induction,
      encryption: 0,
      extensionField: UDT_DATAGRAM,
      type: HANDSHAKE_TYPE.induction,
      cookie: 0,
      extensions: [],
    };
    return writeHandshake(induction, { destinationId: 0, timestampUs });
  }

  /** See relayedConclusion. */
  relayed(cookie: number, heldUs: number): Uint8Array {
    return relayedConclusion(this.#datagram, cookie, heldUs);
  }

  /** The answer that says no. */
  rejection(reason: number, timestampUs: number): Uint8Array {
    return rejectionPacket(this.#handshake, reason, timestampUs);
  }
}

function readingOf(handshake: Handshake): Reading {
  if (handshake.version !== HANDSHAKE_VERSION.conclusion) {
    return { kind: 'unreadable', reason: REJECT.version, detail: 'an SRT version before 1.3' };
  }
  try {
    return { kind: 'offer', offer: readOffer(handshake) };
  } catch (error) {
    if (!(error instanceof SrtError)) throw error;
    const isStreamId = error.code === 'stream-id-too-long' || error.code === 'stream-id-not-text';
    return { kind: 'unreadable', reason: isStreamId ? REJECTX.badRequest : REJECT.rogue, detail: error.code };
  }
}
