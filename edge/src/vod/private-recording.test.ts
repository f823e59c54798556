import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bodyText, edgeFetch } from '../testing/edge-client.ts';
import { stopRecorded } from '../testing/end-of-broadcast.ts';
import { revokeTokens, testPlaybackToken } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function recordedPrivately(): Promise<TestPublisher> {
  const publisher = await TestPublisher.live(12, { isPrivate: true, isRecorded: true });
  await stopRecorded(publisher);
  return publisher;
}

async function refusal(answer: Response): Promise<unknown> {
  const { code } = await answer.json<{ code: string }>();
  return [answer.status, answer.headers.get('cache-control'), code];
}

describe('the recording of a private broadcast', () => {
  it('is refused without a token, under every address', async () => {
    const { broadcastId } = await recordedPrivately();
    for (const name of ['index.m3u8', 'muxed.m3u8', 'v720.m3u8', 'manifest.mpd']) {
      expect(await refusal(await edgeFetch(`/vod/${broadcastId}/${name}`))).toEqual([
        403,
        'no-store',
        'token-required',
      ]);
    }
  });

  it('plays with a token of its channel, which stays in the address of all that it leads to', async () => {
    const { broadcastId, channelId } = await recordedPrivately();
    const token = await testPlaybackToken({ channelId });
    const at = new URL(`https://edge.test/t/${token}/vod/${broadcastId}/index.m3u8`);
    const index = await edgeFetch(at.pathname);
    expect([index.status, index.headers.get('cache-control')]).toEqual([200, 'private, max-age=30, stale-if-error=0']);
    const playlistAt = new URL('v720.m3u8', at);
    const text = await bodyText(await edgeFetch(playlistAt.pathname));
    const segment = text.split('\n').find((line) => line.endsWith('/1.m4s')) ?? '';
    const segmentAt = new URL(segment, playlistAt);
    expect(segmentAt.pathname).toBe(`/t/${token}/live/${channelId}/${broadcastId}/v720/1.m4s`);
    expect((await edgeFetch(segmentAt.pathname)).status).toBe(200);
    expect((await edgeFetch(segmentAt.pathname.replace(`/t/${token}`, ''))).status).toBe(403);
    expect((await edgeFetch(`/t/${token}/vod/${broadcastId}/manifest.mpd`)).status).toBe(200);
  });

  it('is refused with the token of another channel, and with one that was revoked', async () => {
    const { broadcastId, channelId } = await recordedPrivately();
    const other = await testPlaybackToken({ channelId: 'another-channel' });
    expect(await refusal(await edgeFetch(`/t/${other}/vod/${broadcastId}/index.m3u8`))).toEqual([
      403,
      'no-store',
      'token-for-another-channel',
    ]);
    const jti = crypto.randomUUID();
    const token = await testPlaybackToken({ channelId, claims: { jti } });
    await revokeTokens(channelId, [{ jti, issuedBeforeMs: Date.now() + 1_000 }]);
    expect(await refusal(await edgeFetch(`/t/${token}/vod/${broadcastId}/index.m3u8`))).toEqual([
      403,
      'no-store',
      'token-revoked',
    ]);
  });

  it('lists no more than its token goes as far as', async () => {
    const { broadcastId, channelId } = await recordedPrivately();
    const token = await testPlaybackToken({ channelId, claims: { heightPxMax: 480 } });
    const at = `/t/${token}/vod/${broadcastId}`;
    expect(await bodyText(await edgeFetch(`${at}/index.m3u8`))).not.toContain('v720');
    expect(await bodyText(await edgeFetch(`${at}/manifest.mpd`))).not.toContain('v720');
    for (const id of ['v720', 'v720+a128']) {
      expect((await edgeFetch(`${at}/${id}.m3u8`)).status).toBe(403);
    }
    expect((await edgeFetch(`${at}/v360.m3u8`)).status).toBe(200);
  });
});

describe('a token before what is no recording', () => {
  it('opens nothing', async () => {
    const token = await testPlaybackToken({ channelId: 'demo' });
    expect((await edgeFetch(`/t/${token}/vod/0mww8blwxpz6wtlh8p63/index.m3u8`)).status).toBe(404);
    expect((await edgeFetch(`/t/${token}/vod/NOPE/index.m3u8`)).status).toBe(400);
    expect((await edgeFetch(`/t/${token}/clip/0mww8blwxpz6wtlh8p63/index.m3u8`)).status).toBe(404);
  });
});
