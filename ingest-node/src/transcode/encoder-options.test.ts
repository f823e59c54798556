import { LATENCY_PROFILE_NAMES, type LatencyProfileName, mediaGrid } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { affordablePreset, audioPeakBps, segmentPeakBps, videoEncoderOptions } from './encoder-options.ts';
import { ladder } from './ladder.ts';

const gridOf = (profile: LatencyProfileName, fps = 30) => mediaGrid(profile, { num: fps, den: 1 });
const rungsOf = (heightPx: number, fps = 30) =>
  ladder('auto', { widthPx: (heightPx * 16) / 9, heightPx }, { num: fps, den: 1 });

function optionsOf(profile: LatencyProfileName, fps = 30, heightPx = 720) {
  const grid = gridOf(profile, fps);
  const [rung] = rungsOf(heightPx, fps);
  if (rung === undefined) throw new Error('a ladder without rungs');
  return { grid, options: videoEncoderOptions(rung, grid, 'veryfast') };
}

function x264Params(options: { readonly codecOptions: Readonly<Record<string, string>> }): Map<string, string> {
  const pairs = (options.codecOptions['x264-params'] ?? '').split(':').map((pair) => pair.split('='));
  return new Map(pairs.map(([name = '', value = '']) => [name, value]));
}

describe('the options of a video encoder', () => {
  it.each(LATENCY_PROFILE_NAMES)('put an IDR at each segment of %s and nowhere else, in closed GOPs', (profile) => {
    const { grid, options } = optionsOf(profile);
    const params = x264Params(options);
    expect(options.keyframeEvery).toBe(grid.framesPerSegment);
    expect(params.get('keyint')).toBe(String(grid.framesPerSegment));
    expect(params.get('min-keyint')).toBe(String(grid.framesPerSegment));
    expect(params.get('scenecut')).toBe('0');
    expect(params.get('open-gop')).toBe('0');
    expect(params.get('bframes')).toBe('0');
    expect(options.codecOptions['forced-idr']).toBe('1');
  });

  it('let a frame that goes in come out', () => {
    expect(optionsOf('ultra').options.codecOptions.tune).toBe('zerolatency');
  });

  it.each(LATENCY_PROFILE_NAMES)('bound a segment of %s to what is declared of it', (profile) => {
    const { grid, options } = optionsOf(profile);
    const peakBps = segmentPeakBps(options, grid);
    expect(peakBps).toBeGreaterThan(options.peakBitrateBps);
    expect(peakBps).toBeLessThanOrEqual(options.peakBitrateBps * 1.6);
    expect(options.bufferBits).toBeGreaterThanOrEqual(options.peakBitrateBps / 2);
  });

  it('give an encoder more threads when one cannot keep up', () => {
    expect(optionsOf('low', 30, 360).options.threadCount).toBe(1);
    expect(optionsOf('low', 60, 1_080).options.threadCount).toBeGreaterThan(1);
    expect(optionsOf('low', 60, 1_080).options.threadCount).toBeLessThanOrEqual(8);
  });
});

describe('the preset', () => {
  it('is the better the more CPUs there are', () => {
    const cost = ['faster', 'veryfast', 'superfast', 'ultrafast'];
    const ranks = [16, 4, 2, 1, 0.1].map((cpus) => cost.indexOf(affordablePreset(rungsOf(1_080), gridOf('low'), cpus)));
    expect(ranks[0]).toBe(0);
    expect(ranks.at(-1)).toBe(3);
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
  });

  it('is cheaper for more frames, and not dearer for ultra', () => {
    const cost = ['faster', 'veryfast', 'superfast', 'ultrafast'];
    const rank = (profile: LatencyProfileName, fps: number) =>
      cost.indexOf(affordablePreset(rungsOf(1_080, fps), gridOf(profile, fps), 3));
    expect(rank('low', 60)).toBeGreaterThan(rank('low', 30));
    expect(rank('ultra', 30)).toBeGreaterThanOrEqual(rank('low', 30));
  });
});

it('declares a little more for sound than its mean', () => {
  expect(audioPeakBps(128_000)).toBeGreaterThan(128_000);
  expect(audioPeakBps(128_000)).toBeLessThan(128_000 * 1.2);
});
