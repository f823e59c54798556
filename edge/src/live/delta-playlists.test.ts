import { describe, expect, it } from 'vitest';
import { appliedDelta, checkMediaPlaylist } from '../playlist-check/playlist-check.ts';
import { bodyText, edgeFetch, held } from '../testing/edge-client.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

/** 21 s of `low`; 12 s of it are within the Skip Boundary. */
const PARTS = 40;

async function live() {
  // Nobody fetches the media here.
  const publisher = await TestPublisher.begin({ dvrWindowS: 60 });
  await publisher.announce(publisher.broadcast.parts(0, PARTS), { description: publisher.broadcast.description });
  const path = `${publisher.path}/v720.m3u8`;
  return { publisher, path, ask: async (query: string) => bodyText(await edgeFetch(`${path}${query}`)) };
}

describe('a delta update', () => {
  it.each(['YES', 'v2'])(
    'is what a client asks for with _HLS_skip=%s, and makes the playlist (rule A4.38)',
    async (skip) => {
      const { ask } = await live();
      const whole = checkMediaPlaylist(await ask(''));
      const delta = checkMediaPlaylist(await ask(`?_HLS_skip=${skip}`));
      expect([...whole.violations, ...delta.violations]).toEqual([]);
      expect(delta.playlist.skip).toMatchObject({ segmentCount: 4, removedDateRanges: skip === 'v2' ? [] : undefined });
      const uris = (playlist = whole.playlist) => playlist.segments.map(({ uri }) => uri);
      expect(uris(appliedDelta(whole.playlist, delta.playlist))).toEqual(uris());
    },
  );

  it('comes with the part that was asked for, and is held until then (rule A4.40)', async () => {
    const { publisher, path } = await live();
    const query = '?_HLS_msn=11&_HLS_part=0';
    const delta = await held(publisher.channelId, `${path}${query}&_HLS_skip=YES`);
    const whole = await held(publisher.channelId, `${path}${query}`);
    expect([delta.isAnswered(), whole.isAnswered()]).toEqual([false, false]);
    await publisher.announce(publisher.broadcast.parts(PARTS, PARTS + 1));
    const [deltaText, wholeText] = [await bodyText(await delta.answer), await bodyText(await whole.answer)];
    for (const text of [deltaText, wholeText]) expect(text).toContain('URI="v720/11.0.m4s"');
    expect([deltaText, wholeText].map((text) => text.includes('#EXT-X-SKIP:'))).toEqual([true, false]);
    expect(deltaText.length).toBeLessThan(wholeText.length);
  });

  it('is as old to caches as the playlist would be (rule A7.57)', async () => {
    const { path } = await live();
    const lifetimes = ['?_HLS_skip=YES', '?_HLS_msn=10&_HLS_part=0&_HLS_skip=YES'].map(async (query) => {
      const answer = await edgeFetch(`${path}${query}`);
      await answer.arrayBuffer();
      return answer.headers.get('cache-control');
    });
    expect(await Promise.all(lifetimes)).toEqual([
      'public, max-age=1, stale-if-error=0',
      'public, max-age=12, stale-if-error=0',
    ]);
  });

  it.each(['NO', 'yes', 'v3', ''])(
    'is not what _HLS_skip=«%s» asks for: the playlist is whole (rule A4.40)',
    async (value) => {
      const { ask } = await live();
      const text = await ask(`?_HLS_skip=${value}`);
      expect(text).toContain('v720/1.m4s\n');
      expect(text).not.toContain('#EXT-X-SKIP');
    },
  );

  it('is refused when it is asked for twice (rule A3.33)', async () => {
    const { path } = await live();
    const answer = await edgeFetch(`${path}?_HLS_skip=YES&_HLS_skip=v2`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'malformed-directive' });
  });

  it('is the whole playlist once the broadcast has ended (rules A3.36, A4.38)', async () => {
    const { publisher, ask } = await live();
    await publisher.returnLease();
    const text = await ask('?_HLS_msn=999&_HLS_part=1&_HLS_skip=v2');
    expect(text).toContain('v720/1.m4s\n');
    expect(text.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
  });
});
