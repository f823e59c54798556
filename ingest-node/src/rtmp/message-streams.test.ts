import { expect, it } from 'vitest';
import { MessageStreams } from './message-streams.ts';

it('gives the lowest free id, up to its cap', () => {
  const streams = new MessageStreams(3);
  expect([streams.create(), streams.create(), streams.create(), streams.create()]).toEqual([1, 2, 3, undefined]);
  streams.delete(2);
  streams.delete(77);
  expect(streams.count).toBe(2);
  expect(streams.create()).toBe(2);
});
