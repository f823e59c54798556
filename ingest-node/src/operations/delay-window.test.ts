import { describe, expect, it } from 'vitest';
import { DelayWindow } from './delay-window.ts';

describe('the delays of a while', () => {
  it('are told by the worst, by what half and what nineteen in twenty were below', () => {
    const window = new DelayWindow();
    for (let delayMs = 1; delayMs <= 1_000; delayMs += 1) window.add(delayMs);
    const { p50Ms = 0, p95Ms = 0, maxMs } = window.take() ?? {};
    expect(p50Ms).toBeGreaterThanOrEqual(500);
    expect(p50Ms).toBeLessThan(500 * 1.1);
    expect(maxMs).toBe(1_000);
    expect(p95Ms).toBeGreaterThanOrEqual(950);
    expect(p95Ms).toBeLessThan(950 * 1.1);
  });

  it('are told once', () => {
    const window = new DelayWindow();
    expect(window.take()).toBeUndefined();
    window.add(7);
    expect(window.take()).toEqual({ p50Ms: 7, p95Ms: 7, maxMs: 7 });
    expect(window.take()).toBeUndefined();
  });

  it('may be nothing, or far too much', () => {
    const window = new DelayWindow();
    for (const delayMs of [-5, 0, 0.2, 1e9]) window.add(delayMs);
    expect(window.take()).toEqual({ p50Ms: expect.any(Number), p95Ms: expect.any(Number), maxMs: 1e9 });
  });
});
