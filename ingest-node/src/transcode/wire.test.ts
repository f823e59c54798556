import { describe, expect, it } from 'vitest';
import {
  HEADER_BYTES_MAX,
  messageHead,
  PAYLOAD_BYTES_MAX,
  WireError,
  type WireMessage,
  WireReader,
  wholeMessage,
} from './wire.ts';

function encoded(header: unknown, payload = new Uint8Array(0)): Uint8Array {
  return Buffer.concat([messageHead(header, payload.length), payload]);
}

function readAll(pieces: Iterable<Uint8Array>): WireMessage[] {
  const reader = new WireReader();
  const found: WireMessage[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let message = reader.next(); message !== undefined; message = reader.next()) {
      found.push({ header: message.header, payload: Uint8Array.from(message.payload) });
    }
  }
  return found;
}

const MESSAGES = [
  { header: { kind: 'video', ptsUs: -33_000 }, payload: Uint8Array.from([1, 2, 3, 4, 5]) },
  { header: { kind: 'stop' }, payload: new Uint8Array(0) },
  { header: { sentence: 'naïve — ünïcode' }, payload: Uint8Array.from([0, 0, 0, 8]) },
];
it('writes a message at once as it does in two pieces', () => {
  for (const { header, payload } of MESSAGES) expect(wholeMessage(header, payload)).toEqual(encoded(header, payload));
});

const STREAM = Buffer.concat(MESSAGES.map(({ header, payload }) => encoded(header, payload)));

describe('the wire', () => {
  it('reads the same messages wherever the bytes are split once', () => {
    for (let at = 0; at <= STREAM.length; at += 1) {
      expect(readAll([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(MESSAGES);
    }
  });

  it.each([1, 2, 3, 7, 11])('reads the same messages in pieces of %i bytes', (size) => {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < STREAM.length; at += size) pieces.push(STREAM.subarray(at, at + size));
    expect(readAll(pieces)).toEqual(MESSAGES);
  });

  it('takes a header and a payload at their limits and refuses one byte more', () => {
    const lengths = (headerBytes: number, payloadBytes: number) => {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(headerBytes, 0);
      bytes.writeUInt32BE(payloadBytes, 4);
      return bytes;
    };
    expect(readAll([lengths(HEADER_BYTES_MAX, PAYLOAD_BYTES_MAX)])).toEqual([]);
    expect(() => readAll([lengths(HEADER_BYTES_MAX + 1, 0)])).toThrow(new WireError('header-too-long'));
    expect(() => readAll([lengths(2, PAYLOAD_BYTES_MAX + 1)])).toThrow(new WireError('payload-too-long'));
  });

  it('throws its own error for a header that is not JSON', () => {
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 2, 0, 0, 0, 0]), Buffer.from('{x')]);
    expect(() => readAll([bytes])).toThrow(WireError);
  });
});
