import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refused } from '../channel/channel-replies.ts';
import { rangeWithin, readByteRange } from './byte-range.ts';
import { type ReadFile, readJoined, splitRange } from './joined-media.ts';
import { type MediaBytes, type MediaWish, WHOLE } from './media-bytes.ts';

interface Reads {
  readonly read: ReadFile;
  readonly wishes: MediaWish[];
  /** Streams that were given out and let go unread. */
  cancelled: number;
}

/** A file of so many bytes, all of the same value; as a store gives it, in a stream or at once. */
function fileOf(sizeBytes: number, value: number, how: 'stream' | 'held' = 'stream'): Reads {
  const reads: Reads = { read, wishes: [], cancelled: 0 };
  async function read(wish: MediaWish): Promise<MediaBytes> {
    reads.wishes.push(wish);
    if (wish.isHead) return { kind: 'bytes', sizeBytes, range: undefined, body: null };
    const range = wish.range && rangeWithin(wish.range, sizeBytes);
    if (wish.range !== undefined && range === undefined) return { kind: 'out-of-range', sizeBytes };
    const bytes = new Uint8Array(range?.lengthBytes ?? sizeBytes).fill(value);
    return {
      kind: 'bytes',
      sizeBytes,
      range,
      body: how === 'held' ? bytes : streamOf(bytes, () => (reads.cancelled += 1)),
    };
  }
  return reads;
}

function streamOf(bytes: Uint8Array, cancelled: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      pull: (controller) => {
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
      },
      cancel: cancelled,
    },
    { highWaterMark: 0 },
  );
}

const missing: ReadFile = async () => refused('no-such-media');

async function bytesOf(read: Awaited<ReturnType<typeof readJoined>>): Promise<number[]> {
  if (read.kind !== 'bytes') throw new Error(read.kind);
  return [...new Uint8Array(await new Response(read.body).arrayBuffer())];
}

const ask = (range: string): MediaWish => ({ isHead: false, range: readByteRange(range) });

describe.each(['stream', 'held'] as const)('two files as one, each %s', (how) => {
  const files = () => [fileOf(5, 1, how), fileOf(3, 2, how)] as const;
  const joinedOf = ([one, other]: ReturnType<typeof files>, wish: MediaWish) =>
    readJoined([one.read, other.read], wish);

  it('are the bytes of the first, then those of the second', async () => {
    const read = await joinedOf(files(), WHOLE);
    expect(read).toMatchObject({ kind: 'bytes', sizeBytes: 8, range: undefined });
    expect(await bytesOf(read)).toEqual([1, 1, 1, 1, 1, 2, 2, 2]);
  });

  it('have a size that costs no bytes', async () => {
    const pair = files();
    const read = await joinedOf(pair, { isHead: true, range: undefined });
    expect(read).toEqual({ kind: 'bytes', sizeBytes: 8, range: undefined, body: null });
    expect(pair.map(({ wishes }) => wishes)).toEqual([[{ isHead: true }], [{ isHead: true }]]);
  });

  it.each([
    ['bytes=0-0', [1]],
    ['bytes=4-5', [1, 2]],
    ['bytes=5-', [2, 2, 2]],
    ['bytes=7-7', [2]],
    ['bytes=-4', [1, 2, 2, 2]],
    ['bytes=0-9007199254740991', [1, 1, 1, 1, 1, 2, 2, 2]],
  ])('are read by range, across both: %s (rule A5.45)', async (range, expected) => {
    const read = await joinedOf(files(), ask(range));
    if (read.kind !== 'bytes') throw new Error(read.kind);
    expect([read.sizeBytes, read.range?.lengthBytes]).toEqual([8, expected.length]);
    expect(await bytesOf(read)).toEqual(expected);
  });

  it('have an end', async () => {
    expect(await joinedOf(files(), ask('bytes=8-'))).toEqual({ kind: 'out-of-range', sizeBytes: 8 });
  });
});

it('two files that many viewers share are put together once', async () => {
  const shared = (bytes: Uint8Array<ArrayBuffer>): ReadFile => {
    return async () => ({ kind: 'bytes', sizeBytes: bytes.length, range: undefined, body: bytes });
  };
  const [picture, sound, otherSound] = [[1, 2], [3], [4]].map((bytes) => shared(Uint8Array.from(bytes)));
  if (picture === undefined || sound === undefined || otherSound === undefined) throw new Error('no files');
  const bodyOf = async (first: ReadFile, second: ReadFile) => {
    const read = await readJoined([first, second], WHOLE);
    return read.kind === 'bytes' ? read.body : undefined;
  };
  const body = await bodyOf(picture, sound);
  expect(body).toEqual(Uint8Array.of(1, 2, 3));
  expect(await bodyOf(picture, sound)).toBe(body);
  expect(await bodyOf(picture, otherSound)).toEqual(Uint8Array.of(1, 2, 4));
  expect(await bodyOf(sound, picture)).toEqual(Uint8Array.of(3, 1, 2));
});

describe('two files of which one is not there', () => {
  it.each([WHOLE, { isHead: true, range: undefined }, ask('bytes=1-2')])('are not there: %j', async (wish) => {
    for (const place of [0, 1]) {
      const there = fileOf(5, 1);
      const pair = [there.read, there.read] as [ReadFile, ReadFile];
      pair[place] = missing;
      expect(await readJoined(pair, wish)).toMatchObject({ kind: 'refused', code: 'no-such-media' });
      expect(there.cancelled).toBe(wish === WHOLE ? 1 : 0);
    }
  });

  it('are cut off, and not shorter, where it breaks off', async () => {
    const broken: ReadFile = async () => ({
      kind: 'bytes',
      sizeBytes: 3,
      range: undefined,
      body: new ReadableStream({ pull: (controller) => controller.error(new Error('gone')) }),
    });
    const read = await readJoined([fileOf(5, 1).read, broken], WHOLE);
    await expect(bytesOf(read)).rejects.toThrow();
  });
});

it('a range of both is the ranges of each', () => {
  fc.assert(
    fc.property(fc.nat(30), fc.nat(30), fc.nat(60), fc.nat(60), (firstBytes, secondBytes, from, length) => {
      const whole = [...Array(firstBytes).keys()].map((at) => `1:${at}`);
      whole.push(...[...Array(secondBytes).keys()].map((at) => `2:${at}`));
      const lengthBytes = Math.min(length, Math.max(0, whole.length - from));
      const [first, second] = splitRange({ offsetBytes: from, lengthBytes }, firstBytes);
      const read = [first, second].flatMap((range, index) =>
        Array.from({ length: range?.lengthBytes ?? 0 }, (_, at) => `${index + 1}:${(range?.offsetBytes ?? 0) + at}`),
      );
      expect(read).toEqual(whole.slice(from, from + lengthBytes));
    }),
  );
});
