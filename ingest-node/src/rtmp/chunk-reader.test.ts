import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunk, readMessages } from './chunk-fixture.ts';
import { CHUNK_STREAMS_MAX, STRANGER_CHUNK_LIMITS, UNREAD_BYTES_MAX } from './chunk-limits.ts';
import { ChunkReader } from './chunk-reader.ts';
import { abort, MESSAGE, type RtmpMessage, setChunkSize } from './message.ts';
import { RtmpError } from './rtmp-error.ts';
import { countingBytes, everyCut, everyPieceSize, joined } from './split-fixture.ts';

const control = (message: RtmpMessage): Uint8Array =>
  chunk({ format: 0, chunkStreamId: 2, typeId: message.typeId, messageStreamId: 0, payload: message.payload });
const chunkSizeOf = (sizeBytes: number): Uint8Array => control(setChunkSize(sizeBytes));
const times = (...chunks: Uint8Array[]): number[] => readMessages(chunks).map((message) => message.timestampMs);

describe('headers', () => {
  it('reads all fields of format 0', () => {
    const payload = countingBytes(5);
    expect(
      readMessages([chunk({ format: 0, timestamp: 0x010203, typeId: 8, messageStreamId: 0x04030201, payload })]),
    ).toEqual([{ typeId: 8, messageStreamId: 0x04030201, timestampMs: 0x010203, payload }]);
  });

  it('takes what formats 1, 2 and 3 leave out from the message before', () => {
    const messages = readMessages([
      chunk({ format: 0, timestamp: 100, typeId: 9, messageStreamId: 7, payload: countingBytes(3) }),
      chunk({ format: 1, timestamp: 20, typeId: 8, payload: countingBytes(2) }),
      chunk({ format: 2, timestamp: 30, payload: countingBytes(2) }),
      chunk({ format: 3, payload: countingBytes(2) }),
    ]);
    expect(messages.map(({ payload, ...rest }) => ({ ...rest, sizeBytes: payload.length }))).toEqual([
      { typeId: 9, messageStreamId: 7, timestampMs: 100, sizeBytes: 3 },
      { typeId: 8, messageStreamId: 7, timestampMs: 120, sizeBytes: 2 },
      { typeId: 8, messageStreamId: 7, timestampMs: 150, sizeBytes: 2 },
      { typeId: 8, messageStreamId: 7, timestampMs: 180, sizeBytes: 2 },
    ]);
  });

  it('takes the timestamp of format 0 for the delta of a format 3 behind it', () => {
    // RTMP 1.0 §5.3.1.2.4
    expect(times(chunk({ format: 0, timestamp: 40, lengthBytes: 0 }), chunk({ format: 3 }))).toEqual([40, 80]);
  });

  it('reads chunk stream ids of one, two and three bytes, at both ends of each', () => {
    for (const chunkStreamId of [2, 63, 64, 319, 320, 65_599]) {
      const pieces = [
        chunk({ format: 0, chunkStreamId, timestamp: 5, payload: countingBytes(1) }),
        chunk({ format: 2, chunkStreamId, timestamp: 1, payload: countingBytes(1) }),
      ];
      expect(times(...pieces)).toEqual([5, 6]);
    }
  });

  it('knows an id of two bytes again in the form of three', () => {
    const threeBytes = Uint8Array.of(0b11_000001, 10, 0, 0xaa);
    expect(
      times(chunk({ format: 0, chunkStreamId: 74, timestamp: 1, payload: countingBytes(1) }), threeBytes),
    ).toHaveLength(2);
  });

  it('lets format 1 begin a chunk stream, as librtmp does, but not 2 or 3', () => {
    expect(times(chunk({ format: 1, timestamp: 9, lengthBytes: 0 }))).toEqual([9]);
    for (const format of [2, 3] as const) {
      expect(() => times(chunk({ format }))).toThrow('chunk-header-without-predecessor');
    }
  });

  it('gives messages without payload', () => {
    expect(readMessages([chunk({ format: 0, lengthBytes: 0 })])).toHaveLength(1);
  });
});

