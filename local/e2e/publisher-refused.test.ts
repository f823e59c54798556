import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestSystem } from '../src/test-system.ts';

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start();
});
afterAll(() => test?.[Symbol.asyncDispose]());

it('tells a publisher with a wrong key why, before it sends a frame', async () => {
  const end = await test.publish({}, 'not-the-key').ended;
  expect(end.reason).toBe('refused');
  expect(end.sentence).toMatch(/stream key/i);
  expect(end.sentence).not.toContain('not-the-key');
  expect(end.framesSent).toBe(0);
});

it('still lets the right key in', async () => {
  const publisher = test.publish({ widthPx: 640, heightPx: 360 });
  expect(await publisher.publishing).toBeDefined();
  expect((await publisher.stop()).reason).toBe('stopped');
});
