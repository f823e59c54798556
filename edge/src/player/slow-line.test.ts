import { describe, expect, it } from 'vitest';
import { slowLineBps } from './slow-line.ts';

const PART = { bytes: 150_000, firstByteAtMs: 1_000, durationS: 0.5 };

describe('a line', () => {
  it('is as slow as the part that came hardly faster than it plays', () => {
    expect(slowLineBps({ ...PART, lastByteAtMs: 1_400 })).toBe(3_000_000);
    expect(slowLineBps({ ...PART, lastByteAtMs: 2_200 })).toBe(1_000_000);
  });

  it('has room where the part came in less than three quarters of its time', () => {
    expect(slowLineBps({ ...PART, lastByteAtMs: 1_375 })).toBeUndefined();
    expect(slowLineBps({ ...PART, lastByteAtMs: 1_000 })).toBeUndefined();
  });

  it('says nothing of media without a duration', () => {
    expect(slowLineBps({ ...PART, durationS: 0, lastByteAtMs: 2_000 })).toBeUndefined();
  });
});
