import { describe, expect, it } from 'vitest';
import { WorkLimit } from './work-limit.ts';

describe('work in an isolate', () => {
  it('is refused beyond its limit, and goes on when other work has ended', () => {
    const limit = new WorkLimit(10);
    const first = limit.begin('a', 6, 0);
    expect([limit.begin('b', 5, 1), limit.begin('c', 4, 1)?.amount]).toEqual([undefined, 4]);
    if (first !== undefined) limit.end(first);
    expect(limit.begin('b', 6, 2)?.amount).toBe(6);
  });

  it('is not begun twice under one name', () => {
    const limit = new WorkLimit(10);
    const first = limit.begin('a', 1, 0);
    expect(limit.begin('a', 1, 1)).toBeUndefined();
    if (first !== undefined) limit.end(first);
    expect(limit.begin('a', 1, 2)).toBeDefined();
  });

  it('that was lost counts no more after 30 s, and its late end takes nothing from what came after', () => {
    const limit = new WorkLimit(10);
    const lost = limit.begin('a', 10, 0);
    expect([limit.begin('a', 10, 29_999), limit.begin('b', 1, 29_999)]).toEqual([undefined, undefined]);
    const next = limit.begin('a', 10, 30_000);
    expect(next).toBeDefined();
    if (lost !== undefined) limit.end(lost);
    expect([limit.begin('a', 10, 30_001), limit.begin('b', 1, 30_001)]).toEqual([undefined, undefined]);
    if (next !== undefined) limit.end(next);
    expect(limit.begin('b', 10, 30_002)).toBeDefined();
  });
});
