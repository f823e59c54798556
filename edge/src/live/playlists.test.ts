import { ChannelStatus, LATENCY_PROFILE_NAMES } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import {
  checkMediaPlaylist,
  checkMultivariantPlaylist,
  checkPresentation,
  quotedValue,
} from '../playlist-check/playlist-check.ts';
import { bodyText, edgeFetch, freshChannelId, held, okText } from '../testing/edge-client.ts';
import { STARTED_AT_MS } from '../testing/test-broadcast.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

describe('what a player is given', () => {
  it.each(LATENCY_PROFILE_NAMES)(
    'keeps every rule from the multivariant playlist on: %s (rule A7.58)',
    async (profile) => {
      const publisher = await TestPublisher.live(0, { profile });
      const { partsPerSegment } = publisher.broadcast.grid;
      await publisher.publish(0, 4 * partsPerSegment);
      const index = `/live/${publisher.channelId}/index.m3u8`;
      const { playlist, violations } = checkMultivariantPlaylist(await okText(index));
      expect(violations).toEqual([]);
      const audio = playlist.media.map(({ attributes }) => quotedValue(attributes, 'URI') ?? '');
      const uris = [...playlist.variants.map(({ uri }) => uri), ...audio];
      expect(uris.map((uri) => uri.split('/').at(-1))).toEqual(['v720.m3u8', 'v360.m3u8', 'a128.m3u8']);
      const presentation = new Map();
      for (const uri of uris) {
        const path = new URL(uri, `https://edge.test${index}`).pathname;
        const check = checkMediaPlaylist(await okText(path));
        expect(check.violations).toEqual([]);
        expect(check.playlist.partTargetS === undefined).toBe(profile === 'standard');
        presentation.set(path.split('/').at(-1), check.playlist);
      }
      expect(checkPresentation(presentation)).toEqual([]);
    },
  );

  it('finds every URI of a playlist where the playlist says (rule A2.26)', async () => {
    const publisher = await TestPublisher.live(9);
    const path = `${publisher.path}/v720.m3u8`;
    const { playlist } = checkMediaPlaylist(await okText(path));
    const uris = playlist.segments.flatMap(({ uri, mapUri, parts }) => [uri, mapUri, ...parts.map((part) => part.uri)]);
    expect(new Set(uris).size).toBeGreaterThan(11);
    for (const uri of new Set(uris)) {
      if (uri === undefined) continue;
      const answer = await edgeFetch(new URL(uri, `https://edge.test${path}`).pathname);
      expect([uri, answer.status]).toEqual([uri, 200]);
      await answer.arrayBuffer();
    }
  });
});

