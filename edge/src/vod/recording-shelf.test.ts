import { env } from 'cloudflare:workers';
import { recordingKey } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RECORDED_MAX_AGE_S } from '../http/cache-control.ts';
import { edgeWith } from '../testing/edge-with.ts';
import { stopRecorded } from '../testing/end-of-broadcast.ts';
import { testEdgeCall } from '../testing/test-playback-token.ts';
import { TestPublisher } from '../testing/test-publisher.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const fetchEdge = edgeWith({ PLAYLIST_COLLAPSING: 'on' });

async function statusOf({ broadcastId }: TestPublisher): Promise<number> {
  const answer = await fetchEdge(`/vod/${broadcastId}/v720.m3u8`);
  await answer.body?.cancel();
  return answer.status;
}

/** A recording that was played here, and whose manifest is gone since. */
async function playedAndGone(): Promise<TestPublisher> {
  const publisher = await TestPublisher.live(12, { isRecorded: true });
  await stopRecorded(publisher);
  expect(await statusOf(publisher)).toBe(200);
  await env.MEDIA.delete(recordingKey(publisher.broadcastId));
  return publisher;
}

describe('what an isolate remembers of a recording', () => {
  it('is given again for some seconds, and not for longer than caches may keep it', async () => {
    const publisher = await playedAndGone();
    vi.setSystemTime(Date.now() + 20_000);
    expect(await statusOf(publisher)).toBe(200);
    vi.setSystemTime(Date.now() + RECORDED_MAX_AGE_S * 1_000);
    expect(await statusOf(publisher)).toBe(404);
  });

  it('goes at once when the control API says so', async () => {
    const publisher = await playedAndGone();
    const { channelId, broadcastId } = publisher;
    const headers = { authorization: `Bearer ${await testEdgeCall(channelId)}` };
    const address = `/control/v1/channels/${channelId}/recordings/${broadcastId}`;
    expect((await fetchEdge(address, { method: 'DELETE', headers })).status).toBe(204);
    // What was written of it is remembered for a moment more.
    vi.setSystemTime(Date.now() + 2_000);
    expect(await statusOf(publisher)).toBe(404);
  });

  it('is not that there was none: a recording is there once it is made', async () => {
    const publisher = await TestPublisher.live(12, { isRecorded: true });
    expect(await statusOf(publisher)).toBe(404);
    await stopRecorded(publisher);
    expect(await statusOf(publisher)).toBe(200);
  });
});
