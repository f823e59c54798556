import { env } from 'cloudflare:workers';
import { initKey, type RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { AUDIO_INIT, VIDEO_INIT } from '../mux/fixtures/init-segments.ts';
import { checkMediaPlaylist, checkPresentation } from '../playlist-check/playlist-check.ts';
import { edgeFetch, held, okText } from '../testing/edge-client.ts';
import { A128, type TestLoan, V360, V720 } from '../testing/test-broadcast.ts';
import {
  initBytes,
  joinedBytes,
  partBytes,
  segmentBytes,
  TestPublisher,
  type TestPublisherOptions,
} from '../testing/test-publisher.ts';

/** v720 rests from its third segment on, to its fourth, and is back with its fifth. */
const LOANS: readonly TestLoan[] = [{ renditionId: V720, lentBy: V360, fromMsn: 3, toMsn: 5 }];

/** `partCount` parts of every rendition are there. */
function live(partCount: number, options: TestPublisherOptions = {}): Promise<TestPublisher> {
  return TestPublisher.live(partCount, { loans: LOANS, ...options });
}

async function bytes(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

async function bytesAt(publisher: TestPublisher, file: string, init?: RequestInit): Promise<Uint8Array> {
  const answer = await edgeFetch(`${publisher.path}/${file}`, init);
  expect([file, answer.status]).toEqual([file, init === undefined ? 200 : 206]);
  return bytes(answer);
}

describe('what a player of a rendition that rests is given', () => {
  it('keeps every rule, towards its lender too (rule A1.12)', async () => {
    const publisher = await live(18);
    const uris = ['v720.m3u8', 'v360.m3u8', 'a128.m3u8'];
    const checks = await Promise.all(
      uris.map(async (uri) => [uri, checkMediaPlaylist(await okText(`${publisher.path}/${uri}`))] as const),
    );
    expect(checks.flatMap(([, { violations }]) => violations)).toEqual([]);
    expect(checkPresentation(new Map(checks.map(([uri, { playlist }]) => [uri, playlist])))).toEqual([]);
  });

  it.each(['v720.m3u8', 'v720+a128.m3u8'])('is there where it says, every URI of it: %s (rule A2.26)', async (name) => {
    const publisher = await live(18);
    for (const [id, init] of [
      [V720, VIDEO_INIT],
      [V360, VIDEO_INIT],
      [A128, AUDIO_INIT],
    ] as const)
      await env.MEDIA.put(initKey(publisher.place(id), 0), init);
    const path = `${publisher.path}/${name}`;
    const { playlist, violations } = checkMediaPlaylist(await okText(path));
    expect(violations).toEqual([]);
    const uris = playlist.segments.flatMap(({ uri, mapUri, parts }) => [uri, mapUri, ...parts.map((part) => part.uri)]);
    expect(uris.filter((uri) => uri?.startsWith('v360')).length).toBeGreaterThan(5);
    for (const uri of new Set(uris)) {
      if (uri === undefined) continue;
      const answer = await edgeFetch(new URL(uri, `https://edge.test${path}`).pathname);
      expect([uri, answer.status]).toEqual([uri, 200]);
      await answer.arrayBuffer();
    }
  });

  it.each(['v720/3.0.m4s', 'v720/3.m4s', 'v720/4.2.m4s', 'v720/4.m4s', 'v720+a128/3.0.m4s', 'v720+a128/3.m4s'])(
    'is not there under its own name, which nothing leads to, and nobody is held: %s (rule A5.43)',
    async (file) => {
      const publisher = await live(14);
      const answer = await edgeFetch(`${publisher.path}/${file}`);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
      await answer.arrayBuffer();
    },
  );

  it('comes by its hint, once the lender has it (rule A5.42)', async () => {
    const publisher = await live(8);
    expect(await okText(`${publisher.path}/v720.m3u8`)).toContain('TYPE=PART,URI="v360/3.0.m4s"');
    const hinted = await held(publisher.channelId, `${publisher.path}/v360/3.0.m4s`);
    expect(hinted.isAnswered()).toBe(false);
    await publisher.publish(8, 9);
    expect(await bytes(await hinted.answer)).toEqual(partBytes(8, V360));
  });

  it('is waited for where only the borrower’s playlist hints at it: its lender may be behind (rule A5.42)', async () => {
    const publisher = await live(8);
    await publisher.put(8, 9);
    await publisher.announce([publisher.broadcast.part(8, V720)]);
    const hinted = await held(publisher.channelId, `${publisher.path}/v360/3.1.m4s`);
    expect(hinted.isAnswered()).toBe(false);
    await publisher.put(9, 10);
    await publisher.announce([publisher.broadcast.part(9, V720)]);
    expect(await bytes(await hinted.answer)).toEqual(partBytes(9, V360));
  });

  it('lets go of who waits for its own part where the segment turns out to be lent (rule A5.43)', async () => {
    const publisher = await live(7);
    const { broadcast } = publisher;
    await publisher.put(7, 8);
    // A node that did not know it yet.
    const last = broadcast.part(7, V720, { nextLentBy: undefined });
    await publisher.announce([last, broadcast.part(7, V360), broadcast.part(7, A128)]);
    const own = await held(publisher.channelId, `${publisher.path}/v720/3.0.m4s`);
    const segment = await held(publisher.channelId, `${publisher.path}/v720/3.m4s`);
    expect([own.isAnswered(), segment.isAnswered()]).toEqual([false, false]);
    await publisher.publish(8, 9);
    expect([(await own.answer).status, (await segment.answer).status]).toEqual([404, 404]);
  });
});

describe('a segment of a rendition that rests, for DASH', () => {
  const own = (publisher: TestPublisher, msn: number) =>
    joinedBytes(initBytes(V720), segmentBytes(publisher.broadcast, msn, V720));
  const lent = (publisher: TestPublisher, msn: number) =>
    joinedBytes(initBytes(V360), segmentBytes(publisher.broadcast, msn, V360));

  it('is its lender’s, behind its lender’s init segment; others have their own in front (rule B71)', async () => {
    const publisher = await live(20);
    for (const msn of [1, 2]) expect(await bytesAt(publisher, `v720/${msn}.m4s?init=0`)).toEqual(own(publisher, msn));
    for (const msn of [3, 4]) expect(await bytesAt(publisher, `v720/${msn}.m4s?init=0`)).toEqual(lent(publisher, msn));
    expect(await bytesAt(publisher, 'v720/5.m4s?init=0')).toEqual(own(publisher, 5));
    expect(await bytesAt(publisher, 'v360/3.m4s?init=0')).toEqual(lent(publisher, 3));
    expect(await bytesAt(publisher, 'a128/3.m4s?init=0')).toEqual(segmentBytes(publisher.broadcast, 3, A128));
  });

  it('is the same in parts and as an object, whole and in ranges, for good (rule B71)', async () => {
    const publisher = await live(20);
    for (const [msn, ofRendition, expected] of [
      [2, V720, own(publisher, 2)],
      [3, V360, lent(publisher, 3)],
    ] as const) {
      const path = `${publisher.path}/v720/${msn}.m4s?init=0`;
      for (const isStored of [false, true]) {
        if (isStored) await publisher.putSegment(msn, ofRendition as RenditionId);
        const answer = await edgeFetch(path);
        expect(Object.fromEntries(answer.headers)).toMatchObject({
          'content-length': String(expected.length),
          'cache-control': 'public, max-age=31536000, immutable',
          etag: `"${publisher.channelId}/${publisher.broadcastId}/v720/${msn}.m4s?init=0"`,
        });
        expect(await bytes(answer)).toEqual(expected);
        const range = await edgeFetch(path, { headers: { range: 'bytes=590-620' } });
        expect([range.status, range.headers.get('content-range')]).toEqual([206, `bytes 590-620/${expected.length}`]);
        expect(await bytes(range)).toEqual(expected.slice(590, 621));
        const head = await edgeFetch(path, { method: 'HEAD' });
        expect([head.headers.get('content-length'), (await bytes(head)).length]).toEqual([String(expected.length), 0]);
      }
    }
  });

  it('is sent as its parts come, whoever they are of, its init segment first (rules B64, B71)', async () => {
    const publisher = await live(10);
    const whole = lent(publisher, 3);
    const answer = await edgeFetch(`${publisher.path}/v720/3.m4s?init=0`);
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
    const next = await held(publisher.channelId, `${publisher.path}/v720/5.m4s?init=0`);
    expect(next.isAnswered()).toBe(false);
    await publisher.publish(10, 12);
    expect(await bytes(answer)).toEqual(whole);
    await publisher.publish(12, 17);
    const back = await next.answer;
    expect(back.headers.get('content-length')).toBeNull();
    await publisher.publish(17, 20);
    expect(await bytes(back)).toEqual(own(publisher, 5));
  });

  it('is what lies before a gap of its lender’s, and breaks off at one that comes while it is sent', async () => {
    const publisher = await live(9);
    const { broadcast } = publisher;
    const gap = { isGap: true, sizeBytes: 0 };
    const sent = bytes(await edgeFetch(`${publisher.path}/v720/3.m4s?init=0`));
    await publisher.announce([V360, V720].map((id) => broadcast.part(9, id, gap)));
    await expect(sent).rejects.toThrow();
    expect(await bytesAt(publisher, 'v720/3.m4s?init=0')).toEqual(joinedBytes(initBytes(V360), partBytes(8, V360)));
  });

  it('of a profile without parts is its lender’s, too', async () => {
    const publisher = await live(5, { profile: 'standard' });
    expect(await bytesAt(publisher, 'v720/3.m4s?init=0')).toEqual(lent(publisher, 3));
    expect(await bytesAt(publisher, 'v720/5.m4s?init=0')).toEqual(own(publisher, 5));
    const text = await okText(`${publisher.path}/v720.m3u8`);
    expect(text).toContain('v360/4.m4s\n#EXT-X-MAP:URI="v720/init-0.mp4"\n');
    expect((await edgeFetch(`${publisher.path}/v720/3.m4s`)).status).toBe(404);
  });

  it('that is older than the parts that are remembered is put together out of its lender’s', async () => {
    const publisher = await live(4 * 12, { dvrWindowS: 120 });
    expect(await bytesAt(publisher, 'v720/3.m4s?init=0')).toEqual(lent(publisher, 3));
    await publisher.putSegment(4, V360);
    expect(await bytesAt(publisher, 'v720/4.m4s?init=0')).toEqual(lent(publisher, 4));
    expect((await edgeFetch(`${publisher.path}/v720/3.m4s`)).status).toBe(404);
    expect((await edgeFetch(`${publisher.path}/v720/3.0.m4s`)).status).toBe(404);
  });

  it('that has left the window is empty, for nobody knows its lender; its own ones are in the bucket', async () => {
    const publisher = await live(4 * 10);
    await publisher.publish(4 * 10, 4 * 20);
    await publisher.putSegment(2, V720);
    expect(await bytesAt(publisher, 'v720/2.m4s?init=0')).toEqual(own(publisher, 2));
    const gone = await edgeFetch(`${publisher.path}/v720/3.m4s?init=0`);
    expect([gone.status, gone.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(new TextDecoder().decode(await bytes(gone)).slice(4, 12)).toBe('stypcmfs');
    const early = await edgeFetch(`${publisher.path}/v720/40.m4s?init=0`);
    expect(early.status).toBe(404);
    await early.arrayBuffer();
  });
});
