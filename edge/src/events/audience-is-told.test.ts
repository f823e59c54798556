import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelStub } from '../testing/edge-client.ts';
import { resetObject } from '../testing/reset-object.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { bookOf, untilTold } from '../testing/told-events.ts';

// Only the clock is set: timers run as they do.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SEGMENTS = 24;
const SEGMENT_MS = 64_000 / 30;

/** Every segment of a broadcast was fetched by so many, of whom one had to begin again. */
async function watch({ channelId, broadcastId }: TestPublisher, viewers: number): Promise<void> {
  const fetched = Object.fromEntries(
    Array.from({ length: SEGMENTS }, (_, index) => [index + 1, { segments: viewers, parts: 0 }]),
  );
  await channelStub(channelId).count({ broadcastId, views: viewers + 1, renditions: { v720: fetched, a128: fetched } });
  vi.setSystemTime(Date.now() + 4_001);
  await channelStub(channelId).audience();
}

/** Its node says that it lives, so often that the lease is kept. */
async function pass(publisher: TestPublisher, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 5) {
    vi.setSystemTime(Date.now() + 5_000);
    await publisher.announce([]);
  }
}

describe('the control API is told of a broadcast’s audience', () => {
  it('once a minute while somebody watches, and in the end, over a reset', async () => {
    const publisher = await TestPublisher.live(4 * SEGMENTS);
    const { channelId } = publisher;
    await watch(publisher, 3);
    await pass(publisher, 30);
    const watchedMs = Math.round(3 * SEGMENTS * SEGMENT_MS);
    const liveMs = Math.round(SEGMENTS * SEGMENT_MS);
    const totals = { viewersPeak: 3, views: 4, viewerMs: watchedMs, liveMs };
    const [, figures] = await untilTold(channelId, ['broadcast-started', 'audience']);
    expect(figures).toMatchObject({ viewers: 3, totals });
    await pass(publisher, 40);
    expect((await bookOf(channelId)).taken).toHaveLength(2);
    await pass(publisher, 30);
    await untilTold(channelId, ['broadcast-started', 'audience', 'audience']);
    await resetObject(channelStub(channelId));
    await publisher.announce([]);
    await watch(publisher, 1);
    await publisher.returnLease();
    const events = await untilTold(channelId, ['broadcast-started', 'audience', 'audience', 'broadcast-ended']);
    const viewerMs = watchedMs + Math.round(SEGMENTS * SEGMENT_MS);
    expect(events.at(-1)).toMatchObject({ totals: { viewersPeak: 3, views: 6, viewerMs, liveMs } });
  });

  it('nothing while nobody watches, but in the end', async () => {
    const publisher = await TestPublisher.live(4 * SEGMENTS);
    await pass(publisher, 150);
    await publisher.returnLease();
    const events = await untilTold(publisher.channelId, ['broadcast-started', 'broadcast-ended']);
    expect(events.at(-1)).toMatchObject({ totals: { viewersPeak: 0, views: 0, viewerMs: 0 } });
  });
});
