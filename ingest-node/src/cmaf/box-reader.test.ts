import { describe, expect, it } from 'vitest';
import { everyCut, joined } from '../rtmp/split-fixture.ts';
import { BoxReader, type TopBox } from './box-reader.ts';
import { rawBox } from './cmaf-bytes-fixture.ts';
import { CmafError } from './cmaf-error.ts';

function readAll(pieces: Iterable<Uint8Array>): TopBox[] {
  const reader = new BoxReader();
  const boxes: TopBox[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let box = reader.next(); box !== undefined; box = reader.next()) boxes.push(box);
  }
  return boxes;
}

function large(type: string, body: Uint8Array, sizeBytes = 16 + body.length): Uint8Array {
  const head = Buffer.alloc(16);
  head.writeUInt32BE(1);
  head.write(type, 4, 'latin1');
  head.writeBigUInt64BE(BigInt(sizeBytes), 8);
  return Buffer.concat([head, body]);
}

const BODY = Uint8Array.of(1, 2, 3, 4, 5);

function codeOf(bytes: Uint8Array): string | undefined {
  try {
    readAll([bytes]);
  } catch (error) {
    if (error instanceof CmafError) return error.code;
    throw error;
  }
  return undefined;
}

describe('boxes out of bytes', () => {
  const bytes = joined([rawBox('styp', BODY), rawBox('free', new Uint8Array(40)), large('mdat', BODY), rawBox('moof')]);

  it('are the same however the bytes are split', () => {
    const whole = readAll([bytes]);
    expect(whole.map(({ type, sizeBytes, headerBytes }) => [type, sizeBytes, headerBytes])).toEqual([
      ['styp', 13, 8],
      ['free', 48, 8],
      ['mdat', 21, 16],
      ['moof', 8, 8],
    ]);
    expect(whole.map(({ body }) => [...body])).toEqual([[...BODY], [], [...BODY], []]);
    for (const pieces of everyCut(bytes)) expect(readAll(pieces)).toEqual(whole);
    expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
  });

  it('are between two only where one has ended', () => {
    const reader = new BoxReader();
    const isBetween = [...rawBox('moof', BODY)].map((byte) => {
      reader.push(Uint8Array.of(byte));
      reader.next();
      return reader.isBetweenBoxes;
    });
    expect(isBetween.indexOf(true)).toBe(12);
  });

  it('are told by their headers where their bodies are not kept, and end with these', () => {
    const reader = new BoxReader();
    const told: [string | undefined, boolean][] = [...rawBox('mfra', BODY)].map((byte) => {
      reader.push(Uint8Array.of(byte));
      const box = reader.next();
      return [box?.type, reader.isBetweenBoxes];
    });
    expect(told.findIndex(([type]) => type === 'mfra')).toBe(7);
    expect(told.findIndex(([, isBetween]) => isBetween)).toBe(12);
  });

  it.each([
    ['box-malformed', Buffer.from([0, 0, 0, 7, 0x6d, 0x6f, 0x6f, 0x66])],
    ['box-malformed', Buffer.from([0, 0, 0, 0, 0x6d, 0x64, 0x61, 0x74])],
    ['box-malformed', large('mdat', BODY, 15)],
    ['box-above-limit', large('mdat', BODY, 24 * 1_024 * 1_024 + 17)],
    ['box-above-limit', large('free', BODY, 1_024 * 1_024 + 17)],
    ['box-above-limit', large('toString', BODY, 2 ** 40)],
    ['number-too-large', large('mdat', BODY, 0)],
  ])('are refused as %s', (code, wrong) => {
    const bytesOf = code === 'number-too-large' ? Buffer.concat([wrong.subarray(0, 8), Buffer.alloc(8, 0xff)]) : wrong;
    expect(codeOf(bytesOf)).toBe(code);
  });

  it('are taken up to their limit', () => {
    expect(codeOf(large('mdat', BODY, 24 * 1_024 * 1_024 + 16))).toBeUndefined();
    expect(codeOf(large('free', BODY, 1_024 * 1_024 + 16))).toBeUndefined();
    expect(codeOf(large('mfra', BODY, 2 ** 40))).toBeUndefined();
  });
});