describe('messages of many chunks', () => {
  it('puts a message together from chunks of 128 bytes', () => {
    const payload = countingBytes(300);
    const bytes = joined([
      chunk({ format: 0, lengthBytes: 300, payload: payload.subarray(0, 128) }),
      chunk({ format: 3, payload: payload.subarray(128, 256) }),
      chunk({ format: 3, payload: payload.subarray(256) }),
    ]);
    for (const pieces of everyCut(bytes))
      expect(readMessages(pieces).map((message) => message.payload)).toEqual([payload]);
  });

  it('keeps chunk streams apart that come by turns', () => {
    const video = countingBytes(256);
    const audio = countingBytes(200, 3);
    const messages = readMessages([
      chunk({ format: 0, chunkStreamId: 6, typeId: 9, lengthBytes: 256, payload: video.subarray(0, 128) }),
      chunk({ format: 0, chunkStreamId: 4, typeId: 8, lengthBytes: 200, payload: audio.subarray(0, 128) }),
      chunk({ format: 3, chunkStreamId: 6, payload: video.subarray(128) }),
      chunk({ format: 3, chunkStreamId: 4, payload: audio.subarray(128) }),
    ]);
    expect(messages.map(({ typeId, payload }) => [typeId, payload])).toEqual([
      [9, video],
      [8, audio],
    ]);
  });

  it('changes the chunk size in the middle of a message', () => {
    const payload = countingBytes(400);
    const bytes = joined([
      chunk({ format: 0, lengthBytes: 400, payload: payload.subarray(0, 128) }),
      chunkSizeOf(200),
      chunk({ format: 3, payload: payload.subarray(128, 328) }),
      chunkSizeOf(50),
      chunk({ format: 3, payload: payload.subarray(328, 378) }),
      chunk({ format: 3, payload: payload.subarray(378) }),
    ]);
    for (const pieces of everyPieceSize(bytes)) {
      expect(readMessages(pieces).map((message) => message.payload)).toEqual([payload]);
    }
  });

  it('reads with chunks of one byte', () => {
    const payload = countingBytes(5);
    const [first, ...rest] = [...payload].map((byte) => Uint8Array.of(byte));
    const chunks = rest.map((piece) => chunk({ format: 3, payload: piece }));
    const head = chunk({ format: 0, lengthBytes: 5, payload: first ?? new Uint8Array() });
    expect(readMessages([chunkSizeOf(1), head, ...chunks])[0]?.payload).toEqual(payload);
  });

  it('takes any chunk size, and everything above a message for the same', () => {
    const payload = countingBytes(10_000);
    for (const sizeBytes of [10_000, 0xffffff, 0x1000000, 0x7fffffff]) {
      expect(readMessages([chunkSizeOf(sizeBytes), chunk({ format: 0, payload })])[0]?.payload).toEqual(payload);
    }
    for (const sizeBytes of [0, 0x80000000, 0xffffffff]) {
      expect(() => readMessages([chunkSizeOf(sizeBytes)])).toThrow('chunk-size-invalid');
    }
  });

  it('forgets a message that is aborted, and goes on with the next one', () => {
    const payload = countingBytes(20);
    const messages = readMessages([
      chunk({ format: 0, timestamp: 50, lengthBytes: 300, payload: countingBytes(128, 9) }),
      control(abort(4)),
      chunk({ format: 1, timestamp: 10, payload }),
    ]);
    expect(messages).toEqual([{ typeId: 9, messageStreamId: 1, timestampMs: 60, payload }]);
  });

  it('lets one abort what is not there', () => {
    expect(times(control(abort(4)), control(abort(99)), chunk({ format: 0, lengthBytes: 0 }))).toEqual([0]);
  });

  it('refuses a new header within a message', () => {
    const begun = chunk({ format: 0, lengthBytes: 300, payload: countingBytes(128) });
    for (const format of [0, 1, 2] as const) {
      expect(() => readMessages([begun, chunk({ format, lengthBytes: 10 })])).toThrow('chunk-message-interrupted');
    }
  });
});

