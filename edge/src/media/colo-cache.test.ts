import { describe, expect, it, vi } from 'vitest';
import { readByteRange } from './byte-range.ts';
import { ColoCache } from './colo-cache.ts';
import { holdBytes } from './hold-bytes.ts';
import { type MediaBytes, WHOLE } from './media-bytes.ts';

const BYTES = Uint8Array.from({ length: 100 }, (_, index) => index);
const ORIGIN = 'https://edge.test';

function fileAt(key: string) {
  return { key, contentType: 'video/mp4', etag: `"${key}"`, sizeBytes: BYTES.length, body: BYTES };
}

function freshKey(): string {
  return `cache-${crypto.randomUUID()}/0mww8blwxo6z4wtlh8p6/v720/1.0.m4s`;
}

async function bytesOf(read: MediaBytes | undefined): Promise<Uint8Array> {
  if (read?.kind !== 'bytes') throw new Error(`no bytes: ${read?.kind}`);
  return holdBytes(read.body, read.range?.lengthBytes ?? read.sizeBytes);
}

describe('the cache of the data centre', () => {
  it('holds what was put, and cuts ranges out of it', async () => {
    const cache = new ColoCache(caches.default, ORIGIN);
    const key = freshKey();
    expect(await cache.read(key, WHOLE)).toBeUndefined();
    await cache.put(fileAt(key));
    expect(await bytesOf(await cache.read(key, WHOLE))).toEqual(BYTES);
    const range = await cache.read(key, { isHead: false, range: readByteRange('bytes=-3') });
    expect(range).toMatchObject({ sizeBytes: 100, range: { offsetBytes: 97, lengthBytes: 3 } });
    expect(await bytesOf(range)).toEqual(BYTES.slice(-3));
    const past = { isHead: false, range: readByteRange('bytes=100-') };
    expect(await cache.read(key, past)).toEqual({ kind: 'out-of-range', sizeBytes: 100 });
    const head = await cache.read(key, { isHead: true, range: undefined });
    expect(head).toEqual({ kind: 'bytes', sizeBytes: 100, range: undefined, body: null });
  });

  it('has the address that the edge gives the file, so that it can be purged by that', async () => {
    const key = freshKey();
    await new ColoCache(caches.default, ORIGIN).put(fileAt(key));
    expect(await caches.default.delete(`${ORIGIN}/live/${key}`)).toBe(true);
    expect(await new ColoCache(caches.default, ORIGIN).read(key, WHOLE)).toBeUndefined();
  });

  it('that fails is passed by, and the log says so', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const fails = () => Promise.reject(new Error('no cache today'));
    const cache = new ColoCache({ match: fails, put: fails, delete: fails }, ORIGIN);
    const key = freshKey();
    expect(await cache.read(key, WHOLE)).toBeUndefined();
    await cache.put(fileAt(key));
    expect(warn.mock.calls.length).toBe(2);
    expect(warn.mock.calls.flat().join()).toContain('no cache today');
  });

  it.each([
    ['an error', new Response('gone', { status: 500 })],
    ['no size', new Response(new ReadableStream({ start: (stream) => stream.close() }))],
    ['a torn range', new Response('abc', { status: 206 })],
  ])('that holds %s is not believed', async (_, held) => {
    const match = () => Promise.resolve(held);
    const cache = new ColoCache({ match, put: () => Promise.resolve(), delete: () => Promise.resolve(false) }, ORIGIN);
    expect(await cache.read(freshKey(), WHOLE)).toBeUndefined();
  });
});
