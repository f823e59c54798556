import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestSystem } from '../src/test-system.ts';

const REFUSED_MS_MAX = 1_000;

let test: TestSystem;
beforeAll(async () => {
  test = await TestSystem.start();
});
afterAll(() => test?.[Symbol.asyncDispose]());

it('tells a publisher with a wrong key why, within a second', async () => {
  const end = await test.publish({}, 'not-the-key').ended;
  expect(end.reason).toBe('refused');
  expect(end.sentence).toMatch(/stream key/i);
  expect(end.sentence).not.toContain('not-the-key');
  expect(end.framesSent).toBe(0);
  expect(end.tookMs).toBeLessThan(REFUSED_MS_MAX);
});

it('still lets the right key in', async () => {
  const publisher = test.publish({ widthPx: 640, heightPx: 360 });
  expect(await publisher.publishing).toBeDefined();
  expect((await publisher.stop()).reason).toBe('stopped');
});
