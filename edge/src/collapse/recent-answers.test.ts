import { describe, expect, it } from 'vitest';
import { RecentAnswers } from './recent-answers.ts';

/** Room for three answers of 744 bytes: each costs 256 more. */
function threeAnswers() {
  return new RecentAnswers<string>({
    bytesMax: 3_000,
    sizeBytes: (text) => (text === 'huge' ? 3_000 : 744),
    keepMs: (text) => (text === 'refused' ? 0 : 1_000),
  });
}

describe('RecentAnswers', () => {
  it('gives an answer again until its time is over', () => {
    const recent = threeAnswers();
    recent.put('a', 'one', 0);
    expect([recent.get('a', 999), recent.get('a', 1_000), recent.get('b', 0)]).toEqual(['one', undefined, undefined]);
    expect(recent.bytes).toBe(0);
  });

  it('does not keep what is not to be kept, nor what alone is too large', () => {
    const recent = threeAnswers();
    recent.put('a', 'refused', 0);
    recent.put('b', 'huge', 0);
    expect([recent.get('a', 0), recent.get('b', 0), recent.bytes]).toEqual([undefined, undefined, 0]);
  });

  it('drops the oldest when it is full, and the old ones when their time is over', () => {
    const recent = threeAnswers();
    for (const [nowMs, key] of ['a', 'b', 'c', 'd'].entries()) recent.put(key, key, nowMs);
    expect(['a', 'b', 'c', 'd'].map((key) => recent.get(key, 10))).toEqual([undefined, 'b', 'c', 'd']);
    expect(recent.bytes).toBe(3_000);
    recent.put('e', 'e', 1_002);
    expect([recent.get('d', 1_002), recent.bytes]).toEqual(['d', 2_000]);
  });

  it('counts an answer that takes the place of another once', () => {
    const recent = threeAnswers();
    recent.put('a', 'one', 0);
    recent.put('a', 'two', 500);
    expect([recent.get('a', 1_499), recent.bytes]).toEqual(['two', 1_000]);
  });
});
