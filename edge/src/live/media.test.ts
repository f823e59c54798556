import { describe, expect, it } from 'vitest';
import { edgeFetch, held } from '../testing/edge-client.ts';
import { A128, V720 } from '../testing/test-broadcast.ts';
import { partBytes, segmentBytes, TestPublisher } from '../testing/test-publisher.ts';

async function bytes(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

describe('a part', () => {
  it('is served as it was stored, for good (rules A7.55, A7.57)', async () => {
    const publisher = await TestPublisher.live(6);
    const answer = await edgeFetch(`${publisher.path}/v720/2.1.m4s`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(partBytes(5, V720).length),
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      etag: `"${publisher.channelId}/${publisher.broadcastId}/v720/2.1.m4s"`,
    });
    expect(answer.headers.get('content-encoding')).toBeNull();
    expect(await bytes(answer)).toEqual(partBytes(5, V720));
    const audio = await edgeFetch(`${publisher.path}/a128/1.0.m4s`);
    expect(audio.headers.get('content-type')).toBe('audio/mp4');
    expect(await bytes(audio)).toEqual(partBytes(0, A128));
  });

  it('that is hinted is held until it is there, and then is all of it (rule A5.42)', async () => {
    const publisher = await TestPublisher.live(6);
    const part = await held(publisher.channelId, `${publisher.path}/v720/2.2.m4s`);
    expect(part.isAnswered()).toBe(false);
    await publisher.publish(6, 7);
    const answer = await part.answer;
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(partBytes(6, V720).length)]);
    expect(await bytes(answer)).toEqual(partBytes(6, V720));
  });

  it('that is hinted is held across the end of its segment (rule A5.41)', async () => {
    const publisher = await TestPublisher.live(8);
    const part = await held(publisher.channelId, `${publisher.path}/v720/3.0.m4s`);
    await publisher.publish(8, 9);
    expect(await bytes(await part.answer)).toEqual(partBytes(8, V720));
  });

  it('that is hinted is held whatever range or method it is asked for with', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/2.2.m4s`;
    const range = await held(publisher.channelId, path, { headers: { range: 'bytes=0-9007199254740991' } });
    const head = await held(publisher.channelId, path, { method: 'HEAD' });
    expect([range.isAnswered(), head.isAnswered()]).toEqual([false, false]);
    await publisher.publish(6, 7);
    expect((await range.answer).status).toBe(206);
    expect(await bytes(await range.answer)).toEqual(partBytes(6, V720));
    expect((await head.answer).headers.get('content-length')).toBe(String(partBytes(6, V720).length));
  });

  it('that was hinted and does not come is not there (rule A5.43)', async () => {
    const publisher = await TestPublisher.live(6);
    const part = await held(publisher.channelId, `${publisher.path}/v720/2.2.m4s`);
    await publisher.returnLease();
    expect((await part.answer).status).toBe(404);
  });

  it.each(['2.3.m4s', '3.0.m4s', '9.0.m4s', '1.4.m4s', '5.m4s', 'init-1.mp4'])(
    'that is neither listed nor hinted is not there, at once: %s (rule A5.43)',
    async (file) => {
      const publisher = await TestPublisher.live(6);
      const answer = await edgeFetch(`${publisher.path}/v720/${file}`);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect(await answer.json()).toMatchObject({ code: 'no-such-media' });
    },
  );
});

describe('a segment', () => {
  it('is its parts, byte for byte, before its own object is there and after (rule A1.13)', async () => {
    const publisher = await TestPublisher.live(6);
    const expected = segmentBytes(publisher.broadcast, 1, V720);
    const inParts = await edgeFetch(`${publisher.path}/v720/1.m4s`);
    const inPartsBytes = await bytes(inParts);
    await publisher.putSegment(1, V720);
    const stored = await edgeFetch(`${publisher.path}/v720/1.m4s`);
    expect(inPartsBytes).toEqual(expected);
    expect(await bytes(stored)).toEqual(expected);
    const without = ({ headers }: Response) => Object.fromEntries([...headers].filter(([name]) => name !== 'date'));
    expect(without(inParts)).toEqual(without(stored));
  });

  it.each(['in parts', 'as one object'])('is served by ranges %s (rule A5.45)', async (how) => {
    const publisher = await TestPublisher.live(6);
    if (how === 'as one object') await publisher.putSegment(1, V720);
    const whole = segmentBytes(publisher.broadcast, 1, V720);
    const ask = (range: string) => edgeFetch(`${publisher.path}/v720/1.m4s`, { headers: { range } });
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=990-1010', 990, 1_011],
      [`bytes=${whole.length - 1}-`, whole.length - 1, whole.length],
      ['bytes=0-9007199254740991', 0, whole.length],
      ['bytes=-5', whole.length - 5, whole.length],
      ['bytes=-99999999', 0, whole.length],
    ] as const) {
      const answer = await ask(range);
      expect([range, answer.status]).toEqual([range, 206]);
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${whole.length}`);
      expect(answer.headers.get('content-length')).toBe(String(to - from));
      expect(await bytes(answer)).toEqual(whole.slice(from, to));
    }
    for (const range of [`bytes=${whole.length}-`, `bytes=${whole.length + 1}-`, 'bytes=99999999-', 'bytes=-0']) {
      const answer = await ask(range);
      expect([range, answer.status]).toEqual([range, 416]);
      expect(answer.headers.get('content-range')).toBe(`bytes */${whole.length}`);
      await answer.body?.cancel();
    }
    for (const range of ['bytes=5-1', 'bytes=0-1,3-4', 'lines=1-2']) {
      const answer = await ask(range);
      expect([range, answer.status]).toEqual([range, 200]);
      expect(await bytes(answer)).toEqual(whole);
    }
  });

  it('with a gap is not there', async () => {
    const publisher = await TestPublisher.live(5);
    const { broadcast } = publisher;
    await publisher.announce([broadcast.part(5, V720, { isGap: true, sizeBytes: 0 })]);
    await publisher.put(6, 8);
    await publisher.announce(broadcast.parts(6, 8, V720));
    expect((await edgeFetch(`${publisher.path}/v720/2.m4s`)).status).toBe(404);
    expect((await edgeFetch(`${publisher.path}/v720/2.1.m4s`)).status).toBe(404);
    expect((await edgeFetch(`${publisher.path}/v720/2.2.m4s`)).status).toBe(200);
  });
});

describe('media that the client has already', () => {
  it('is not sent again', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/1.0.m4s`;
    const etag = (await edgeFetch(path)).headers.get('etag') ?? '';
    const again = await edgeFetch(path, { headers: { 'if-none-match': `W/${etag}` } });
    expect([again.status, again.headers.get('etag'), (await bytes(again)).length]).toEqual([304, etag, 0]);
    expect(again.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const other = await edgeFetch(path, { headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('in part is sent from there, if it is still the same', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/1.0.m4s`;
    const etag = (await edgeFetch(path)).headers.get('etag') ?? '';
    const ask = (ifRange: string) => edgeFetch(path, { headers: { range: 'bytes=900-', 'if-range': ifRange } });
    expect((await ask(etag)).status).toBe(206);
    expect((await ask('"other"')).status).toBe(200);
  });
});
