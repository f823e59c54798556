import { expect, it } from 'vitest';
import { UpstreamDelay } from './upstream-delay.ts';

it('believes the first reading, and others a little each', () => {
  const upstream = new UpstreamDelay();
  expect(upstream.averageMs).toBeUndefined();
  upstream.add(1_800, 1_600);
  expect(upstream.averageMs).toBe(200);
  upstream.add(1_900, 1_600);
  expect(upstream.averageMs).toBe(210);
  upstream.forget();
  expect(upstream.averageMs).toBeUndefined();
});
