import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessages } from './chunk-fixture.ts';
import { ChunkReader } from './chunk-reader.ts';
import { ChunkWriter } from './chunk-writer.ts';
import { MESSAGE, pingRequest, type RtmpMessage } from './message.ts';
import { countingBytes, inPieces, joined } from './split-fixture.ts';

const message = (timestampMs: number, payload = countingBytes(3), typeId = 9, messageStreamId = 1): RtmpMessage => ({
  typeId,
  messageStreamId,
  timestampMs,
  payload,
});
const formats = (...messages: RtmpMessage[]): number[] => {
  const writer = new ChunkWriter();
  return messages.map((each) => (writer.write(each)[0] ?? 0) >> 6);
};

describe('headers', () => {
  it('are as short as the message before allows', () => {
    expect(formats(message(100), message(120, countingBytes(4)), message(140, countingBytes(4)))).toEqual([0, 1, 3]);
    expect(formats(message(100), message(120), message(150))).toEqual([0, 2, 2]);
    expect(formats(message(0), message(0))).toEqual([0, 3]);
  });

  it('are whole where time goes back or the message stream is another', () => {
    expect(formats(message(100), message(99))).toEqual([0, 0]);
    expect(formats(message(100), message(100, countingBytes(3), 9, 2))).toEqual([0, 0]);
  });
});

it('sends control messages on chunk stream 2 and commands on 3', () => {
  const idOf = (each: RtmpMessage) => (new ChunkWriter().write(each)[0] ?? 0) & 0x3f;
  expect(idOf(pingRequest(0))).toBe(2);
  expect(idOf(message(0, countingBytes(1), MESSAGE.commandAmf0, 0))).toBe(3);
  expect(idOf(message(0, countingBytes(1), MESSAGE.commandAmf0, 1))).toBe(3);
});

it('is read back as it was written, whatever the messages, chunk sizes and pieces', () => {
  const timestamps = fc.oneof(fc.nat(100), fc.constantFrom(0xfffffe, 0xffffff, 0x1000000), fc.nat(0xffffffff));
  const messages = fc.record({
    typeId: fc.constantFrom(8, 9, 18, 20, 22),
    messageStreamId: fc.constantFrom(0, 1, 2),
    timestampMs: timestamps,
    payload: fc.uint8Array({ maxLength: 700 }),
  });
  const steps = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: messages.map((each) => ({ message: each, chunkStreamId: undefined })) },
      {
        weight: 4,
        arbitrary: fc
          .tuple(messages, fc.constantFrom(3, 64, 319, 320))
          .map(([each, id]) => ({ message: each, chunkStreamId: id })),
      },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 5_000 }) },
    ),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 2_000 }), (list, pieceBytes) => {
      const writer = new ChunkWriter();
      const bytes = list.map((step) =>
        typeof step === 'number' ? writer.writeChunkSize(step) : writer.write(step.message, step.chunkStreamId),
      );
      const expected = list.flatMap((step) => (typeof step === 'number' ? [] : [step.message]));
      expect(readMessages(inPieces(joined(bytes), pieceBytes), new ChunkReader())).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
