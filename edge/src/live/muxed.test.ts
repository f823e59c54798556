import { env } from 'cloudflare:workers';
import { initKey, LATENCY_PROFILE_NAMES, type RenditionId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { theBox, u32At } from '../mux/box.ts';
import { AUDIO_INIT, VIDEO_INIT } from '../mux/fixtures/init-segments.ts';
import { muxedInit } from '../mux/muxed-init.ts';
import {
  checkMediaPlaylist,
  checkMultivariantPlaylist,
  checkPresentation,
  quotedValue,
} from '../playlist-check/playlist-check.ts';
import { bodyText, edgeFetch, held, okText } from '../testing/edge-client.ts';
import { A128, V360, V720 } from '../testing/test-broadcast.ts';
import { partBytes, segmentBytes, TestPublisher } from '../testing/test-publisher.ts';

async function bytes(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  return Uint8Array.from([...first, ...second]);
}

async function putInit(publisher: TestPublisher, renditionId: RenditionId, init: Uint8Array): Promise<void> {
  await env.MEDIA.put(initKey(publisher.place(renditionId), 0), init);
}

const OF_PART_5 = joined(partBytes(5, V720), partBytes(5, A128));

describe('what a player of muxed renditions is given', () => {
  it.each(LATENCY_PROFILE_NAMES)(
    'keeps every rule from the multivariant playlist on: %s (rule A6.52)',
    async (profile) => {
      const publisher = await TestPublisher.live(0, { profile });
      const { partsPerSegment } = publisher.broadcast.grid;
      await publisher.publish(0, 4 * partsPerSegment);
      const index = `/live/${publisher.channelId}/muxed.m3u8`;
      const { playlist, violations } = checkMultivariantPlaylist(await okText(index));
      expect([violations, playlist.media]).toEqual([[], []]);
      const uris = playlist.variants.map(({ uri }) => uri);
      expect(uris.map((uri) => uri.split('/').at(-1))).toEqual(['v720+a128.m3u8', 'v360+a128.m3u8']);
      for (const { attributes } of playlist.variants) {
        expect(quotedValue(attributes, 'CODECS')).toMatch(/^avc1\.[0-9A-F]+,mp4a\.40\.2$/);
        expect(attributes.has('AUDIO')).toBe(false);
      }
      const presentation = new Map();
      for (const uri of uris) {
        const path = new URL(uri, `https://edge.test${index}`).pathname;
        const check = checkMediaPlaylist(await okText(path));
        expect(check.violations).toEqual([]);
        presentation.set(path.split('/').at(-1), check.playlist);
      }
      expect(checkPresentation(presentation)).toEqual([]);
    },
  );

  it('has the same bandwidths as with its sound beside it (rule A6.52)', async () => {
    const publisher = await TestPublisher.live(12);
    const bandwidths = async (name: string) => {
      const { playlist } = checkMultivariantPlaylist(await okText(`/live/${publisher.channelId}/${name}.m3u8`));
      return playlist.variants.map(({ attributes }) => [
        attributes.get('BANDWIDTH'),
        attributes.get('AVERAGE-BANDWIDTH'),
      ]);
    };
    expect(await bandwidths('muxed')).toEqual(await bandwidths('index'));
  });

  it('is there where its playlists say, every URI of it (rule A2.26)', async () => {
    const publisher = await TestPublisher.live(9);
    for (const [id, init] of [
      [V720, VIDEO_INIT],
      [A128, AUDIO_INIT],
    ] as const)
      await putInit(publisher, id, init);
    const path = `${publisher.path}/v720+a128.m3u8`;
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

  it('is what index.m3u8 lists where the channel says so, and goes on to say, while anybody may ask for it', async () => {
    const muxed = await TestPublisher.live(4, { delivery: 'muxed' });
    const separate = await TestPublisher.live(4);
    const [index, also] = [
      await okText(`/live/${muxed.channelId}/index.m3u8`),
      await okText(`/live/${muxed.channelId}/muxed.m3u8`),
    ];
    expect(index).toContain('/v720+a128.m3u8');
    expect(index).toBe(also);
    expect(await okText(`/live/${separate.channelId}/index.m3u8`)).not.toContain('+');
    expect(await okText(`/live/${separate.channelId}/muxed.m3u8`)).toContain('/v720+a128.m3u8');
    // The other renditions are there as well.
    expect(checkMediaPlaylist(await okText(`${muxed.path}/a128.m3u8`)).violations).toEqual([]);
  });

  it('is a picture alone, or sound alone, where there is no more', async () => {
    const silent = await TestPublisher.live(4, { renditionIds: [V720, V360] });
    const { playlist } = checkMultivariantPlaylist(await okText(`/live/${silent.channelId}/muxed.m3u8`));
    expect(playlist.variants.map(({ uri }) => uri.split('/').at(-1))).toEqual(['v720.m3u8', 'v360.m3u8']);
    const radio = await TestPublisher.live(4, { renditionIds: [A128] });
    const heard = checkMultivariantPlaylist(await okText(`/live/${radio.channelId}/muxed.m3u8`)).playlist;
    expect(heard.variants.map(({ uri }) => uri.split('/').at(-1))).toEqual(['a128.m3u8']);
  });
});

describe('a reload of a muxed playlist', () => {
  it('is held until both have the part (rule A3.30)', async () => {
    const publisher = await TestPublisher.live(6);
    const reload = await held(publisher.channelId, `${publisher.path}/v720+a128.m3u8?_HLS_msn=2&_HLS_part=2`);
    await publisher.put(6, 7);
    await publisher.announce([publisher.broadcast.part(6, V720)]);
    const video = await edgeFetch(`${publisher.path}/v720.m3u8?_HLS_msn=2&_HLS_part=2`);
    expect([video.status, reload.isAnswered()]).toEqual([200, false]);
    await video.arrayBuffer();
    await publisher.announce([publisher.broadcast.part(6, A128)]);
    const playlist = await bodyText(await reload.answer);
    expect(playlist).toContain('URI="v720+a128/2.2.m4s"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720+a128/2.3.m4s"\n');
    expect(playlist).toContain('#EXT-X-RENDITION-REPORT:URI="v360+a128.m3u8",LAST-MSN=2,LAST-PART=1\n');
  });

  it('is refused as any other is, and released by the end (rules A3.32, A3.34)', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720+a128.m3u8`;
    expect((await edgeFetch(`${path}?_HLS_msn=9`)).status).toBe(400);
    expect((await edgeFetch(`${path}?_HLS_part=1`)).status).toBe(400);
    const reload = await held(publisher.channelId, `${path}?_HLS_msn=2&_HLS_part=3`);
    await publisher.returnLease();
    expect((await bodyText(await reload.answer)).endsWith('#EXT-X-ENDLIST\n')).toBe(true);
  });
});

describe('a muxed part', () => {
  it('is the picture’s and then the sound’s, as they are stored, for good (rules A7.55, A7.57)', async () => {
    const publisher = await TestPublisher.live(6);
    const answer = await edgeFetch(`${publisher.path}/v720+a128/2.1.m4s`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(OF_PART_5.length),
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      etag: `"${publisher.channelId}/${publisher.broadcastId}/v720+a128/2.1.m4s"`,
      'access-control-allow-origin': '*',
    });
    expect(await bytes(answer)).toEqual(OF_PART_5);
  });

  it('has one name, however its plus is written', async () => {
    const publisher = await TestPublisher.live(6);
    for (const id of ['v720+a128', 'v720%2Ba128', 'v720%2ba128']) {
      const answer = await edgeFetch(`${publisher.path}/${id}/2.1.m4s`);
      expect([id, answer.status, answer.headers.get('etag')?.includes('/v720+a128/')]).toEqual([id, 200, true]);
      await answer.arrayBuffer();
      expect(await okText(`${publisher.path}/${id}.m3u8`)).toContain('v720+a128/2.1.m4s');
    }
  });

  it('is served by ranges, and to HEAD (rule A5.45)', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720+a128/2.1.m4s`;
    const edge = partBytes(5, V720).length;
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      [`bytes=${edge - 3}-${edge + 2}`, edge - 3, edge + 3],
      [`bytes=${edge}-`, edge, OF_PART_5.length],
      ['bytes=-5', OF_PART_5.length - 5, OF_PART_5.length],
      ['bytes=0-9007199254740991', 0, OF_PART_5.length],
    ] as const) {
      const answer = await edgeFetch(path, { headers: { range } });
      expect([range, answer.status]).toEqual([range, 206]);
      expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${OF_PART_5.length}`);
      expect(answer.headers.get('content-length')).toBe(String(to - from));
      expect(await bytes(answer)).toEqual(OF_PART_5.slice(from, to));
    }
    const past = await edgeFetch(path, { headers: { range: `bytes=${OF_PART_5.length}-` } });
    expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${OF_PART_5.length}`]);
    const head = await edgeFetch(path, { method: 'HEAD' });
    expect([head.headers.get('content-length'), (await bytes(head)).length]).toEqual([String(OF_PART_5.length), 0]);
  });

  it('that the client has already is not sent again', async () => {
    const publisher = await TestPublisher.live(6);
    const path = `${publisher.path}/v720+a128/2.1.m4s`;
    const first = await edgeFetch(path);
    const etag = first.headers.get('etag') ?? '';
    await first.arrayBuffer();
    const again = await edgeFetch(path, { headers: { 'if-none-match': `W/${etag}` } });
    expect([again.status, again.headers.get('etag'), (await bytes(again)).length]).toEqual([304, etag, 0]);
  });

  it('that is hinted is held until both are there (rule A5.42)', async () => {
    const publisher = await TestPublisher.live(6);
    const part = await held(publisher.channelId, `${publisher.path}/v720+a128/2.2.m4s`);
    const [sound] = publisher.broadcast.parts(6, 7, A128);
    if (sound === undefined) throw new Error('no sound');
    await publisher.put(6, 7);
    await publisher.announce([sound]);
    expect(part.isAnswered()).toBe(false);
    await publisher.announce([publisher.broadcast.part(6, V720), publisher.broadcast.part(6, V360)]);
    expect(await bytes(await part.answer)).toEqual(joined(partBytes(6, V720), partBytes(6, A128)));
  });

  it('is not there where either is a gap, and neither is its segment (rule A5.43)', async () => {
    const publisher = await TestPublisher.live(5);
    const { broadcast } = publisher;
    await publisher.put(5, 8);
    await publisher.announce([broadcast.part(5, A128, { isGap: true, sizeBytes: 0 })]);
    await env.MEDIA.delete(`${publisher.channelId}/${publisher.broadcastId}/a128/2.1.m4s`);
    await publisher.announce([...broadcast.parts(5, 8, V720), ...broadcast.parts(6, 8, A128)]);
    for (const [file, status] of [
      ['2.0.m4s', 200],
      ['2.1.m4s', 404],
      ['2.2.m4s', 200],
      ['2.m4s', 404],
    ] as const) {
      const answer = await edgeFetch(`${publisher.path}/v720+a128/${file}`);
      expect([file, answer.status]).toEqual([file, status]);
      await answer.arrayBuffer();
    }
  });

  it.each(['3.1.m4s', '9.0.m4s', '1.4.m4s', '9.m4s', 'init-0-1.mp4', 'init-1-0.mp4', 'init-0.mp4', 'x.m4s'])(
    'that is neither listed nor hinted is not there, at once: %s (rule A5.43)',
    async (file) => {
      const publisher = await TestPublisher.live(6);
      const answer = await edgeFetch(`${publisher.path}/v720+a128/${file}`);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect(await answer.json()).toMatchObject({ code: 'no-such-media' });
    },
  );
});

