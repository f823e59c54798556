import { expect, it } from 'vitest';
import { AckWindow, WINDOW_BYTES_DEFAULT } from './ack-window.ts';

it('speaks once for each full window, of all bytes so far', () => {
  const window = new AckWindow();
  window.setWindow(100);
  expect([99, 1, 99, 1, 350, 50].map((sizeBytes) => window.receive(sizeBytes))).toEqual([
    undefined,
    100,
    undefined,
    200,
    550,
    undefined,
  ]);
});

it('has a window of its own for clients that name none, or none at all', () => {
  const window = new AckWindow();
  window.setWindow(0);
  expect(window.receive(WINDOW_BYTES_DEFAULT - 1)).toBeUndefined();
  expect(window.receive(1)).toBe(WINDOW_BYTES_DEFAULT);
});
