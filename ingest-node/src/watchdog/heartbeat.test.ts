import { describe, expect, it } from 'vitest';
import { HeartbeatWatch } from './heartbeat.ts';

describe('a loop that is watched', () => {
  it('stands when so many looks in a row have found no beat', () => {
    const watch = new HeartbeatWatch(3);
    expect([1, 1, 1].map((beats) => watch.look(beats))).toEqual([false, false, false]);
    expect(watch.look(1)).toBe(true);
  });

  it('is only late when a beat comes before that', () => {
    const watch = new HeartbeatWatch(3);
    for (let beats = 1; beats < 100; beats += 1) {
      expect([beats, beats, beats].map((seen) => watch.look(seen))).toEqual([false, false, false]);
    }
  });

  it('may count so far that the counter begins anew', () => {
    const watch = new HeartbeatWatch(2);
    expect([2 ** 31 - 1, -(2 ** 31), 0].map((beats) => watch.look(beats))).toEqual([false, false, false]);
  });

  it('that never began stands, too', () => {
    const watch = new HeartbeatWatch(2);
    expect([0, 0].map((beats) => watch.look(beats))).toEqual([false, true]);
  });
});
