import { LadderPolicy } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitInto, ladder, type PictureSize, type Rung } from './ladder.ts';

const AT_30 = { num: 30, den: 1 };

function sizes(rungs: readonly Rung[]): string[] {
  return rungs.map(({ renditionId, widthPx, heightPx }) => `${renditionId} ${widthPx}x${heightPx}`);
}

function automatic(widthPx: number, heightPx: number): string[] {
  return sizes(ladder('auto', { widthPx, heightPx }, AT_30));
}

describe('the automatic ladder', () => {
  it.each<[number, number, string[]]>([
    [1_920, 1_080, ['v1080 1920x1080', 'v720 1280x720', 'v480 854x480', 'v360 640x360']],
    [1_280, 720, ['v720 1280x720', 'v480 854x480', 'v360 640x360']],
    [854, 480, ['v480 854x480', 'v360 640x360']],
    [640, 360, ['v360 640x360']],
    // Never above the source, however small.
    [426, 240, ['v240 426x240']],
    [160, 90, ['v90 160x90']],
    // One step above 1080 would cost more than all others: 4K is broadcast as 1080.
    [3_840, 2_160, ['v1080 1920x1080', 'v720 1280x720', 'v480 854x480', 'v360 640x360']],
    // Between two steps the source's own size is the top, and the next step is worth having only well below it.
    [1_600, 900, ['v900 1600x900', 'v720 1280x720', 'v480 854x480', 'v360 640x360']],
    [1_366, 768, ['v768 1366x768', 'v480 854x480', 'v360 640x360']],
    // 1088 lines are 1080 padded: as good as the step.
    [1_920, 1_088, ['v1088 1920x1088', 'v720 1270x720', 'v480 848x480', 'v360 636x360']],
  ])('%ix%i is broadcast as %j', (widthPx, heightPx, expected) => {
    expect(automatic(widthPx, heightPx)).toEqual(expected);
  });

  it('keeps the shape of an upright picture', () => {
    expect(automatic(1_080, 1_920)).toEqual(['v1920 1080x1920', 'v1280 720x1280', 'v854 480x854', 'v640 360x640']);
  });

  it('makes odd sizes even, downwards', () => {
    expect(automatic(1_281, 721)).toEqual(['v720 1280x720', 'v480 852x480', 'v360 640x360']);
    expect(automatic(427, 241)).toEqual(['v240 426x240']);
  });

  it('gives larger pictures and higher rates more bits, and each rung fewer than the one above it', () => {
    const at = (fps: number) => ladder('auto', { widthPx: 1_920, heightPx: 1_080 }, { num: fps, den: 1 });
    expect(at(30).map((rung) => rung.bitrateBps)).toEqual([4_800_000, 2_700_000, 1_300_000, 750_000]);
    const [thirty, sixty] = [at(30)[0]?.bitrateBps ?? 0, at(60)[0]?.bitrateBps ?? 0];
    expect(sixty / thirty).toBeGreaterThan(1.4);
    expect(sixty / thirty).toBeLessThan(1.6);
  });

  it('has, for any size, even rungs of the source’s shape, none above it, each with an id of its own', () => {
    const size = fc.record({
      widthPx: fc.integer({ min: 16, max: 8_192 }),
      heightPx: fc.integer({ min: 16, max: 8_192 }),
    });
    fc.assert(
      fc.property(size, fc.constantFrom(24, 30, 60), (source, fps) => {
        const rungs = ladder('auto', source, { num: fps, den: 1 });
        expect(rungs.length).toBeGreaterThan(0);
        expect(new Set(rungs.map((rung) => rung.renditionId)).size).toBe(rungs.length);
        for (const [index, rung] of rungs.entries()) {
          expectFits(rung, source);
          expect(rung.bitrateBps).toBeGreaterThanOrEqual(150_000);
          expect(rung.heightPx).toBeLessThan(rungs[index - 1]?.heightPx ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});

describe('a ladder that a channel names', () => {
  const named = (steps: [number, number][]) => steps.map(([heightPx, bitrateBps]) => ({ heightPx, bitrateBps }));
  const source = { widthPx: 1_280, heightPx: 720 };

  it('is made as it is named, highest first', () => {
    const rungs = ladder(
      named([
        [360, 600_000],
        [720, 3_000_000],
      ]),
      source,
      AT_30,
    );
    expect(sizes(rungs)).toEqual(['v720 1280x720', 'v360 640x360']);
    expect(rungs.map((rung) => rung.bitrateBps)).toEqual([3_000_000, 600_000]);
  });

  it('leaves out what is above the source', () => {
    expect(
      sizes(
        ladder(
          named([
            [1_080, 5_000_000],
            [480, 1_000_000],
          ]),
          source,
          AT_30,
        ),
      ),
    ).toEqual(['v480 854x480']);
  });

  it('falls back to the source’s own size when every step is above it', () => {
    const rungs = ladder(
      named([
        [2_160, 20_000_000],
        [1_080, 5_000_000],
      ]),
      source,
      AT_30,
    );
    expect(sizes(rungs)).toEqual(['v720 1280x720']);
    expect(rungs[0]?.bitrateBps).toBe(5_000_000);
  });

  it('tells two steps of one height apart by their bitrate, and takes the same step once', () => {
    const rungs = ladder(
      named([
        [720, 3_000_000],
        [720, 1_500_000],
        [720, 1_500_000],
      ]),
      source,
      AT_30,
    );
    expect(rungs.map((rung) => rung.renditionId)).toEqual(['v720', 'v720-1500k']);
  });

  it('gives an id of its own to each rung of any ladder that the contract lets through', () => {
    const step = fc.record({
      heightPx: fc.integer({ min: 45, max: 1_080 }).map((half) => half * 2),
      bitrateBps: fc.integer({ min: 50_000, max: 100_000_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
        const rungs = ladder(LadderPolicy.parse(steps), source, AT_30);
        expect(new Set(rungs.map((rung) => rung.renditionId)).size).toBe(rungs.length);
        for (const rung of rungs) expectFits(rung, source);
      }),
    );
  });
});

describe('fitting a picture into another shape', () => {
  const canvas = { widthPx: 1_280, heightPx: 720 };

  it.each<[string, PictureSize, PictureSize & { leftPx: number; topPx: number }]>([
    ['of the same shape: all of it', { widthPx: 640, heightPx: 360 }, { ...canvas, leftPx: 0, topPx: 0 }],
    ['that is as good as the same: all of it', { widthPx: 853, heightPx: 480 }, { ...canvas, leftPx: 0, topPx: 0 }],
    ['4:3: bars at the sides', { widthPx: 640, heightPx: 480 }, { widthPx: 960, heightPx: 720, leftPx: 160, topPx: 0 }],
    [
      '2:1: bars above and below',
      { widthPx: 2_000, heightPx: 1_000 },
      { widthPx: 1_280, heightPx: 640, leftPx: 0, topPx: 40 },
    ],
    ['upright', { widthPx: 1_080, heightPx: 1_920 }, { widthPx: 406, heightPx: 720, leftPx: 436, topPx: 0 }],
  ])('%s', (_name, shape, expected) => {
    expect(fitInto(canvas, shape)).toEqual(expected);
  });

  it('stays inside the canvas, even and at even corners, for any shape', () => {
    const size = fc.record({
      widthPx: fc.integer({ min: 1, max: 8_192 }),
      heightPx: fc.integer({ min: 1, max: 8_192 }),
    });
    fc.assert(
      fc.property(size, (shape) => {
        const area = fitInto(canvas, shape);
        for (const px of Object.values(area)) expect(px % 2).toBe(0);
        expect(area.widthPx).toBeGreaterThan(0);
        expect(area.heightPx).toBeGreaterThan(0);
        expect(area.leftPx + area.widthPx).toBeLessThanOrEqual(canvas.widthPx);
        expect(area.topPx + area.heightPx).toBeLessThanOrEqual(canvas.heightPx);
      }),
    );
  });
});

function expectFits(rung: Rung, source: PictureSize): void {
  expect(rung.widthPx % 2).toBe(0);
  expect(rung.heightPx % 2).toBe(0);
  expect(rung.widthPx).toBeLessThanOrEqual(source.widthPx);
  expect(rung.heightPx).toBeLessThanOrEqual(source.heightPx);
  // Rounding to even may bend the shape by two pixels of either side, and no more.
  const shape = source.widthPx / source.heightPx;
  expect(Math.abs(rung.widthPx - rung.heightPx * shape)).toBeLessThanOrEqual(2 + 2 * shape);
}
