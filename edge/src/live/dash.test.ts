import { describe, expect, it } from 'vitest';
import { checkMpd } from '../mpd-check/mpd-check.ts';
import { bodyText, edgeFetch, freshChannelId, held } from '../testing/edge-client.ts';
import { V360, V720 } from '../testing/test-broadcast.ts';
import { initBytes, joinedBytes, partBytes, segmentBytes, TestPublisher } from '../testing/test-publisher.ts';

async function bytes(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

/** Reads until so many bytes are there. */
async function readAtLeast(reader: ReadableStreamDefaultReader<Uint8Array>, sizeBytes: number): Promise<Uint8Array> {
  const chunks: number[] = [];
  while (chunks.length < sizeBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(...value);
  }
  return new Uint8Array(chunks);
}

function readerOf(answer: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (answer.body === null) throw new Error('no body');
  return answer.body.getReader();
}

describe('the MPD', () => {
  it('is at the address of the channel and at that of the broadcast (rules A7.55, A7.57, B60)', async () => {
    const { channelId, broadcastId } = await TestPublisher.live(8);
    const own = await edgeFetch(`/live/${channelId}/manifest.mpd`);
    expect([own.status, own.headers.get('content-type')]).toEqual([200, 'application/dash+xml']);
    expect(own.headers.get('cache-control')).toBe('public, max-age=1, stale-if-error=0');
    expect(own.headers.get('access-control-allow-origin')).toBe('*');
    const text = await bodyText(own);
    expect(checkMpd(text).violations).toEqual([]);
    expect(text).toContain(`<Location>${broadcastId}.mpd</Location>`);
    expect(await bodyText(await edgeFetch(`/live/${channelId}/${broadcastId}.mpd`))).toBe(text);
  });

  it('is held while the broadcast is starting', async () => {
    const publisher = await TestPublisher.live(3);
    const { channelId } = publisher;
    const mpd = await held(channelId, `/live/${channelId}/manifest.mpd`);
    expect(mpd.isAnswered()).toBe(false);
    await publisher.publish(3, 4);
    expect(checkMpd(await bodyText(await mpd.answer)).violations).toEqual([]);
  });

  it('of an ended broadcast stays at its own address, and the channel has none (rule B60)', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId, broadcastId } = publisher;
    await publisher.returnLease();
    const own = await edgeFetch(`/live/${channelId}/manifest.mpd`);
    expect([own.status, await own.json()]).toMatchObject([404, { code: 'channel-offline' }]);
    const kept = await edgeFetch(`/live/${channelId}/${broadcastId}.mpd`);
    expect(kept.headers.get('cache-control')).toBe('public, max-age=12, stale-if-error=0');
    const { mpd, violations } = checkMpd(await bodyText(kept));
    expect([violations, mpd?.durationS]).toEqual([[], expect.closeTo(4.266_666, 5)]);
  });

  it.each([
    ['nobody-was-here.mpd', 400],
    ['manifest.mpd', 404],
    ['0mww8blwx4z6wtlh8p63.mpd', 404],
  ])('of a channel that nobody publishes to is refused: %s', async (file, status) => {
    const answer = await edgeFetch(`/live/${freshChannelId()}/${file}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([status, 'no-store']);
    await answer.body?.cancel();
  });

  it('names the clock beside it (rule B65)', async () => {
    const { channelId } = await TestPublisher.live(8);
    const answer = await edgeFetch(`/live/${channelId}/time`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.text()).toMatch(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z$/);
  });
});

describe('a segment that is being made', () => {
  it('is sent as its parts come, without a length, and is what its own object will be (rule B64)', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/2.m4s`;
    const answer = await edgeFetch(path);
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, null]);
    expect(answer.headers.get('content-type')).toBe('video/mp4');
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const reader = readerOf(answer);
    const whole = segmentBytes(publisher.broadcast, 2, V720);
    const [two, three] = [partBytes(4, V720).length + partBytes(5, V720).length, partBytes(6, V720).length];
    const first = await readAtLeast(reader, two);
    expect(first).toEqual(whole.slice(0, two));
    await publisher.publish(6, 7);
    const second = await readAtLeast(reader, three);
    expect(second).toEqual(whole.slice(two, two + three));
    await publisher.publish(7, 8);
    const rest = await readAtLeast(reader, Number.POSITIVE_INFINITY);
    expect(rest).toEqual(whole.slice(two + three));
    await publisher.putSegment(2, V720);
    expect(await bytes(await edgeFetch(path))).toEqual(whole);
  });

  it.each([3, 4])('or is soon to be is held until its first part is there: %i (rule B62)', async (msn) => {
    const publisher = await TestPublisher.live(8);
    const segment = await held(publisher.channelId, `${publisher.path}/v720/${msn}.m4s`);
    expect(segment.isAnswered()).toBe(false);
    await publisher.publish(8, 4 * (msn - 1) + 1);
    const answer = await segment.answer;
    expect(answer.status).toBe(200);
    await publisher.publish(4 * (msn - 1) + 1, 4 * msn);
    expect(await bytes(answer)).toEqual(segmentBytes(publisher.broadcast, msn, V720));
  });

  it('is held until it is whole where no parts are listed', async () => {
    const publisher = await TestPublisher.live(4, { profile: 'standard' });
    const segment = await held(publisher.channelId, `${publisher.path}/v720/5.m4s`);
    expect(segment.isAnswered()).toBe(false);
    await publisher.publish(4, 5);
    const answer = await segment.answer;
    expect(await bytes(answer)).toEqual(segmentBytes(publisher.broadcast, 5, V720));
  });

  it('is whole, whatever range of it is asked for; of a HEAD there is the head', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/2.m4s`;
    const range = await edgeFetch(path, { headers: { range: 'bytes=5-9' } });
    expect([range.status, range.headers.get('content-range')]).toEqual([200, null]);
    const head = await edgeFetch(path, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), (await bytes(head)).length]).toEqual([200, null, 0]);
    await publisher.publish(6, 8);
    expect(await bytes(range)).toEqual(segmentBytes(publisher.broadcast, 2, V720));
  });

  it('is broken off where a part becomes a gap (rule B64)', async () => {
    const publisher = await TestPublisher.live(6);
    const answer = await edgeFetch(`${publisher.path}/v720/2.m4s`);
    const reading = bytes(answer);
    await publisher.announce([publisher.broadcast.part(6, V720, { isGap: true, sizeBytes: 0 })]);
    await expect(reading).rejects.toThrow();
  });

  it('of other encoders is empty to who has the init segment of those before them (rule B60)', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720/2.m4s`;
    const stale = await edgeFetch(`${path}?init=1`);
    expect([stale.status, stale.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(new TextDecoder().decode(await bytes(stale)).slice(4, 12)).toBe('stypcmfs');
    const wrong = await edgeFetch(`${path}?init=one`);
    expect([wrong.status, await wrong.json()]).toMatchObject([400, { code: 'malformed-query' }]);
    const own = await edgeFetch(`${path}?init=0`);
    await publisher.publish(6, 8);
    const withInit = joinedBytes(initBytes(V720), segmentBytes(publisher.broadcast, 2, V720));
    expect(await bytes(own)).toEqual(withInit);
    expect(await bytes(await edgeFetch(`${path}?init=0`))).toEqual(withInit);
  });

  it('is for DASH what lies before a gap that every rendition has', async () => {
    const publisher = await TestPublisher.live(5);
    const gaps = [V720, V360].map((id) => publisher.broadcast.part(5, id, { isGap: true, sizeBytes: 0 }));
    await publisher.announce(gaps);
    expect((await edgeFetch(`${publisher.path}/v720/2.m4s`)).status).toBe(404);
    const answer = await edgeFetch(`${publisher.path}/v720/2.m4s?init=0`);
    expect([answer.status, await bytes(answer)]).toEqual([200, joinedBytes(initBytes(V720), partBytes(4, V720))]);
  });

  it('ends where the broadcast does, with what there is of it', async () => {
    const publisher = await TestPublisher.live(6);
    const answer = await edgeFetch(`${publisher.path}/v720/2.m4s`);
    const reading = bytes(answer);
    await publisher.returnLease();
    const whole = segmentBytes(publisher.broadcast, 2, V720);
    expect(await reading).toEqual(whole.slice(0, partBytes(4, V720).length + partBytes(5, V720).length));
  });
});
