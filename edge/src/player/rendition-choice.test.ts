import { describe, expect, it } from 'vitest';
import type { RenditionChoice } from './engine.ts';
import { type ChoiceInput, chooseRendition, isWorthBreakingOff } from './rendition-choice.ts';

const [V1080, V720, V360] = [
  [1_080, 9_000_000],
  [720, 4_500_000],
  [360, 1_200_000],
].map(([heightPx = 0, bitrateBps = 0]): RenditionChoice => {
  return { id: `v${heightPx}`, widthPx: (heightPx * 16) / 9, heightPx, fps: 30, bitrateBps };
}) as [RenditionChoice, RenditionChoice, RenditionChoice];

const NOW_MS = 60_000;
const FAST_BPS = 100_000_000;

function chosen(input: Partial<ChoiceInput>): string | undefined {
  const choice = chooseRendition({
    renditions: [V1080, V720, V360],
    shownId: undefined,
    lineBps: FAST_BPS,
    heightPx: 2_160,
    nowMs: NOW_MS,
    wentDownAtMs: Number.NEGATIVE_INFINITY,
    ...input,
  });
  return choice?.id;
}

describe('the rendition that is chosen', () => {
  it('is the best that the line carries with a tenth to spare, and the smallest where it carries none', () => {
    const lines = [FAST_BPS, 10_000_000, 9_999_999, 5_000_000, 4_999_999, 100_000];
    expect(lines.map((lineBps) => chosen({ lineBps }))).toEqual(['v1080', 'v1080', 'v720', 'v720', 'v360', 'v360']);
  });

  it('has no more lines than the first that fills the picture on the page', () => {
    const heights = [2_160, 1_080, 721, 720, 361, 360, 100];
    const ids = heights.map((heightPx) => chosen({ heightPx }));
    expect(ids).toEqual(['v1080', 'v1080', 'v1080', 'v720', 'v720', 'v360', 'v360']);
  });

  it('stays for as long as the line carries its largest segments', () => {
    const lines = [4_600_000, 4_500_000, 4_499_999];
    expect(lines.map((lineBps) => chosen({ shownId: 'v720', lineBps }))).toEqual(['v720', 'v720', 'v360']);
  });

  it('goes down where the picture on the page became small, however fast the line is', () => {
    expect(chosen({ shownId: 'v1080', heightPx: 360 })).toBe('v360');
  });

  it('goes up at once, but for eight seconds after it had to go down', () => {
    const up = { shownId: 'v360', lineBps: FAST_BPS };
    const ids = [Number.NEGATIVE_INFINITY, NOW_MS - 8_000, NOW_MS - 7_999].map((wentDownAtMs) =>
      chosen({ ...up, wentDownAtMs }),
    );
    expect(ids).toEqual(['v1080', 'v1080', 'v360']);
  });

  it('is chosen anew where what is shown is not offered any more', () => {
    expect(chosen({ shownId: 'v480' })).toBe('v1080');
    expect(chosen({ renditions: [], shownId: 'v480' })).toBeUndefined();
  });
});

describe('a segment that comes too slowly', () => {
  const FOUR_PARTS = { partsPerSegment: 4, presentBps: 3_000_000, smallerBps: 1_000_000 };

  it('is broken off for a smaller one that is less than its rest', () => {
    const words = [0, 1, 2, 3, 4].map((partCount) => isWorthBreakingOff({ ...FOUR_PARTS, partCount }));
    expect(words).toEqual([true, true, true, false, false]);
  });

  it('is not where the other one is hardly smaller', () => {
    const words = [0, 1].map((partCount) => isWorthBreakingOff({ ...FOUR_PARTS, smallerBps: 2_500_000, partCount }));
    expect(words).toEqual([true, false]);
  });
});
