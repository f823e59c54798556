import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { ClipCutAnswer, ClipId, clipKey, recordingKey } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { checkRecordedMpd } from '../mpd-check/mpd-check.ts';
import { checkMediaPlaylist } from '../playlist-check/playlist-check.ts';
import { bodyText, channelStub, edgeFetch, freshChannelId, okText } from '../testing/edge-client.ts';
import { passTime, stopRecorded } from '../testing/end-of-broadcast.ts';
import { recordedObject } from '../testing/recorded-object.ts';
import { STARTED_AT_MS, V720 } from '../testing/test-broadcast.ts';
import { testEdgeCall, testPlaybackToken } from '../testing/test-playback-token.ts';
import { imageBytes, segmentBytes, TestPublisher } from '../testing/test-publisher.ts';

const SEGMENT_MS = 64_000 / 30;
/** Enough where it is not about renditions. */
const ONE = { renditionIds: [V720] };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function freshClipId(): ClipId {
  return ClipId.parse(crypto.randomUUID().replaceAll('-', '').slice(0, 20));
}

interface Call {
  readonly clipId: ClipId;
  readonly body?: unknown;
  readonly method?: string;
  readonly token?: string;
}

async function call(channelId: string, { clipId, body, method = 'PUT', token }: Call): Promise<Response> {
  return edgeFetch(`/control/v1/channels/${channelId}/clips/${clipId}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? (await testEdgeCall(channelId))}`,
      'content-type': 'application/json',
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Seconds of the broadcast as wall time. */
function at(fromS: number, toS: number) {
  return { fromMs: STARTED_AT_MS + fromS * 1_000, toMs: STARTED_AT_MS + toS * 1_000 };
}

async function cut(publisher: TestPublisher, body: object) {
  const clipId = freshClipId();
  const answer = await call(publisher.channelId, { clipId, body });
  expect(answer.status).toBe(200);
  return { clipId, answer: ClipCutAnswer.parse(await answer.json()) };
}

async function refusal(answer: Response): Promise<unknown> {
  return [answer.status, (await answer.json<{ code: string }>()).code];
}

/** What a player finds: it is good, and begins where it was asked to. */
async function played(clipId: ClipId) {
  const text = await okText(`/clip/${clipId}/v720.m3u8`);
  const { playlist, violations } = checkMediaPlaylist(text);
  expect(violations).toEqual([]);
  expect(checkRecordedMpd(await okText(`/clip/${clipId}/manifest.mpd`)).violations).toEqual([]);
  expect(await okText(`/clip/${clipId}/index.m3u8`)).toContain('\nv720.m3u8\n');
  const [, startS] = /#EXT-X-START:TIME-OFFSET=([0-9.]+),PRECISE=YES/.exec(text) ?? [];
  return { msns: playlist.segments.map(({ msn }) => msn), startS: Number(startS ?? 0) };
}

describe('a clip of a broadcast that is live', () => {
  it.each([true, false])(
    'has the segments of its time, and players begin at the instant; recorded: %s',
    async (isRecorded) => {
      const publisher = await TestPublisher.live(40, { isRecorded });
      const { clipId, answer } = await cut(publisher, at(5, 9));
      expect(answer).toMatchObject({
        broadcastId: publisher.broadcastId,
        isPrivate: false,
        fromMs: STARTED_AT_MS + Math.round(2 * SEGMENT_MS),
        toMs: STARTED_AT_MS + Math.round(5 * SEGMENT_MS),
      });
      expect(answer.segments).toEqual(
        ['v720', 'v360', 'a128'].map((renditionId) => ({ renditionId, firstMsn: 3, lastMsn: 5 })),
      );
      expect(answer.sizeBytes).toBeGreaterThan(0);
      expect(await played(clipId)).toEqual({ msns: [3, 4, 5], startS: 0.733 });
      const media = await edgeFetch(`${publisher.path}/v720/3.m4s`);
      expect(new Uint8Array(await media.arrayBuffer())).toEqual(segmentBytes(publisher.broadcast, 3, V720));
    },
  );

  it('reaches further back than viewers can seek where it is recorded, and no further where it is not', async () => {
    for (const isRecorded of [true, false]) {
      const publisher = await TestPublisher.live(0, { ...ONE, isRecorded, dvrWindowS: 30 });
      for (let ordinal = 0; ordinal < 120; ordinal += 20) await publisher.publish(ordinal, ordinal + 20);
      const answer = await call(publisher.channelId, { clipId: freshClipId(), body: at(1, 5) });
      if (isRecorded) expect(answer.status).toBe(200);
      else expect(await refusal(answer)).toEqual([404, 'no-such-media']);
    }
  });

  it('is not cut before its end has been shown', async () => {
    const publisher = await TestPublisher.live(18, ONE);
    const clipId = freshClipId();
    const body = at(5, 9);
    expect(await refusal(await call(publisher.channelId, { clipId, body }))).toEqual([409, 'not-yet']);
    await publisher.publish(18, 20);
    expect((await call(publisher.channelId, { clipId, body })).status).toBe(200);
  });

  it('is cut once: asking again is answered as before, whatever is asked', async () => {
    const publisher = await TestPublisher.live(40, ONE);
    const { clipId, answer } = await cut(publisher, at(5, 9));
    const again = await call(publisher.channelId, { clipId, body: at(1, 15) });
    expect(ClipCutAnswer.parse(await again.json())).toEqual(answer);
  });
});

describe('the pictures of a clip', () => {
  const SPRITE = { firstSlot: 0, tileCount: 2, tileWidthPx: 160, tileHeightPx: 90 };

  it('are those of its time: one that shows how it looks, tiles where there was a sprite, and thumbnails', async () => {
    const publisher = await TestPublisher.live(40, ONE);
    for (const slot of [0, 1, 2, 3]) await publisher.show(slot, slot === 3 ? [SPRITE] : []);
    const { clipId, answer } = await cut(publisher, at(5, 9));
    expect(answer.images).toEqual({ firstSlot: 0, lastSlot: 2, pictureSlot: 1 });
    const live = `../../live/${publisher.channelId}/${publisher.broadcastId}`;
    // By its own time, which begins at 4.267 s.
    expect(await okText(`/clip/${clipId}/storyboard.vtt`)).toBe(`WEBVTT

00:00:00.000 --> 00:00:00.733
${live}/storyboards/0-2.jpg#xywh=0,0,160,90

00:00:00.733 --> 00:00:05.733
${live}/storyboards/0-2.jpg#xywh=160,0,160,90

00:00:05.733 --> 00:00:06.400
${live}/thumbnails/2.jpg
`);
  });

  it('are there of one that is cut before a sprite of its time is', async () => {
    const publisher = await TestPublisher.live(40, ONE);
    await publisher.show(3);
    const { clipId, answer } = await cut(publisher, at(16, 20));
    expect(answer.images).toEqual({ firstSlot: 2, lastSlot: 4, pictureSlot: 3 });
    await publisher.show(4, [{ ...SPRITE, tileCount: 5 }]);
    const images = [...(await okText(`/clip/${clipId}/storyboard.vtt`)).matchAll(/^\.\.\/\.\.(.+)$/gm)];
    expect(images.map(([, path]) => path?.split('/').slice(-2).join('/'))).toEqual([
      'thumbnails/2.jpg',
      'thumbnails/3.jpg',
      'thumbnails/4.jpg',
    ]);
    const picture = await edgeFetch(images.at(-1)?.[1] ?? '');
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(imageBytes(4));
  });

  it('are of another time of its broadcast where there is none of its own', async () => {
    const publisher = await TestPublisher.live(60, { ...ONE, isRecorded: true });
    await publisher.show(5);
    expect((await cut(publisher, at(1, 4))).answer.images?.pictureSlot).toBe(5);
    await stopRecorded(publisher);
    await passTime(publisher, 30_000 + 60_100);
    const { answer } = await cut(publisher, { broadcastId: publisher.broadcastId, ...at(1, 4) });
    expect(answer.images?.pictureSlot).toBe(5);
  });
});

describe('a clip of a broadcast that has ended', () => {
  it('is cut out of its recording once the channel has forgotten it, and is what there is of that time', async () => {
    const publisher = await TestPublisher.live(40, { ...ONE, isRecorded: true });
    await stopRecorded(publisher);
    const { broadcastId, channelId } = publisher;
    await passTime(publisher, 30_000 + 60_100);
    await evictDurableObject(channelStub(channelId));
    const { clipId, answer } = await cut(publisher, { broadcastId, ...at(18, 30) });
    expect(answer.toMs).toBe(STARTED_AT_MS + Math.round(10 * SEGMENT_MS));
    expect((await played(clipId)).msns).toEqual([9, 10]);
    const outside = await call(channelId, { clipId: freshClipId(), body: { broadcastId, ...at(22, 30) } });
    expect(await refusal(outside)).toEqual([404, 'no-such-media']);
  });

  it('is cut while its recording is not made yet, and out of a recording that the object knows to be made', async () => {
    const publisher = await TestPublisher.live(40, { ...ONE, isRecorded: true });
    await publisher.returnLease();
    expect((await cut(publisher, at(5, 9))).answer.segments[0]).toMatchObject({ firstMsn: 3, lastMsn: 5 });
    for (let step = 0; step < 4; step += 1) await passTime(publisher, 2_000);
    expect(await recordedObject(recordingKey(publisher.broadcastId))).toBeDefined();
    expect((await cut(publisher, at(5, 9))).answer.segments[0]).toMatchObject({ firstMsn: 3, lastMsn: 5 });
  });

  it('outlives its recording', async () => {
    const publisher = await TestPublisher.live(40, { ...ONE, isRecorded: true });
    await stopRecorded(publisher);
    const { clipId } = await cut(publisher, at(5, 9));
    await env.MEDIA.delete(recordingKey(publisher.broadcastId));
    expect((await played(clipId)).msns).toEqual([3, 4, 5]);
  });
});

describe('a clip is refused', () => {
  it('of a time in which there were several broadcasts, but not where one of them is named', async () => {
    const first = await TestPublisher.live(40, ONE);
    await first.returnLease();
    const second = await TestPublisher.live(40, { ...ONE, channelId: first.channelId });
    const clipId = freshClipId();
    expect(await refusal(await call(first.channelId, { clipId, body: at(5, 9) }))).toEqual([409, 'several-broadcasts']);
    expect((await cut(second, { broadcastId: second.broadcastId, ...at(5, 9) })).answer.broadcastId).toBe(
      second.broadcastId,
    );
  });

  it('of a time in which nobody was live, and of a broadcast of another channel', async () => {
    const publisher = await TestPublisher.live(40, { ...ONE, isRecorded: true });
    expect(await refusal(await call(publisher.channelId, { clipId: freshClipId(), body: at(-60, -50) }))).toEqual([
      404,
      'no-such-media',
    ]);
    await stopRecorded(publisher);
    const other = await TestPublisher.live(8, ONE);
    const body = { broadcastId: publisher.broadcastId, ...at(5, 9) };
    expect(await refusal(await call(other.channelId, { clipId: freshClipId(), body }))).toEqual([404, 'no-such-media']);
  });

  it.each([
    ['no body', undefined],
    ['a second too short', at(5, 5.5)],
    ['too long', at(0, 3_700)],
    ['backwards', at(9, 5)],
    ['a word too many', { ...at(5, 9), title: 'a goal' }],
  ])('that is %s', async (_, body) => {
    const channelId = freshChannelId();
    expect(await refusal(await call(channelId, { clipId: freshClipId(), body }))).toEqual([400, 'request-invalid']);
  });

  it('to anybody but the control API, for this channel', async () => {
    const publisher = await TestPublisher.live(40, ONE);
    const token = await testEdgeCall('another-channel');
    for (const method of ['PUT', 'DELETE']) {
      const answer = await call(publisher.channelId, { clipId: freshClipId(), method, body: at(5, 9), token });
      expect(await refusal(answer)).toEqual([401, 'call-invalid']);
    }
    const forget = await edgeFetch(`/control/v1/channels/demo/recordings/${publisher.broadcastId}`, {
      method: 'DELETE',
    });
    expect(await refusal(forget)).toEqual([401, 'call-invalid']);
  });
});

describe('a clip that is removed', () => {
  it('is gone, and removing it again is as good', async () => {
    const publisher = await TestPublisher.live(40, ONE);
    const { clipId } = await cut(publisher, at(5, 9));
    for (let round = 0; round < 2; round += 1) {
      expect((await call(publisher.channelId, { clipId, method: 'DELETE' })).status).toBe(204);
    }
    const answer = await edgeFetch(`/clip/${clipId}/index.m3u8`);
    expect([answer.headers.get('cache-control'), await refusal(answer)]).toEqual(['no-store', [404, 'no-such-clip']]);
    expect(await recordedObject(clipKey(clipId))).toBeUndefined();
  });

  it('is not one of another channel', async () => {
    const publisher = await TestPublisher.live(40, ONE);
    const { clipId } = await cut(publisher, at(5, 9));
    const other = freshChannelId();
    expect((await call(other, { clipId, method: 'DELETE' })).status).toBe(404);
    expect((await call(other, { clipId, body: at(5, 9) })).status).toBe(404);
    expect((await played(clipId)).msns).toEqual([3, 4, 5]);
  });
});

describe('a clip of a private broadcast', () => {
  it('is private: it needs a token of its channel', async () => {
    const publisher = await TestPublisher.live(40, { ...ONE, isPrivate: true });
    const { clipId, answer } = await cut(publisher, at(5, 9));
    expect(answer.isPrivate).toBe(true);
    for (const name of ['index.m3u8', 'v720.m3u8', 'manifest.mpd']) {
      expect(await refusal(await edgeFetch(`/clip/${clipId}/${name}`))).toEqual([403, 'token-required']);
    }
    const token = await testPlaybackToken({ channelId: publisher.channelId });
    const index = await edgeFetch(`/t/${token}/clip/${clipId}/index.m3u8`);
    expect([index.status, index.headers.get('cache-control')]).toEqual([200, 'private, max-age=30, stale-if-error=0']);
    await index.body?.cancel();
    const text = await bodyText(await edgeFetch(`/t/${token}/clip/${clipId}/v720.m3u8`));
    expect(text).toContain(`../../live/${publisher.channelId}/${publisher.broadcastId}/v720/3.m4s`);
    const other = await testPlaybackToken({ channelId: 'another-channel' });
    expect(await refusal(await edgeFetch(`/t/${other}/clip/${clipId}/index.m3u8`))).toEqual([
      403,
      'token-for-another-channel',
    ]);
  });
});
