import { describe, expect, it, vi } from 'vitest';
import { TextCache } from './text-cache.ts';

describe('TextCache', () => {
  it('writes a text once', () => {
    const cache = new TextCache(100);
    const write = vi.fn(() => 'text');
    expect([cache.get('a', write), cache.get('a', write)]).toEqual(['text', 'text']);
    expect(write).toHaveBeenCalledTimes(1);
  });

  it('lets go of what was not asked for the longest, when it is too much', () => {
    const cache = new TextCache(10);
    const write = vi.fn((name: string) => () => name.repeat(4));
    for (const name of ['a', 'b', 'a', 'c']) cache.get(name, write(name));
    expect(cache.chars).toBe(8);
    const again = vi.fn(() => 'bbbb');
    cache.get('a', again);
    expect(again).not.toHaveBeenCalled();
    cache.get('b', again);
    expect(again).toHaveBeenCalledTimes(1);
  });

  it('keeps nothing that is longer than all it may hold, and loses nothing by it', () => {
    const cache = new TextCache(10);
    cache.get('a', () => 'text');
    expect(cache.get('b', () => 'x'.repeat(11))).toHaveLength(11);
    expect(cache.chars).toBe(4);
  });
});