describe('a muxed segment', () => {
  it('is all of the picture’s and then all of the sound’s, before their own objects are there and after (rule A1.13)', async () => {
    const publisher = await TestPublisher.live(6);
    const expected = joined(segmentBytes(publisher.broadcast, 1, V720), segmentBytes(publisher.broadcast, 1, A128));
    const path = `${publisher.path}/v720+a128/1.m4s`;
    const described = ({ status, headers }: Response) => [
      status,
      Object.fromEntries([...headers].filter(([name]) => name !== 'date')),
    ];
    const before = await edgeFetch(path);
    expect(await bytes(before)).toEqual(expected);
    await publisher.putSegment(1, V720);
    expect(await bytes(await edgeFetch(path))).toEqual(expected);
    await publisher.putSegment(1, A128);
    const after = await edgeFetch(path);
    expect(await bytes(after)).toEqual(expected);
    expect(described(after)).toEqual(described(before));
    const range = await edgeFetch(path, { headers: { range: 'bytes=900-1100' } });
    expect(await bytes(range)).toEqual(expected.slice(900, 1_101));
  });
});

describe('a muxed init segment', () => {
  it('has both tracks, for good, and is served as all media is (rules A6.46, A7.57)', async () => {
    const publisher = await TestPublisher.live(6);
    await putInit(publisher, V720, VIDEO_INIT);
    await putInit(publisher, A128, AUDIO_INIT);
    const path = `${publisher.path}/v720+a128/init-0-0.mp4`;
    const expected = muxedInit(VIDEO_INIT, AUDIO_INIT);
    const answer = await edgeFetch(path);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(expected.length),
      'cache-control': 'public, max-age=31536000, immutable',
      etag: `"${publisher.channelId}/${publisher.broadcastId}/v720+a128/init-0-0.mp4"`,
    });
    expect(await bytes(answer)).toEqual(expected);
    const range = await edgeFetch(path, { headers: { range: 'bytes=4-7' } });
    expect([range.status, new TextDecoder().decode(await bytes(range))]).toEqual([206, 'ftyp']);
    expect((await edgeFetch(path, { headers: { range: 'bytes=99999-' } })).status).toBe(416);
    const head = await edgeFetch(path, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(expected.length));
  });

  it('of tracks with the same number is refused, and what is wrong is said', async () => {
    const publisher = await TestPublisher.live(6);
    const audio = AUDIO_INIT.slice();
    const at = (path: readonly string[]) =>
      path.reduce<Uint8Array>((level, type) => theBox(level, type).body, audio).byteOffset - audio.byteOffset;
    const [tkhd, trex] = [at(['moov', 'trak', 'tkhd']), at(['moov', 'mvex', 'trex'])];
    expect(u32At(audio, tkhd + 12)).toBe(2);
    for (const offset of [tkhd + 12, trex + 4]) new DataView(audio.buffer).setUint32(offset, 1);
    await putInit(publisher, V720, VIDEO_INIT);
    await putInit(publisher, A128, audio);
    const answer = await edgeFetch(`${publisher.path}/v720+a128/init-0-0.mp4`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({
      code: 'no-such-media',
      detail: 'Its picture and its sound cannot be in one file.',
    });
  });
});