describe('a blocking reload', () => {
  it('is held until its part is announced, and then is the first version that has it (rule A3.30)', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720.m3u8?_HLS_msn=2&_HLS_part=2`;
    const reload = await held(publisher.channelId, path);
    expect(reload.isAnswered()).toBe(false);
    await publisher.publish(6, 7);
    const answer = await reload.answer;
    expect(answer.headers.get('cache-control')).toBe('public, max-age=12, stale-if-error=0');
    const playlist = await bodyText(answer);
    expect(playlist).toContain('URI="v720/2.2.m4s"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/2.3.m4s"\n');
    expect(checkMediaPlaylist(playlist).violations).toEqual([]);
  });

  it('for a segment is held until it is whole (rule A3.29)', async () => {
    const publisher = await TestPublisher.live(6);
    const reload = await held(publisher.channelId, `${publisher.path}/a128.m3u8?_HLS_msn=2`);
    await publisher.publish(6, 7);
    expect(reload.isAnswered()).toBe(false);
    await publisher.publish(7, 8);
    expect(await bodyText(await reload.answer)).toContain('a128/2.m4s');
  });

  it('works by segments where playlists list no parts', async () => {
    const publisher = await TestPublisher.live(4, { profile: 'standard' });
    const reload = await held(publisher.channelId, `${publisher.path}/v720.m3u8?_HLS_msn=5`);
    expect(reload.isAnswered()).toBe(false);
    await publisher.publish(4, 5);
    const playlist = await bodyText(await reload.answer);
    expect(playlist).toContain('v720/5.m4s\n');
    expect(playlist).not.toMatch(/PART|PRELOAD-HINT/);
  });

  it('is released by the end of the broadcast (rule A3.34)', async () => {
    const publisher = await TestPublisher.live(6);
    const reload = await held(publisher.channelId, `${publisher.path}/v720.m3u8?_HLS_msn=2&_HLS_part=3`);
    await publisher.returnLease();
    const playlist = await bodyText(await reload.answer);
    expect(playlist.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
    // rfc8216bis §6.2.5: with EXT-X-ENDLIST directives are ignored.
    expect(await okText(`${publisher.path}/v720.m3u8?_HLS_msn=99&_HLS_part=99`)).toBe(playlist);
  });

  it.each([
    ['_HLS_msn=abc', 'malformed-directive'],
    ['_HLS_msn=-1', 'malformed-directive'],
    ['_HLS_msn=', 'malformed-directive'],
    ['_HLS_msn=1.5', 'malformed-directive'],
    ['_HLS_msn=1e3', 'malformed-directive'],
    ['_HLS_msn=123456789012345678901', 'malformed-directive'],
    ['_HLS_part=1', 'malformed-directive'],
    ['_HLS_msn=2&_HLS_part=x', 'malformed-directive'],
    ['_HLS_msn=4', 'directive-too-far'],
    ['_HLS_msn=2&_HLS_part=99', 'directive-too-far'],
  ])('with %s is refused at once: %s (rules A3.32, A3.33)', async (query, code) => {
    const publisher = await TestPublisher.live(6);
    const answer = await edgeFetch(`${publisher.path}/v720.m3u8?${query}`);
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([400, 'no-store']);
    expect(await answer.json()).toMatchObject({ code });
  });

  it('with parameters that nobody knows is answered (rule A3.33)', async () => {
    const publisher = await TestPublisher.live(6);
    const plain = await okText(`${publisher.path}/v720.m3u8`);
    expect(await okText(`${publisher.path}/v720.m3u8?_HLS_msn=1&_HLS_x=y&token=z`)).toBe(plain);
    expect(await okText(`${publisher.path}/v720.m3u8?_HLS_msn=0&_HLS_part=0`)).toBe(plain);
  });
});

describe('a playlist', () => {
  it('is compressed for who can decode that, and says so to caches (rule A7.54)', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720.m3u8`;
    const plain = await edgeFetch(path);
    const bytes = new Uint8Array(await plain.arrayBuffer());
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(plain.headers.get('content-length')).toBe(String(bytes.length));
    const compressed = await edgeFetch(path, { headers: { 'accept-encoding': 'gzip' } });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    for (const answer of [plain, compressed]) expect(answer.headers.get('vary')).toBe('Accept-Encoding');
    await compressed.arrayBuffer();
  });

  it('is HLS by its type, and urgent (rules A7.53, A7.55)', async () => {
    const publisher = await TestPublisher.live(6);
    for (const path of [`${publisher.path}/v720.m3u8`, `/live/${publisher.channelId}/index.m3u8`]) {
      const { headers } = await edgeFetch(path);
      expect([headers.get('content-type'), headers.get('priority')]).toEqual(['application/vnd.apple.mpegurl', 'u=1']);
    }
  });

  it('that is not asked to block may be a second old to caches (rule A7.57)', async () => {
    const publisher = await TestPublisher.live(6);
    const { headers } = await edgeFetch(`${publisher.path}/v720.m3u8`);
    expect(headers.get('cache-control')).toBe('public, max-age=1, stale-if-error=0');
    const index = await edgeFetch(`/live/${publisher.channelId}/index.m3u8`);
    expect(index.headers.get('cache-control')).toBe('public, max-age=2, stale-if-error=0');
  });

  it('is waited for from the moment a broadcast begins', async () => {
    const publisher = await TestPublisher.begin();
    const { channelId } = publisher;
    const index = await held(channelId, `/live/${channelId}/index.m3u8`);
    await publisher.describe();
    await publisher.publish(0, 3);
    const video = await held(channelId, `${publisher.path}/v720.m3u8`);
    expect([index.isAnswered(), video.isAnswered()]).toEqual([false, false]);
    await publisher.publish(3, 4);
    expect([(await index.answer).status, (await video.answer).status]).toEqual([200, 200]);
  });

  it('is kept for who still watches when the channel has a new broadcast', async () => {
    const first = await TestPublisher.live(6);
    await first.returnLease();
    const second = await TestPublisher.live(6, { channelId: first.channelId });
    expect(await okText(`${first.path}/v720.m3u8`)).toContain('#EXT-X-ENDLIST');
    expect(await okText(`/live/${second.channelId}/index.m3u8`)).toContain(`${second.broadcastId}/v720.m3u8`);
  });
});

describe('the status of a channel', () => {
  async function status(channelId: string, query = ''): Promise<ChannelStatus> {
    return ChannelStatus.parse(await (await edgeFetch(`/live/${channelId}/status.json${query}`)).json());
  }

  it('goes from offline to live and back, and is never cached', async () => {
    const channelId = freshChannelId();
    const before = await status(channelId);
    expect(before).toEqual({ channelId, state: 'offline', version: '0-offline', broadcast: null });
    // An isolate takes a name that nobody has published to for a second; who waits is told at once.
    const waiting = status(channelId, `?after=${before.version}`);
    const publisher = await TestPublisher.live(4, { channelId });
    await waiting;
    const { broadcastId } = publisher;
    expect(await status(channelId)).toMatchObject({
      state: 'live',
      broadcast: { broadcastId, profile: 'low', startedAtMs: STARTED_AT_MS },
    });
    const { headers } = await edgeFetch(`/live/${channelId}/status.json`);
    expect([headers.get('cache-control'), headers.get('content-type')]).toEqual([
      'no-store',
      'application/json; charset=utf-8',
    ]);
    await publisher.returnLease();
    expect(await status(channelId)).toMatchObject({ state: 'offline' });
  });

  it('is held until it differs from the version that is known', async () => {
    const channelId = freshChannelId();
    const { version } = await status(channelId);
    const change = await held(channelId, `/live/${channelId}/status.json?after=${version}`);
    expect(change.isAnswered()).toBe(false);
    await TestPublisher.begin({ channelId });
    expect(await (await change.answer).json()).toMatchObject({ state: 'starting' });
    expect(await status(channelId, '?after=something-else')).toMatchObject({ state: 'starting' });
  });

  it.each(['?after=a&after=b', `?after=${'x'.repeat(65)}`])('refuses a malformed query: %#', async (query) => {
    const answer = await edgeFetch(`/live/${freshChannelId()}/status.json${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'malformed-query' });
  });
});
