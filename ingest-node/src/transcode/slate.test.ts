import { describe, expect, it } from 'vitest';
import { slatePicture } from './slate.ts';

describe('the slate', () => {
  it.each([
    [1_280, 720],
    [1_080, 1_920],
    [427, 241],
    [16, 16],
    [2, 2],
  ])('fills its planes exactly at %ix%i', (widthPx, heightPx) => {
    const slate = slatePicture({ widthPx, heightPx });
    const chromaBytes = Math.ceil(widthPx / 2) * Math.ceil(heightPx / 2);
    expect([slate.luma.length, slate.blue.length, slate.red.length]).toEqual([
      widthPx * heightPx,
      chromaBytes,
      chromaBytes,
    ]);
  });

  it('shows something, in the middle, within limited range', () => {
    const { luma, widthPx, heightPx } = slatePicture({ widthPx: 640, heightPx: 360 });
    const levels = new Set(luma);
    expect(levels.size).toBe(3);
    for (const level of levels) expect(level >= 16 && level <= 235).toBe(true);
    const row = (y: number) => luma.subarray(y * widthPx, (y + 1) * widthPx);
    expect(new Set(row(0)).size).toBe(1);
    expect(new Set(row(heightPx / 2 - 30)).size).toBeGreaterThan(1);
    // As far from the left as from the right.
    const middle = row(heightPx / 2 - 70);
    expect([...middle]).toEqual([...middle].reverse());
  });
});
