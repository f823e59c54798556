import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { makeBroadcastId } from '../channel/broadcast-id.ts';
import { checkMediaPlaylist, type ParsedMediaPlaylist } from '../playlist-check/playlist-check.ts';
import { bodyText } from '../testing/edge-client.ts';
import { edgeWith } from '../testing/edge-with.ts';
import { V360, V720 } from '../testing/test-broadcast.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { RELATIVE_URIS } from '../window/media-uris.ts';
import { bucketUris } from './bucket-uris.ts';

const BASE_URL = 'https://media.test/bucket';
const fetchEdge = edgeWith({ MEDIA_BASE_URL: `${BASE_URL}/` });

async function playlistOf(publisher: TestPublisher, name = 'v720.m3u8') {
  return checkMediaPlaylist(await bodyText(await fetchEdge(`${publisher.path}/${name}`)));
}

/** Everything that a playlist lists: init segments, segments and parts. */
function urisOf({ segments }: ParsedMediaPlaylist): string[] {
  const uris = segments.flatMap(({ uri, mapUri, parts }) => [uri, mapUri, ...parts.map((part) => part.uri)]);
  return [...new Set(uris.filter((uri) => uri !== undefined))];
}

function inBucket(uris: readonly string[]): string[] {
  return uris.filter((uri) => uri.startsWith(`${BASE_URL}/`));
}

describe('a playlist of a deployment whose bucket has a domain', () => {
  it('points there for init segments and parts, and to the edge for segments that follow their parts', async () => {
    const publisher = await TestPublisher.live(6);
    const uris = urisOf((await playlistOf(publisher)).playlist);
    const below = `${BASE_URL}/${publisher.channelId}/${publisher.broadcastId}/v720`;
    expect(uris).toContain(`${below}/init-0.mp4`);
    expect(uris).toContain(`${below}/2.1.m4s`);
    expect(uris.filter((uri) => !uri.startsWith(below))).toEqual(['v720/1.m4s']);
  });

  it('points there for segments too, where they are stored as parts are', async () => {
    const publisher = await TestPublisher.live(4, { profile: 'standard' });
    const uris = urisOf((await playlistOf(publisher)).playlist);
    expect(uris.length).toBe(5);
    expect(inBucket(uris)).toEqual(uris);
  });

  it.each(['low', 'standard'] as const)(
    'points to nothing there that is not stored: %s (rule A2.26)',
    async (profile) => {
      const publisher = await TestPublisher.live(9, { profile });
      const listed = inBucket(urisOf((await playlistOf(publisher)).playlist));
      expect(listed.length).toBeGreaterThan(8);
      for (const uri of listed) expect([uri, await env.MEDIA.head(uri.slice(BASE_URL.length + 1))]).not.toContain(null);
    },
  );

  it('points there for what a rendition that rests is lent, too (rule A1.12)', async () => {
    const loans = [{ renditionId: V720, lentBy: V360, fromMsn: 2, toMsn: 9 }];
    const publisher = await TestPublisher.live(9, { loans });
    const { playlist, violations } = await playlistOf(publisher);
    const below = `${BASE_URL}/${publisher.channelId}/${publisher.broadcastId}/v360`;
    expect(urisOf(playlist)).toEqual(expect.arrayContaining([`${below}/init-0.mp4`, `${below}/2.1.m4s`, 'v360/2.m4s']));
    expect([playlist.hints, violations.map(({ rule }) => rule)]).toEqual([[], ['A5.41']]);
  });

  it('hints at nothing, and keeps every other rule (rule A5.41)', async () => {
    const publisher = await TestPublisher.live(9);
    const { playlist, violations } = await playlistOf(publisher);
    expect(playlist.hints).toEqual([]);
    expect(violations.map(({ rule }) => rule)).toEqual(['A5.41']);
  });

  it('still lets a hinted part be waited for at the edge, by whoever knows its name (rule A5.42)', async () => {
    const publisher = await TestPublisher.live(6);
    const part = fetchEdge(`${publisher.path}/v720/2.2.m4s`);
    await publisher.publish(6, 7);
    expect((await part).status).toBe(200);
  });

  it('names each part as the version before did (rule A2.21)', async () => {
    const publisher = await TestPublisher.live(6);
    const before = urisOf((await playlistOf(publisher)).playlist);
    await publisher.publish(6, 8);
    const reload = await playlistOf(publisher, 'v720.m3u8?_HLS_msn=2&_HLS_part=3');
    expect(urisOf(reload.playlist)).toEqual(expect.arrayContaining(before));
  });

  it('leaves muxed renditions to the edge, for the bucket has none', async () => {
    const publisher = await TestPublisher.live(9);
    const uris = urisOf((await playlistOf(publisher, 'v720+a128.m3u8')).playlist);
    expect([uris.length > 8, inBucket(uris)]).toEqual([true, []]);
  });
});

describe('the URIs of a private broadcast', () => {
  it('never point to the bucket, which knows of no tokens', () => {
    const random = new Uint8Array(16);
    const idOf = (isPrivate: boolean) => makeBroadcastId({ nowMs: 1_700_000_000_000, random, isPrivate });
    const place = { bucketUrl: `${BASE_URL}/channel`, listsParts: true };
    expect(bucketUris({ ...place, broadcastId: idOf(true) })).toBe(RELATIVE_URIS);
    expect(bucketUris({ ...place, broadcastId: idOf(false) })).not.toBe(RELATIVE_URIS);
  });
});

describe('MEDIA_BASE_URL', () => {
  it.each(['media.test', 'ftp://media.test', 'https://media.test/?a=b', 'https://media.test/"x'])(
    'that is no URL to write names behind is a broken deployment: %s',
    async (url) => {
      const publisher = await TestPublisher.live(6);
      const answer = await edgeWith({ MEDIA_BASE_URL: url })(`${publisher.path}/v720.m3u8`);
      expect([answer.status, await answer.json()]).toMatchObject([503, { code: 'unavailable' }]);
    },
  );
});