describe('extended timestamps', () => {
  const FULL = 0xffffff;

  it('reads the last 24-bit time and the first extended one', () => {
    expect(times(chunk({ format: 0, timestamp: FULL - 1, lengthBytes: 0 }))).toEqual([16_777_214]);
    expect(times(chunk({ format: 0, timestamp: FULL, extended: FULL, lengthBytes: 0 }))).toEqual([16_777_215]);
    expect(times(chunk({ format: 0, timestamp: FULL, extended: 0xfffffffe, lengthBytes: 0 }))).toEqual([4_294_967_294]);
  });

  it('reads deltas that are extended', () => {
    expect(
      times(
        chunk({ format: 0, timestamp: 1, lengthBytes: 0 }),
        chunk({ format: 1, timestamp: FULL, extended: 20_000_000, lengthBytes: 0 }),
        chunk({ format: 2, timestamp: FULL, extended: 30_000_000 }),
      ),
    ).toEqual([1, 20_000_001, 50_000_001]);
  });

  it('goes round at 32 bits', () => {
    expect(
      times(
        chunk({ format: 0, timestamp: FULL, extended: 0xfffffff0, lengthBytes: 0 }),
        chunk({ format: 1, timestamp: 0x20, lengthBytes: 0 }),
      ),
    ).toEqual([0xfffffff0, 0x10]);
  });

  const payload = countingBytes(300);
  const withRepeat = (extended: number | undefined): Uint8Array =>
    joined([
      chunk({ format: 0, timestamp: FULL, extended: 20_000_000, lengthBytes: 300, payload: payload.subarray(0, 128) }),
      chunk({ format: 3, ...(extended !== undefined && { extended }), payload: payload.subarray(128, 256) }),
      chunk({ format: 3, ...(extended !== undefined && { extended }), payload: payload.subarray(256) }),
      chunk({ format: 0, timestamp: 7, lengthBytes: 0 }),
    ]);

  it.each([
    ['repeated in format 3, as the specification has it', 20_000_000],
    ['left out of format 3, as Flash-era encoders do', undefined],
  ])('reads them %s', (_name, extended) => {
    for (const pieces of everyCut(withRepeat(extended))) {
      const messages = readMessages(pieces);
      expect(messages.map((message) => message.timestampMs)).toEqual([20_000_000, 7]);
      expect(messages[0]?.payload).toEqual(payload);
    }
  });

  it('reads the whole time where a delta would have to be repeated', () => {
    // Seen from encoders that keep one absolute time for a message, whatever its header said.
    const messages = readMessages([
      chunk({ format: 0, timestamp: 1_000, lengthBytes: 0 }),
      chunk({ format: 1, timestamp: FULL, extended: 20_000_000, lengthBytes: 200, payload: payload.subarray(0, 128) }),
      chunk({ format: 3, extended: 20_001_000, payload: payload.subarray(128, 200) }),
    ]);
    expect(messages.at(-1)).toMatchObject({ timestampMs: 20_001_000, payload: payload.subarray(0, 200) });
  });

  it('repeats an extended delta for a format 3 that begins a message', () => {
    const bytes = joined([
      chunk({ format: 0, timestamp: 0, lengthBytes: 1, payload: Uint8Array.of(1) }),
      chunk({ format: 1, timestamp: FULL, extended: 20_000_000, payload: Uint8Array.of(2) }),
      chunk({ format: 3, extended: 20_000_000, payload: Uint8Array.of(3) }),
    ]);
    for (const pieces of everyCut(bytes)) {
      expect(readMessages(pieces).map(({ timestampMs, payload: [byte] }) => [timestampMs, byte])).toEqual([
        [0, 1],
        [20_000_000, 2],
        [40_000_000, 3],
      ]);
    }
  });

  it('does not wait for four bytes that will not come', () => {
    // The last chunk has two bytes of payload and no repeated time; nothing follows.
    const head = { format: 0, timestamp: FULL, extended: 20_000_000, lengthBytes: 130 } as const;
    const bytes = joined([
      chunk({ ...head, payload: payload.subarray(0, 128) }),
      chunk({ format: 3, payload: payload.subarray(128, 130) }),
    ]);
    for (const pieces of everyCut(bytes)) expect(readMessages(pieces)[0]?.payload).toEqual(payload.subarray(0, 130));
  });

  it('does not repeat anything after a header that is not extended', () => {
    const messages = readMessages([
      chunk({ format: 0, timestamp: FULL, extended: 20_000_000, lengthBytes: 0 }),
      chunk({ format: 1, timestamp: 40, lengthBytes: 4, payload: Uint8Array.of(1, 2, 3, 4) }),
      chunk({ format: 3, payload: Uint8Array.of(0, 0, 0, 40) }),
    ]);
    expect(messages.map((message) => message.timestampMs)).toEqual([20_000_000, 20_000_040, 20_000_080]);
    expect(messages[2]?.payload).toEqual(Uint8Array.of(0, 0, 0, 40));
  });
});

