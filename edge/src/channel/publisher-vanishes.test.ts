import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bodyText, channelStub, edgeFetch, held } from '../testing/edge-client.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { untilAllTold } from '../testing/told-events.ts';

// Only the clock is set: timers run as they do, and the object's alarm is rung by hand.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(publisher: TestPublisher, ms: number): Promise<void> {
  vi.setSystemTime(Date.now() + ms);
  expect(await runDurableObjectAlarm(channelStub(publisher.channelId))).toBe(true);
}

async function state(publisher: TestPublisher) {
  return (await edgeFetch(`/live/${publisher.channelId}/status.json`)).json();
}

describe('when nothing is heard from the publisher', () => {
  it('who waits is told so after ten seconds, and not before', async () => {
    const publisher = await TestPublisher.live(6);
    const { channelId } = publisher;
    const reload = await held(channelId, `${publisher.path}/v720.m3u8?_HLS_msn=2&_HLS_part=2`);
    const part = await held(channelId, `${publisher.path}/v720/2.2.m4s`);
    await pass(publisher, 9_000);
    await state(publisher);
    expect([reload.isAnswered(), part.isAnswered()]).toEqual([false, false]);
    await pass(publisher, 1_100);
    const answer = await reload.answer;
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toMatchObject({ code: 'publisher-lost' });
    expect((await part.answer).status).toBe(404);
    // It may come back: what there is is still played.
    expect(await state(publisher)).toMatchObject({ state: 'live' });
    expect(await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8`))).not.toContain('ENDLIST');
  });

  it('it may come back and go on where it was', async () => {
    const publisher = await TestPublisher.live(6);
    await pass(publisher, 10_100);
    expect(await publisher.publish(6, 8)).toMatchObject({ next: { v720: { msn: 3, partIndex: 0 } } });
    expect(await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8?_HLS_msn=2&_HLS_part=3`))).toContain(
      'v720/2.m4s',
    );
  });

  it('the broadcast is over a minute later, and forgotten after its DVR window', async () => {
    const publisher = await TestPublisher.live(6);
    await pass(publisher, 10_100);
    await pass(publisher, 60_100);
    expect(await bodyText(await edgeFetch(`${publisher.path}/v720.m3u8`))).toContain('#EXT-X-ENDLIST');
    expect(await state(publisher)).toMatchObject({ state: 'offline' });
    expect((await publisher.post('announce', { parts: [] })).status).toBe(410);
    await pass(publisher, 30_000 + 60_100);
    expect((await edgeFetch(`${publisher.path}/v720.m3u8`)).status).toBe(404);
    await untilAllTold(publisher.channelId);
    const left = await runInDurableObject(channelStub(publisher.channelId), async (_object, { storage }) => ({
      keys: [...storage.kv.list()].map(([key]) => key),
      alarm: await storage.getAlarm(),
    }));
    // The epoch is all that has to last, that the directory knows the channel, and where events are counted on from.
    expect(left).toEqual({ keys: ['events/state', 'is-registered', 'lease'], alarm: null });
  });
});
