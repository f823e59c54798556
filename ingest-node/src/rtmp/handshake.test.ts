import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { UNREAD_BYTES_MAX } from './chunk-limits.ts';
import { HANDSHAKE_RANDOM_BYTES, type HandshakeOutput, ServerHandshake } from './handshake.ts';
import {
  CLIENT_KEY,
  DIGEST_SCHEMES,
  type DigestScheme,
  findDigest,
  HANDSHAKE_BYTES,
  isAnswerSigned,
  SERVER_KEY,
  signAnswer,
  signPacket,
} from './handshake-digest.ts';
import { RtmpError } from './rtmp-error.ts';
import { countingBytes, everyPieceSize, joined } from './split-fixture.ts';

const NOW_MS = 123_456;
const RANDOM = countingBytes(HANDSHAKE_RANDOM_BYTES, 5);

function open(): ServerHandshake {
  return new ServerHandshake({ random: RANDOM, nowMs: NOW_MS });
}

function outputsOf(handshake: ServerHandshake): HandshakeOutput[] {
  const outputs: HandshakeOutput[] = [];
  for (let output = handshake.next(); output !== undefined; output = handshake.next()) outputs.push(output);
  return outputs;
}

function run(handshake: ServerHandshake, pieces: Iterable<Uint8Array>): HandshakeOutput[] {
  return [...pieces].flatMap((piece) => {
    handshake.push(piece);
    return outputsOf(handshake);
  });
}

/** The answer to C0 and C1, taken apart. */
function answerTo(handshake: ServerHandshake, c1: Uint8Array) {
  const [output] = run(handshake, [Uint8Array.of(3), c1]);
  if (output?.kind !== 'send') throw new Error('no answer');
  const { bytes } = output;
  expect(bytes.length).toBe(1 + 2 * HANDSHAKE_BYTES);
  return { s0: bytes[0], s1: bytes.slice(1, 1 + HANDSHAKE_BYTES), s2: bytes.slice(1 + HANDSHAKE_BYTES) };
}

const plainC1 = new ByteWriter()
  .u32(77)
  .u32(0)
  .bytes(countingBytes(HANDSHAKE_BYTES - 8))
  .take();

function signedC1(scheme: DigestScheme): { readonly c1: Uint8Array; readonly digest: Uint8Array } {
  const c1 = new ByteWriter()
    .u32(0)
    .u32(0x09007c02)
    .bytes(countingBytes(HANDSHAKE_BYTES - 8, 200))
    .take();
  return { c1, digest: signPacket(c1, scheme, CLIENT_KEY.name) };
}

describe('plain', () => {
  it('answers with its own time and random bytes, and an echo to the last byte', () => {
    const { s0, s1, s2 } = answerTo(open(), plainC1);
    expect(s0).toBe(3);
    expect(s1).toEqual(joined([Uint8Array.of(0, 1, 0xe2, 0x40, 0, 0, 0, 0), RANDOM.slice(8, HANDSHAKE_BYTES)]));
    expect(s2).toEqual(plainC1);
  });

  it('is done with C2, and says whether that was an echo', () => {
    for (const isAnswerGenuine of [true, false]) {
      const handshake = open();
      const { s1 } = answerTo(handshake, plainC1);
      // The second time field is the client's own.
      const c2 = s1.slice();
      c2.set([1, 2, 3, 4], 4);
      if (!isAnswerGenuine) c2[HANDSHAKE_BYTES - 1] = 0;
      expect(run(handshake, [c2])).toEqual([{ kind: 'done', kindSeen: 'plain', isAnswerGenuine }]);
    }
  });

  it('takes a version without a digest for plain', () => {
    const c1 = plainC1.slice();
    c1.set([9, 0, 124, 2], 4);
    expect(answerTo(open(), c1).s2).toEqual(c1);
  });
});

describe.each(DIGEST_SCHEMES.map((scheme, index) => [index, scheme] as const))(
  'digest, scheme %i',
  (_index, scheme) => {
    it('signs S1 in the same scheme, and proves in S2 that it has seen the digest', () => {
      const { c1, digest } = signedC1(scheme);
      const { s1, s2 } = answerTo(open(), c1);
      expect(findDigest(s1, SERVER_KEY.name)?.scheme).toBe(scheme);
      expect(isAnswerSigned(s2, digest, SERVER_KEY.full)).toBe(true);
      expect(isAnswerSigned(s2, countingBytes(32), SERVER_KEY.full)).toBe(false);
    });

    it('says whether C2 proves the same', () => {
      for (const isAnswerGenuine of [true, false]) {
        const handshake = open();
        const { s1 } = answerTo(handshake, signedC1(scheme).c1);
        const c2 = countingBytes(HANDSHAKE_BYTES);
        if (isAnswerGenuine) signAnswer(c2, findDigest(s1, SERVER_KEY.name)?.digest ?? c2, CLIENT_KEY.full);
        expect(run(handshake, [c2])).toEqual([{ kind: 'done', kindSeen: 'digest', isAnswerGenuine }]);
      }
    });

    it('finds the digest wherever its offset puts it', () => {
      const { offsetAt } = scheme;
      for (const offset of [0, 1, 727, 728, 1_020]) {
        const { c1 } = signedC1(scheme);
        c1.set(
          [0, 1, 2, 3].map((index) => Math.max(0, Math.min(255, offset - 255 * index))),
          offsetAt,
        );
        const digest = Uint8Array.from(signPacket(c1, scheme, CLIENT_KEY.name));
        expect(findDigest(c1, CLIENT_KEY.name)).toEqual({ scheme, digest });
      }
    });
  },
);

describe('bytes', () => {
  it('are read the same however they are split, and what stands behind them is left', () => {
    const behind = countingBytes(50);
    const bytes = joined([Uint8Array.of(3), plainC1, countingBytes(HANDSHAKE_BYTES), behind]);
    const seenIn = (pieces: Iterable<Uint8Array>) => {
      const handshake = open();
      const outputs = run(handshake, pieces);
      return { outputs, rest: handshake.takeRest() };
    };
    const whole = seenIn([bytes]);
    expect(whole.outputs.map((output) => output.kind)).toEqual(['send', 'done']);
    expect(whole.rest).toEqual(behind);
    for (const pieces of everyPieceSize(bytes)) expect(seenIn(pieces).outputs).toEqual(whole.outputs);
  });

  it('of another protocol are refused at the first one', () => {
    expect(() => run(open(), [new TextEncoder().encode('GET / HTTP/1.1')])).toThrow('not-rtmp');
  });

  it('of RTMPE are refused with its own code', () => {
    for (const version of [6, 8, 9])
      expect(() => run(open(), [Uint8Array.of(version)])).toThrow('encryption-unsupported');
    expect(() => run(open(), [Uint8Array.of(32)])).toThrow('not-rtmp');
    expect(run(open(), [Uint8Array.of(31)])).toEqual([]);
  });

  it('are held up to the cap', () => {
    expect(() => open().push(new Uint8Array(UNREAD_BYTES_MAX + 1))).toThrow('held-bytes-above-limit');
  });

  it('of any kind make it throw RtmpError and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_500, minLength: 1, size: 'max' }), (bytes) => {
        try {
          run(open(), [bytes]);
        } catch (error) {
          expect(error).toBeInstanceOf(RtmpError);
        }
      }),
    );
  });
});