describe('limits', () => {
  const { messageBytesMax, assemblyBytesMax } = STRANGER_CHUNK_LIMITS;

  it('reads a message of the largest size and refuses a byte more at its header', () => {
    const payload = countingBytes(messageBytesMax);
    expect(readMessages([chunkSizeOf(messageBytesMax), chunk({ format: 0, payload })])).toHaveLength(1);
    expect(() => readMessages([chunk({ format: 0, lengthBytes: messageBytesMax + 1 })])).toThrow('message-above-limit');
  });

  it('takes larger limits for whoever was let in', () => {
    const reader = new ChunkReader();
    reader.setLimits({ messageBytesMax: 100_000, assemblyBytesMax: 200_000 });
    const payload = countingBytes(100_000);
    expect(readMessages([chunkSizeOf(100_000), chunk({ format: 0, payload })], reader)).toHaveLength(1);
  });

  it('holds no more than its cap of messages that are begun and never ended', () => {
    const most = messageBytesMax - 1;
    const begun = (chunkStreamId: number) =>
      chunk({ format: 0, chunkStreamId, lengthBytes: messageBytesMax, payload: countingBytes(most) });
    const chunks = [chunkSizeOf(most), begun(10), begun(11)];
    expect(readMessages(chunks)).toEqual([]);
    expect(2 * messageBytesMax).toBe(assemblyBytesMax);
    expect(() => readMessages([...chunks, chunk({ format: 0, chunkStreamId: 12, lengthBytes: 3 })])).toThrow(
      'messages-in-assembly-above-limit',
    );
  });

  it('makes room again when a message is whole or aborted', () => {
    const payload = countingBytes(messageBytesMax);
    const begun = chunk({ format: 0, lengthBytes: messageBytesMax, payload: payload.subarray(0, 50_000) });
    const rest = chunk({ format: 3, payload: payload.subarray(50_000) });
    const reader = new ChunkReader();
    readMessages([chunkSizeOf(50_000)], reader);
    for (let round = 0; round < 5; round++) {
      expect(readMessages([begun, rest], reader)[0]?.payload).toEqual(payload);
      expect(readMessages([begun, control(abort(4))], reader)).toEqual([]);
    }
  });

  it('remembers so many chunk streams and not more', () => {
    const chunks = Array.from({ length: CHUNK_STREAMS_MAX }, (_, index) =>
      chunk({ format: 0, chunkStreamId: 100 + index, lengthBytes: 0 }),
    );
    expect(readMessages(chunks)).toHaveLength(CHUNK_STREAMS_MAX);
    expect(() => readMessages([...chunks, chunk({ format: 0, chunkStreamId: 99, lengthBytes: 0 })])).toThrow(
      'chunk-streams-above-limit',
    );
  });

  it('holds so many unread bytes and not more', () => {
    const reader = new ChunkReader();
    reader.push(new Uint8Array(UNREAD_BYTES_MAX));
    expect(reader.unreadBytes).toBe(UNREAD_BYTES_MAX);
    expect(() => reader.push(Uint8Array.of(0))).toThrow('held-bytes-above-limit');
  });

  it('refuses control messages that are too short for what they say', () => {
    for (const typeId of [MESSAGE.setChunkSize, MESSAGE.abort]) {
      expect(() => readMessages([chunk({ format: 0, typeId, lengthBytes: 3, payload: countingBytes(3) })])).toThrow(
        'message-truncated',
      );
    }
  });
});

it('gives messages that stay as they are while more is read', () => {
  const reader = new ChunkReader();
  const [first] = readMessages([chunk({ format: 0, payload: countingBytes(100) })], reader);
  readMessages(
    Array.from({ length: 100 }, () => chunk({ format: 0, payload: new Uint8Array(100) })),
    reader,
  );
  expect(first?.payload).toEqual(countingBytes(100));
});

it('throws RtmpError and nothing else for any bytes, and gives the same however they are split', () => {
  const outcome = (pieces: Iterable<Uint8Array>): unknown => {
    const messages: RtmpMessage[] = [];
    const reader = new ChunkReader();
    try {
      for (const piece of pieces) messages.push(...readMessages([piece], reader));
      return { messages };
    } catch (error) {
      expect(error).toBeInstanceOf(RtmpError);
      return { code: error instanceof RtmpError && error.code };
    }
  };
  // Small first bytes, so that many headers make sense.
  const bytes = fc.array(fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 3, 4, 0x44, 0x84, 0xc4)), { maxLength: 400 });
  fc.assert(
    fc.property(bytes, (list) => {
      const whole = outcome([Uint8Array.from(list)]);
      expect(outcome(list.map((byte) => Uint8Array.of(byte)))).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
