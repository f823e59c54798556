import { describe, expect, it } from 'vitest';
import { EdgeClock } from './edge-clock.ts';

describe('EdgeClock', () => {
  it('knows nothing before the first sample', () => {
    expect(new EdgeClock().at(0)).toBeUndefined();
    expect(new EdgeClock().uncertaintyMs).toBeUndefined();
  });

  it('sets the answer in the middle of its round trip', () => {
    const clock = new EdgeClock();
    clock.add({ sentAtMs: 100, receivedAtMs: 140, edgeMs: 1_000_000 });
    expect(clock.at(120)).toBe(1_000_000);
    expect(clock.at(1_120)).toBe(1_001_000);
    expect(clock.uncertaintyMs).toBe(20);
  });

  it('believes the shortest round trip', () => {
    const clock = new EdgeClock();
    clock.add({ sentAtMs: 0, receivedAtMs: 10, edgeMs: 5_005 });
    clock.add({ sentAtMs: 100, receivedAtMs: 500, edgeMs: 9_999 });
    expect(clock.at(1_000)).toBe(6_000);
  });

  it('lets a good sample go when it is old', () => {
    const clock = new EdgeClock();
    clock.add({ sentAtMs: 0, receivedAtMs: 10, edgeMs: 5_005 });
    clock.add({ sentAtMs: 700_000, receivedAtMs: 700_100, edgeMs: 705_250 });
    expect(clock.at(700_050)).toBe(705_250);
  });
});
