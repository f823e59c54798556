import { ByteQueue } from './byte-queue.ts';
import { ByteWriter } from './byte-writer.ts';
import { UNREAD_BYTES_MAX } from './chunk-limits.ts';
import {
  CLIENT_KEY,
  findDigest,
  HANDSHAKE_BYTES,
  isAnswerSigned,
  SERVER_KEY,
  signAnswer,
  signPacket,
} from './handshake-digest.ts';
import { RtmpError } from './rtmp-error.ts';

const RTMP_VERSION = 3;
/** RTMPE (6) and its two variants encrypt everything behind the handshake. */
const ENCRYPTED_VERSIONS = new Set([6, 8, 9]);
/** RTMP 1.0 §5.2.2: above this it is text of some other protocol. */
const VERSION_MAX = 31;
/** The server version that Flash-era clients take as a sign that digests are understood. */
const SERVER_VERSION = 0x0d_0e_0a_0d;
/** Random bytes that a handshake needs: the tails of S1 and S2. */
export const HANDSHAKE_RANDOM_BYTES = 2 * HANDSHAKE_BYTES;

export type HandshakeOutput =
  | { readonly kind: 'send'; readonly bytes: Uint8Array }
  /** `kindSeen` is for the log. A C2 that proves nothing is let pass: most encoders do not fill it in correctly. */
  | { readonly kind: 'done'; readonly kindSeen: 'plain' | 'digest'; readonly isAnswerGenuine: boolean };

/** The server's side of the handshake (RTMP 1.0 §5.2), and of the undocumented one with digests. */
export class ServerHandshake {
  readonly #held = new ByteQueue(UNREAD_BYTES_MAX);
  readonly #random: Uint8Array;
  readonly #nowMs: number;
  #step: 'c0' | 'c1' | 'c2' | 'done' = 'c0';
  /** S1 when plain, its digest otherwise: what a proper C2 repeats or signs. */
  #expected: { readonly kind: 'plain' | 'digest'; readonly bytes: Uint8Array } | undefined;

  /** `random` holds HANDSHAKE_RANDOM_BYTES. */
  constructor(options: { readonly random: Uint8Array; readonly nowMs: number }) {
    this.#random = options.random;
    this.#nowMs = options.nowMs;
  }

  push(bytes: Uint8Array): void {
    this.#held.append(bytes);
  }

  /** What to do next, or `undefined` while more bytes are needed. Throws RtmpError and nothing else. */
  next(): HandshakeOutput | undefined {
    if (this.#step === 'c0' && !this.#readVersion()) return undefined;
    if (this.#step === 'c1') return this.#answerC1();
    return this.#step === 'c2' ? this.#checkC2() : undefined;
  }

  /** What the peer sent behind its handshake. */
  takeRest(): Uint8Array {
    return this.#held.takeUpTo(this.#held.sizeBytes);
  }

  #readVersion(): boolean {
    if (this.#held.sizeBytes === 0) return false;
    const version = this.#held.takeUpTo(1)[0] ?? 0;
    if (version > VERSION_MAX) throw new RtmpError('not-rtmp', `first byte 0x${version.toString(16)}`);
    if (ENCRYPTED_VERSIONS.has(version)) throw new RtmpError('encryption-unsupported', `RTMPE version ${version}`);
    this.#step = 'c1';
    return true;
  }

  #answerC1(): HandshakeOutput | undefined {
    if (this.#held.sizeBytes < HANDSHAKE_BYTES) return undefined;
    const c1 = this.#held.takeUpTo(HANDSHAKE_BYTES);
    // RTMP 1.0 §5.2.3 has four zeros where a client that signs puts its version.
    const isPlain = c1.subarray(4, 8).every((byte) => byte === 0);
    const signed = isPlain ? undefined : findDigest(c1, CLIENT_KEY.name);
    const s1 = this.#firstPacket(signed === undefined ? 0 : SERVER_VERSION);
    // RTMP 1.0 §5.2.4 has the time of reading in it, but librtmp, and so OBS, compares all of it and warns.
    const s2 = signed === undefined ? c1 : this.#random.slice(HANDSHAKE_BYTES);
    if (signed === undefined) this.#expected = { kind: 'plain', bytes: s1 };
    else {
      this.#expected = { kind: 'digest', bytes: signPacket(s1, signed.scheme, SERVER_KEY.name) };
      signAnswer(s2, signed.digest, SERVER_KEY.full);
    }
    this.#step = 'c2';
    return { kind: 'send', bytes: new ByteWriter().u8(RTMP_VERSION).bytes(s1).bytes(s2).take() };
  }

  #checkC2(): HandshakeOutput | undefined {
    const expected = this.#expected;
    if (this.#held.sizeBytes < HANDSHAKE_BYTES || expected === undefined) return undefined;
    const c2 = this.#held.takeUpTo(HANDSHAKE_BYTES);
    this.#step = 'done';
    const isAnswerGenuine =
      expected.kind === 'digest'
        ? isAnswerSigned(c2, expected.bytes, CLIENT_KEY.full)
        : c2.subarray(8).every((byte, index) => byte === expected.bytes[index + 8]);
    return { kind: 'done', kindSeen: expected.kind, isAnswerGenuine };
  }

  #firstPacket(version: number): Uint8Array {
    const head = new ByteWriter().u32(this.#nowMs % 2 ** 32).u32(version);
    return head.bytes(this.#random.subarray(8, HANDSHAKE_BYTES)).take();
  }
}