describe('an address of muxed renditions', () => {
  it.each([
    ['a128+v720', 400, 'malformed-path'],
    ['v720+v360', 400, 'malformed-path'],
    ['v720+a128+a64', 400, 'malformed-path'],
    ['v720+', 400, 'malformed-path'],
    ['v720 a128', 400, 'malformed-path'],
    ['v1080+a128', 404, 'no-such-rendition'],
    ['v720+a64', 404, 'no-such-rendition'],
  ])('that names none is refused: %s, %i %s', async (id, status, code) => {
    const publisher = await TestPublisher.live(6);
    for (const path of [`${id}.m3u8`, `${id}.m3u8?_HLS_msn=2&_HLS_part=2`, `${id}/2.1.m4s`, `${id}/1.m4s`]) {
      const answer = await edgeFetch(`${publisher.path}/${path}`);
      expect([path, answer.status, await answer.json()]).toMatchObject([path, status, { code }]);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  it('is not answered before a broadcast can be played', async () => {
    const publisher = await TestPublisher.begin();
    const { channelId } = publisher;
    const index = await held(channelId, `/live/${channelId}/muxed.m3u8`);
    await publisher.describe();
    await publisher.publish(0, 3);
    const playlist = await held(channelId, `${publisher.path}/v720+a128.m3u8`);
    expect([index.isAnswered(), playlist.isAnswered()]).toEqual([false, false]);
    await publisher.publish(3, 4);
    expect([(await index.answer).status, (await playlist.answer).status]).toEqual([200, 200]);
  });
});
