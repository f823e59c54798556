import { describe, expect, it } from 'vitest';
import { r2Bucket, s3Bucket } from '../testing/test-buckets.ts';
import { readByteRange } from './byte-range.ts';
import { holdBytes } from './hold-bytes.ts';
import { type MediaBytes, type MediaWish, WHOLE } from './media-bytes.ts';

const BYTES = Uint8Array.from({ length: 1_000 }, (_, index) => index % 251);
const HEAD: MediaWish = { isHead: true, range: undefined };

function freshKey(): string {
  return `${crypto.randomUUID()}/0mww8blwx4z6wtlh8p63/v720/1.0.m4s`;
}

function ranged(header: string): MediaWish {
  return { isHead: false, range: readByteRange(header) };
}

async function bytesOf(read: MediaBytes | undefined): Promise<Uint8Array> {
  if (read?.kind !== 'bytes') throw new Error(`no bytes: ${read?.kind}`);
  return holdBytes(read.body, read.range?.lengthBytes ?? read.sizeBytes);
}

describe.each([r2Bucket(), s3Bucket()])('a bucket in $name', ({ store, put }) => {
  it('gives an object as it was put', async () => {
    const key = freshKey();
    await put(key, BYTES);
    const read = await store.read(key, WHOLE);
    expect(read).toMatchObject({ kind: 'bytes', sizeBytes: 1_000, range: undefined });
    expect(await bytesOf(read)).toEqual(BYTES);
  });

  it('tells the size alone where that is wished for', async () => {
    const key = freshKey();
    await put(key, BYTES);
    expect(await store.read(key, HEAD)).toEqual({ kind: 'bytes', sizeBytes: 1_000, range: undefined, body: null });
  });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=10-19', 10, 10],
    ['bytes=999-', 999, 1],
    ['bytes=0-9007199254740991', 0, 1_000],
    ['bytes=990-5000', 990, 10],
    ['bytes=-5', 995, 5],
    ['bytes=-99999999', 0, 1_000],
  ])('gives the range %s', async (header, offsetBytes, lengthBytes) => {
    const key = freshKey();
    await put(key, BYTES);
    const read = await store.read(key, ranged(header));
    expect(read).toMatchObject({ kind: 'bytes', sizeBytes: 1_000, range: { offsetBytes, lengthBytes } });
    expect(await bytesOf(read)).toEqual(BYTES.slice(offsetBytes, offsetBytes + lengthBytes));
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('has nothing for the range %s', async (header) => {
    const key = freshKey();
    await put(key, BYTES);
    expect(await store.read(key, ranged(header))).toEqual({ kind: 'out-of-range', sizeBytes: 1_000 });
  });

  it('has no object under a key that nobody put', async () => {
    const key = freshKey();
    expect([
      await store.read(key, WHOLE),
      await store.read(key, HEAD),
      await store.read(key, ranged('bytes=0-5')),
    ]).toEqual([undefined, undefined, undefined]);
  });

  it('gives an empty object as one, and no range of it', async () => {
    const key = freshKey();
    await put(key, new Uint8Array(0));
    const read = await store.read(key, WHOLE);
    expect(read).toMatchObject({ kind: 'bytes', sizeBytes: 0 });
    expect((await bytesOf(read)).length).toBe(0);
    expect(await store.read(key, ranged('bytes=0-'))).toEqual({ kind: 'out-of-range', sizeBytes: 0 });
  });

  it('takes an object and gives it back, over one that was there', async () => {
    const key = `_vod/${crypto.randomUUID()}.json`;
    await store.write(key, new Uint8Array([1]), 'application/json');
    await store.write(key, BYTES, 'application/json');
    expect(await bytesOf(await store.read(key, WHOLE))).toEqual(BYTES);
  });

  it('removes an object, and is content where there is none', async () => {
    const key = freshKey();
    await put(key, BYTES);
    await store.remove(key);
    expect(await store.read(key, WHOLE)).toBeUndefined();
    await store.remove(key);
  });
});
