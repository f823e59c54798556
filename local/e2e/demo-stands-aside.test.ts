import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ChannelWatch } from '../src/demo/channel-watch.ts';
import { TestSystem } from '../src/test-system.ts';

const SEEN_MS_MAX = 90_000;

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start({ isDemoOn: true });
});
afterAll(() => test?.[Symbol.asyncDispose]());

it('makes way for a streamer, and the demo comes back after', async () => {
  const watch = new ChannelWatch(test.statusUrl, AbortSignal.timeout(SEEN_MS_MAX));
  const demo = await watch.until(({ state }) => state === 'live');

  const publisher = test.publish({ widthPx: 640, heightPx: 360 });
  expect(await publisher.publishing).toBeDefined();
  // The broadcast goes on with the streamer's picture, and the demo is sent away.
  await vi.waitFor(async () => expect(await connectionCount()).toBe(1), { timeout: SEEN_MS_MAX });
  expect(await watch.until(() => true)).toMatchObject({ state: 'live', broadcast: demo.broadcast });

  expect((await publisher.stop()).reason).toBe('stopped');
  const after = await watch.until(
    ({ state, broadcast }) => state === 'live' && broadcast?.broadcastId !== demo.broadcast?.broadcastId,
  );
  expect(after.broadcast).toBeDefined();
  expect(await connectionCount()).toBe(1);
});

async function connectionCount(): Promise<number> {
  const metrics = await (await fetch(test.system.metricsUrl)).text();
  return Number(/^sluice_ingest_connections\{protocol="rtmp"\} ([0-9]+)$/m.exec(metrics)?.[1]);
}
