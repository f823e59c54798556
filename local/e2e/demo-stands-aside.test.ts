import { afterAll, beforeAll, expect, it } from 'vitest';
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
  const ours = await watch.until(
    ({ state, broadcast }) => state === 'live' && broadcast?.broadcastId !== demo.broadcast?.broadcastId,
  );

  expect((await publisher.stop()).reason).toBe('stopped');
  const after = await watch.until(
    ({ state, broadcast }) => state === 'live' && broadcast?.broadcastId !== ours.broadcast?.broadcastId,
  );
  expect(after.broadcast?.broadcastId).not.toBe(demo.broadcast?.broadcastId);
});
