import { RecordedAbout } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { edgeFetch, okText } from '../testing/edge-client.ts';
import { stopRecorded } from '../testing/end-of-broadcast.ts';
import { STARTED_AT_MS } from '../testing/test-broadcast.ts';
import { testEdgeCall, testPlaybackToken } from '../testing/test-playback-token.ts';
import { imageBytes, TestPublisher } from '../testing/test-publisher.ts';

const SEGMENT_MS = 64_000 / 30;
const CLIP_ID = '0mgx2p6q81h5k9w3c7d2f0';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** With thumbnails of some slots. */
async function recorded(
  { slots, ...options }: { readonly isPrivate?: boolean; readonly slots: readonly number[] } = { slots: [0] },
): Promise<TestPublisher> {
  const publisher = await TestPublisher.live(12, { ...options, isRecorded: true });
  for (const slot of slots) await publisher.show(slot);
  await stopRecorded(publisher);
  return publisher;
}

async function cutClip({ channelId }: TestPublisher, clipId: string): Promise<void> {
  const authorization = `Bearer ${await testEdgeCall(channelId)}`;
  const answer = await edgeFetch(`/control/v1/channels/${channelId}/clips/${clipId}`, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ fromMs: STARTED_AT_MS + 3_000, toMs: STARTED_AT_MS + 4_200 }),
  });
  expect(answer.status).toBe(200);
  await answer.body?.cancel();
}

/** The path of the picture that others show where somebody links to a page. */
function pictureOf(page: string): string | undefined {
  const [, url] = /og:image" content="([^"]+)"/.exec(page) ?? [];
  return url === undefined ? undefined : new URL(url).pathname;
}

async function about(path: string): Promise<RecordedAbout> {
  return RecordedAbout.parse(JSON.parse(await okText(path)));
}

describe('what is told of a recording before it plays', () => {
  it('is whose it is, when it was, and how long', async () => {
    const { channelId, broadcastId } = await recorded();
    expect(await about(`/vod/${broadcastId}/about.json`)).toEqual({
      channelId,
      broadcastId,
      clipId: null,
      startedAtMs: STARTED_AT_MS,
      fromMs: STARTED_AT_MS,
      toMs: STARTED_AT_MS + Math.round(3 * SEGMENT_MS),
      startOffsetMs: 0,
      pictureSlot: 0,
      hasStoryboard: false,
    });
  });

  it('is of a clip where in it players are to begin', async () => {
    const publisher = await recorded();
    const clipId = `${CLIP_ID}1`;
    await cutClip(publisher, clipId);
    expect(await about(`/clip/${clipId}/about.json`)).toMatchObject({
      broadcastId: publisher.broadcastId,
      clipId,
      fromMs: STARTED_AT_MS + Math.round(SEGMENT_MS),
      startOffsetMs: 3_000 - Math.round(SEGMENT_MS),
      pictureSlot: 0,
      hasStoryboard: true,
    });
  });

  it('is nothing to whoever has no token for a private one', async () => {
    const { channelId, broadcastId } = await recorded({ isPrivate: true, slots: [0] });
    const refused = await edgeFetch(`/vod/${broadcastId}/about.json`);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'token-required' }]);
    const token = await testPlaybackToken({ channelId });
    expect(await about(`/t/${token}/vod/${broadcastId}/about.json`)).toMatchObject({ channelId });
  });
});

describe('the page of a recording', () => {
  it('is at the address that all of it is below, and names a picture for who shows the link', async () => {
    const { channelId, broadcastId } = await recorded();
    const answer = await edgeFetch(`/vod/${broadcastId}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    const text = await answer.text();
    expect(text).toContain(`<sluice-player id="player" recording="${broadcastId}" edge="../"`);
    expect(text).toContain(`<title>${channelId} · Recording · Sluice</title>`);
    expect(text).toMatch(
      new RegExp(`og:image" content="https://[^"]+/live/${channelId}/${broadcastId}/thumbnails/0.jpg"`),
    );
    // What is below it is what it was.
    expect(await okText(`/vod/${broadcastId}/index.m3u8`)).toContain('#EXTM3U');
  });

  it('is there of a clip', async () => {
    const publisher = await recorded();
    const clipId = `${CLIP_ID}2`;
    await cutClip(publisher, clipId);
    const text = await okText(`/clip/${clipId}`);
    expect(text).toContain(`<sluice-player id="player" clip="${clipId}" edge="../"`);
    const picture = await edgeFetch(pictureOf(text) ?? '');
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(new Uint8Array(await picture.arrayBuffer())).toEqual(imageBytes(0));
  });

  it('names no picture where none was made', async () => {
    const publisher = await recorded({ slots: [] });
    const clipId = `${CLIP_ID}3`;
    await cutClip(publisher, clipId);
    for (const path of [`/vod/${publisher.broadcastId}`, `/clip/${clipId}`]) {
      expect(pictureOf(await okText(path))).toBeUndefined();
      expect(await about(`${path}/about.json`)).toMatchObject({ pictureSlot: null, hasStoryboard: false });
      expect((await edgeFetch(`${path}/storyboard.vtt`)).status).toBe(404);
    }
  });

  it.each(['/vod/0mww8blwx4z6wtlh8p63', `/clip/${CLIP_ID}9`])(
    'says of what is not there that it is not: %s',
    async (path) => {
      const answer = await edgeFetch(path);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([404, 'no-store']);
      expect(await answer.text()).toContain('There is no such');
    },
  );

  it.each(['/vod/NO-ID', '/clip/x', '/vod', '/clip/'])('is not at an address that can be none: %s', async (path) => {
    const answer = await edgeFetch(path);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'no-such-address' }]);
  });

  it('tells nothing of a private one to whoever has no token, and opens with one', async () => {
    const { channelId, broadcastId } = await recorded({ isPrivate: true, slots: [0] });
    const closed = await okText(`/vod/${broadcastId}`);
    expect(closed).not.toContain(channelId);
    expect(closed).not.toContain('og:image');
    const token = await testPlaybackToken({ channelId });
    const answer = await edgeFetch(`/t/${token}/vod/${broadcastId}`);
    expect([answer.status, answer.headers.get('referrer-policy')]).toEqual([200, 'strict-origin']);
    const open = await answer.text();
    expect(open).toContain(`${channelId} · Recording`);
    expect(open).not.toContain('og:image');
    expect(open).not.toContain(token);
    const other = await testPlaybackToken({ channelId: 'another-channel' });
    const refused = await edgeFetch(`/t/${other}/vod/${broadcastId}`);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([403, 'text/html; charset=UTF-8']);
    await refused.body?.cancel();
  });
});
