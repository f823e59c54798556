import { expect, it } from 'vitest';
import { soughtByKey } from './seek-keys.ts';

const SPAN = { startMs: 100_000, endMs: 200_000, nowMs: 150_000 };

it.each([
  ['ArrowLeft', 145_000],
  ['ArrowDown', 145_000],
  ['ArrowRight', 155_000],
  ['ArrowUp', 155_000],
  ['PageDown', 100_000],
  ['PageUp', 200_000],
  ['Home', 100_000],
  ['End', 200_000],
  ['Enter', undefined],
  ['l', undefined],
])('%s leads to %s', (key, toMs) => {
  expect(soughtByKey(key, SPAN)).toBe(toMs);
});

it('leads no further than there is something', () => {
  expect(soughtByKey('ArrowLeft', { ...SPAN, nowMs: 101_000 })).toBe(100_000);
  expect(soughtByKey('ArrowRight', { ...SPAN, nowMs: 199_000 })).toBe(200_000);
});
