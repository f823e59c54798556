import { env } from 'cloudflare:workers';
import { partKey, segmentKey } from '@sluice/contracts';
import { describe, expect, it, vi } from 'vitest';
import { edgeWith } from '../testing/edge-with.ts';
import { A128, V720 } from '../testing/test-broadcast.ts';
import { r2Bucket, s3Bindings, s3Bucket } from '../testing/test-buckets.ts';
import { partBytes, segmentBytes, TestPublisher } from '../testing/test-publisher.ts';

const ON = { MEDIA_CACHE: 'on', MEDIA_COLLAPSING: 'on' };
const UNCACHED = { ...ON, MEDIA_CACHE: 'off' };
const ALONE = { ...ON, MEDIA_COLLAPSING: 'off' };
const BARE = { MEDIA_CACHE: 'off', MEDIA_COLLAPSING: 'off' };
/** docs/adr/0027: what is larger is held for nobody. */
const SHARED_BYTES_MAX = 1024 * 1024;
const IN_S3 = { MEDIA: null, ...s3Bindings() };

async function bytes(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

async function statusOf(answer: Response): Promise<number> {
  await answer.body?.cancel();
  return answer.status;
}

describe.each([
  { layers: 'all layers over R2', fetchEdge: edgeWith(ON), bucket: r2Bucket() },
  { layers: 'no cache over R2', fetchEdge: edgeWith(UNCACHED), bucket: r2Bucket() },
  { layers: 'no collapsing over R2', fetchEdge: edgeWith(ALONE), bucket: r2Bucket() },
  { layers: 'R2 alone', fetchEdge: edgeWith(BARE), bucket: r2Bucket() },
  { layers: 'all layers over S3', fetchEdge: edgeWith({ ...ON, ...IN_S3 }), bucket: s3Bucket() },
  { layers: 'S3 alone', fetchEdge: edgeWith({ ...BARE, ...IN_S3 }), bucket: s3Bucket() },
])('media through $layers', ({ fetchEdge, bucket }) => {
  it('is the same each time, whole and by ranges (rules A5.45, A7.57)', async () => {
    const publisher = await TestPublisher.live(6, { bucket });
    const whole = partBytes(5, V720);
    const path = `${publisher.path}/v720/2.1.m4s`;
    const ask = (range: string) => fetchEdge(path, { headers: { range } });
    for (let round = 0; round < 2; round += 1) {
      const answer = await fetchEdge(path);
      expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(whole.length)]);
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(await bytes(answer)).toEqual(whole);
      const range = await ask('bytes=10-19');
      expect([range.status, range.headers.get('content-range')]).toEqual([206, `bytes 10-19/${whole.length}`]);
      expect(await bytes(range)).toEqual(whole.slice(10, 20));
      const open = await ask('bytes=0-9007199254740991');
      expect([open.status, await bytes(open)]).toEqual([206, whole]);
      const past = await ask(`bytes=${whole.length}-`);
      expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${whole.length}`]);
      await past.body?.cancel();
      const head = await fetchEdge(path, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, String(whole.length)]);
    }
  });

  it('is asked for by range or size first, and is the same whole after that', async () => {
    const publisher = await TestPublisher.live(6, { bucket });
    const path = `${publisher.path}/v720/1.3.m4s`;
    const whole = partBytes(3, V720);
    expect(await bytes(await fetchEdge(path, { headers: { range: 'bytes=-7' } }))).toEqual(whole.slice(-7));
    expect(await statusOf(await fetchEdge(path, { method: 'HEAD' }))).toBe(200);
    expect(await bytes(await fetchEdge(path))).toEqual(whole);
  });

  it('that is hinted is held until it is there, for all who ask (rule A5.42)', async () => {
    const publisher = await TestPublisher.live(6, { bucket });
    const path = `${publisher.path}/v720/2.2.m4s`;
    const asked = [fetchEdge(path), fetchEdge(path), fetchEdge(path, { headers: { range: 'bytes=0-' } })];
    await publisher.publish(6, 7);
    for (const answer of await Promise.all(asked)) expect(await bytes(answer)).toEqual(partBytes(6, V720));
  });

  it('that was not there is looked for again: no 404 is kept (rule A5.43)', async () => {
    const publisher = await TestPublisher.live(6, { bucket });
    const path = `${publisher.path}/v720/2.3.m4s`;
    expect(await statusOf(await fetchEdge(path))).toBe(404);
    await publisher.publish(6, 8);
    expect(await bytes(await fetchEdge(path))).toEqual(partBytes(7, V720));
  });

  it('is a segment out of its parts before its own object is there (rule A1.13)', async () => {
    const publisher = await TestPublisher.live(6, { bucket });
    const path = `${publisher.path}/v720/1.m4s`;
    const whole = segmentBytes(publisher.broadcast, 1, V720);
    const range = await fetchEdge(path, { headers: { range: 'bytes=990-1010' } });
    expect([range.status, await bytes(range)]).toEqual([206, whole.slice(990, 1_011)]);
    const inParts = await fetchEdge(path);
    expect([inParts.headers.get('content-length'), await bytes(inParts)]).toEqual([String(whole.length), whole]);
    await publisher.putSegment(1, V720);
    expect(await bytes(await fetchEdge(path))).toEqual(whole);
  });
});

describe('a file that is too large to be held for others', () => {
  it.each([
    ['all layers', edgeWith(ON)],
    ['no cache', edgeWith(UNCACHED)],
  ])('streams to each who asks, whole and by ranges: %s', async (_, fetchEdge) => {
    const publisher = await TestPublisher.live(6);
    const large = new Uint8Array(SHARED_BYTES_MAX + 1).fill(7);
    large.set([1, 2, 3], large.length - 3);
    await env.MEDIA.put(segmentKey(publisher.place(V720), 1), large);
    const path = `${publisher.path}/v720/1.m4s`;
    for (const answer of await Promise.all([fetchEdge(path), fetchEdge(path), fetchEdge(path)])) {
      expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(large.length)]);
      expect(await isSame(answer, large)).toBe(true);
    }
    const range = await fetchEdge(path, { headers: { range: `bytes=${large.length - 9}-` } });
    expect([range.status, await bytes(range)]).toEqual([206, large.slice(-9)]);
  });
});

/** By their digests: millions of bytes, one by one, take seconds. */
async function isSame(answer: Response, expected: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const digestOf = async (read: BufferSource) => new Uint8Array(await crypto.subtle.digest('SHA-256', read)).toString();
  return (await digestOf(await answer.arrayBuffer())) === (await digestOf(expected));
}

describe('a layer', () => {
  /** A part that somebody was given, and that is in the bucket no more. */
  async function givenAndGone(fetchEdge: ReturnType<typeof edgeWith>, isReady?: (path: string) => Promise<unknown>) {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/1.0.m4s`;
    await bytes(await fetchEdge(path));
    if (isReady !== undefined) await vi.waitUntil(() => isReady(path), { timeout: 4_000 });
    await env.MEDIA.delete(partKey(publisher.place(V720), 1, 0));
    return path;
  }

  it('alone holds what was given: the cache of the data centre, whatever the query and the range', async () => {
    const fetchEdge = edgeWith(ALONE);
    // It gets there beside the viewer, and may be later.
    const isCached = async (path: string) => {
      const cached = await caches.default.match(`https://edge.test${path}`);
      await cached?.body?.cancel();
      return cached !== undefined;
    };
    const path = await givenAndGone(fetchEdge, isCached);
    expect(await bytes(await fetchEdge(`${path}?viewer=1`))).toEqual(partBytes(0, V720));
    const range = await fetchEdge(path, { headers: { range: 'bytes=0-3' } });
    expect([range.status, await bytes(range)]).toEqual([206, partBytes(0, V720).slice(0, 4)]);
  });

  it('alone holds what was given: the isolate, for a moment', async () => {
    const fetchEdge = edgeWith(UNCACHED);
    const path = await givenAndGone(fetchEdge);
    expect(await bytes(await fetchEdge(path))).toEqual(partBytes(0, V720));
  });

  it.each([
    ['holds what is small enough', SHARED_BYTES_MAX, 200],
    ['holds nothing that is larger', SHARED_BYTES_MAX + 1, 404],
  ])('of the isolate %s: %i bytes', async (_, sizeBytes, status) => {
    const fetchEdge = edgeWith(UNCACHED);
    const publisher = await TestPublisher.live(6);
    // Not in the window, so the bucket is all that has it.
    const key = segmentKey(publisher.place(V720), 90);
    const path = `${publisher.path}/v720/90.m4s`;
    await env.MEDIA.put(key, new Uint8Array(sizeBytes));
    expect((await bytes(await fetchEdge(path))).length).toBe(sizeBytes);
    await env.MEDIA.delete(key);
    expect(await statusOf(await fetchEdge(path))).toBe(status);
  });

  it('does not remember that a segment was being made: a muxed one is there as soon as it is whole', async () => {
    const fetchEdge = edgeWith(UNCACHED);
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720+a128/2.m4s`;
    expect(await statusOf(await fetchEdge(path))).toBe(404);
    await publisher.publish(6, 8);
    const whole = [V720, A128].flatMap((id) => [...segmentBytes(publisher.broadcast, 2, id)]);
    expect(await bytes(await fetchEdge(path))).toEqual(Uint8Array.from(whole));
  });

  it('that is left out holds nothing', async () => {
    const fetchEdge = edgeWith(BARE);
    expect(await statusOf(await fetchEdge(await givenAndGone(fetchEdge)))).toBe(404);
  });

  it.each([
    ['MEDIA_CACHE', { MEDIA_CACHE: 'yes' }],
    ['MEDIA_S3_ENDPOINT', { MEDIA: null }],
    ['MEDIA_S3_ENDPOINT', { MEDIA: null, ...s3Bindings(), MEDIA_S3_ENDPOINT: 'bucket.test' }],
    ['MEDIA_S3_SECRET_ACCESS_KEY', { MEDIA: null, ...s3Bindings(), MEDIA_S3_SECRET_ACCESS_KEY: '' }],
  ])('that is set wrongly is a broken deployment, and the log names the binding: %s', async (name, bindings) => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const publisher = await TestPublisher.live(6);
    const answer = await edgeWith(bindings)(`${publisher.path}/v720/1.0.m4s`);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }]);
    expect(error.mock.calls.flat().join()).toContain(name);
  });
});

describe('a bucket that cannot be read', () => {
  it('is no part that is not there: the viewer may try again, and the log has no key', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const publisher = await TestPublisher.live(6);
    const denied = { ...s3Bindings(), MEDIA_S3_SECRET_ACCESS_KEY: 'not-the-secret' };
    const answer = await edgeWith({ ...ON, MEDIA: null, ...denied })(`${publisher.path}/v720/1.1.m4s`);
    expect([answer.status, answer.headers.get('cache-control'), await answer.json()]).toMatchObject([
      503,
      'no-store',
      { code: 'unavailable' },
    ]);
    const lines = error.mock.calls.flat().join();
    expect(lines).toContain('denied');
    expect(lines).not.toContain('not-the-secret');
  });
});
