import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EXTENSION,
  HANDSHAKE_TYPE,
  type Handshake,
  readHandshake,
  relayedConclusion,
  SRT_MAGIC,
  writeHandshake,
} from './handshake.ts';
import { readOffer, readStreamIdText, withLatencyMsMax, writeStreamIdText } from './handshake-offer.ts';
import { readPacketHeader } from './packet.ts';
import { RECORDINGS, recordedDialogue, recordedHandshake } from './recorded-dialogue-fixture.ts';
import { SrtError } from './srt-error.ts';

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const extension = fc
  .tuple(u16, fc.integer({ min: 0, max: 20 }))
  .chain(([type, words]) =>
    fc.uint8Array({ minLength: words * 4, maxLength: words * 4 }).map((content) => ({ type, content })),
  );
const handshakes: fc.Arbitrary<Handshake> = fc.record({
  version: u32,
  encryption: u16,
  extensionField: u16,
  initialSequence: u32,
  mtuBytes: u32,
  flowWindowPackets: u32,
  type: u32,
  socketId: u32,
  cookie: u32,
  peerAddress: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  extensions: fc.array(extension, { maxLength: 8 }),
});
const TO = { destinationId: 7, timestampUs: 1_000 };

describe('a handshake', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(handshakes, (handshake) => {
        expect(readHandshake(writeHandshake(handshake, TO))).toEqual(handshake);
      }),
    );
  });

  it.each(RECORDINGS)('of %s is written as it was read', (name) => {
    for (const datagram of Object.values(recordedHandshake(name))) {
      const view = new DataView(datagram.buffer);
      const to = { destinationId: view.getUint32(12), timestampUs: view.getUint32(8) };
      expect(writeHandshake(readHandshake(datagram), to)).toEqual(datagram);
    }
  });

  it('of any bytes, or cut anywhere, is read or refused, and nothing else', () => {
    const readsOrRefuses = (bytes: Uint8Array) => {
      try {
        readOffer(readHandshake(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(SrtError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readsOrRefuses));
    for (const name of RECORDINGS) {
      const { conclusion } = recordedHandshake(name);
      for (let end = 0; end < conclusion.length; end += 1) readsOrRefuses(conclusion.subarray(0, end));
      for (let at = 0; at < conclusion.length; at += 1) {
        for (const value of [0, 1, 0x7f, 0xff]) readsOrRefuses(conclusion.with(at, value));
      }
    }
  });

  it.each([
    ['an extension that is longer than the packet', [0, 5, 0, 2, 1, 2, 3, 4], 'extension-truncated'],
    ['half of an extension header', [0, 5], 'extension-truncated'],
    ['17 extensions', Array.from({ length: 17 }, () => [0, 9, 0, 0]).flat(), 'extensions-above-limit'],
  ])('with %s is refused', (_case, tail, code) => {
    const { induction } = recordedHandshake('ffmpeg-5.1-plain');
    expect(() => readHandshake(Uint8Array.from([...induction, ...tail]))).toThrow(code);
  });

  it('is what a data packet is not', () => {
    const data = recordedDialogue('ffmpeg-5.1-plain').find(({ bytes }) => readPacketHeader(bytes).kind === 'data');
    expect(() => readHandshake(data?.bytes ?? new Uint8Array())).toThrow('not-a-handshake');
  });
});

describe('what real publishers say', () => {
  it.each([
    ['ffmpeg-5.1-plain', { streamId: '#!::r=demo-key,m=publish', isEncrypted: false, latencyMs: 0 }],
    ['node-av-8.1-aes256', { streamId: 'demo-key', isEncrypted: true, latencyMs: 300 }],
    ['srt-live-transmit-1.5.1', { streamId: 'publish:demo-key', isEncrypted: false, latencyMs: 200 }],
    ['gst-1.22-srtsink', { streamId: 'demo-key', isEncrypted: false, latencyMs: 125 }],
  ] as const)('%s', (name, offer) => {
    const { induction, inductionAnswer, conclusion } = recordedHandshake(name);
    expect(readHandshake(induction)).toMatchObject({ version: 4, type: HANDSHAKE_TYPE.induction, cookie: 0 });
    const answer = readHandshake(inductionAnswer);
    expect(answer).toMatchObject({ version: 5, extensionField: SRT_MAGIC });
    const concluded = readHandshake(conclusion);
    expect(concluded).toMatchObject({ version: 5, type: HANDSHAKE_TYPE.conclusion, cookie: answer.cookie });
    expect(readOffer(concluded)).toEqual(offer);
  });
});

describe('a stream id', () => {
  it('is read as it was written, whatever its length', () => {
    // Not fc.string's own characters, of which it makes a table first that takes a second.
    const character = fc.integer({ min: 1, max: 0x10_ffff }).filter((code) => code < 0xd800 || code > 0xdfff);
    const text = fc.array(character, { minLength: 1, maxLength: 100 }).map((codes) => String.fromCodePoint(...codes));
    fc.assert(
      fc.property(text, (it) => {
        expect(readStreamIdText(writeStreamIdText(it))).toBe(it);
      }),
    );
  });

  it('stands there with each word back to front', () => {
    expect(Buffer.from(writeStreamIdText('abcdef')).toString('latin1')).toBe('dcba\0\0fe');
  });

  it.each([
    ['no extension', undefined],
    ['an empty one', new Uint8Array()],
    ['zeros alone', new Uint8Array(8)],
  ])('is absent: %s', (_case, content) => {
    expect(readStreamIdText(content)).toBeUndefined();
  });

  it.each([
    ['516 bytes', new Uint8Array(516).fill(65), 'stream-id-too-long'],
    ['no UTF-8', Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc), 'stream-id-not-text'],
    ['a zero in the middle', Uint8Array.of(65, 0, 65, 65), 'stream-id-not-text'],
  ])('of %s is refused', (_case, content, code) => {
    expect(() => readStreamIdText(content)).toThrow(code);
  });

  it('may have 512 bytes', () => {
    expect(readStreamIdText(new Uint8Array(512).fill(65))).toBe('A'.repeat(512));
  });
});

describe('a conclusion that is passed on', () => {
  const { conclusion } = recordedHandshake('node-av-8.1-aes256');

  it('has another cookie and is as late as it was held, and is otherwise the same', () => {
    const passed = relayedConclusion(conclusion, 0xdead_beef, 400_000);
    expect(readHandshake(passed)).toEqual({ ...readHandshake(conclusion), cookie: 0xdead_beef });
    const timestampUs = (bytes: Uint8Array) => new DataView(bytes.buffer).getUint32(8);
    expect(timestampUs(passed)).toBe(timestampUs(conclusion) + 400_000);
  });

  it('asks for no more latency than there may be', () => {
    const latencyMs = (bytes: Uint8Array) => readOffer(readHandshake(bytes)).latencyMs;
    expect(latencyMs(withLatencyMsMax(conclusion, 300))).toBe(300);
    expect(withLatencyMsMax(conclusion, 300)).toEqual(conclusion);
    expect(latencyMs(withLatencyMsMax(conclusion, 299))).toBe(299);
    const request = readHandshake(withLatencyMsMax(conclusion, 299)).extensions;
    expect(request.map(({ type }) => type)).toEqual([
      EXTENSION.handshakeRequest,
      EXTENSION.streamId,
      EXTENSION.keyMaterialRequest,
    ]);
  });
});
