import { describe, expect, it } from 'vitest';
import type { SourceFigures } from '../api/ingest-event.ts';
import { chartSummary } from './chart-words.ts';
import { NODE_CHARTS, SOURCE_CHARTS } from './charts.ts';
import { costItems, costSentence, formatCost } from './cost-words.ts';
import { healthOf } from './health.ts';
import { formatFigure, formatMeasured, MEASURES } from './measure.ts';
import { chartData, hasValues, merged, newestOf, rangeOf, WINDOW_MS, windowStart } from './series.ts';
import { codecName, sourceSentence } from './source-words.ts';

const END_MS = 10_000_000;
const sample = (agoMs: number, value?: number | null) => ({ atMs: END_MS - agoMs, value });
const dataOf = (samples: readonly ReturnType<typeof sample>[]) => chartData(samples, [({ value }) => value], END_MS);

describe('a series of a chart', () => {
  it('has what was told in half an hour', () => {
    const data = dataOf([sample(WINDOW_MS + 1, 1), sample(20_000, 2), sample(10_000, 3)]);
    expect(data).toEqual({ timesS: [9_980, 9_990], lines: [[2, 3]] });
    expect([newestOf([2, 3]), newestOf([2, null]), rangeOf([3, null, 2])]).toEqual([3, undefined, { min: 2, max: 3 }]);
  });

  it('breaks where nothing was told', () => {
    expect(dataOf([sample(60_000, 2), sample(10_000, 3)]).lines).toEqual([[2, null, 3]]);
    expect(dataOf([sample(30_000, 2), sample(10_000, 3)]).lines).toEqual([[2, 3]]);
  });

  it('has one value for one moment, whoever told it', () => {
    expect(dataOf([sample(20_000, 2), sample(20_000, 9), sample(10_000, 3)]).lines).toEqual([[2, 3]]);
  });

  it('knows that there is nothing in it', () => {
    expect(hasValues(dataOf([sample(10_000, null), sample(0)]))).toBe(false);
    expect(hasValues(dataOf([sample(10_000, 0)]))).toBe(true);
  });

  it('begins with the broadcast, or half an hour ago', () => {
    expect(windowStart(END_MS - 600_000, END_MS)).toBe(END_MS - 600_000);
    expect(windowStart(END_MS - 10_000, END_MS)).toBe(END_MS - 180_000);
    expect(windowStart(0, END_MS)).toBe(END_MS - WINDOW_MS);
  });

  it('grows by what came since, told once, and keeps the newest', () => {
    const at = (sequence: number) => ({ sequence, event: { atMs: sequence * 10 } });
    const before = [at(1), at(2)];
    expect(merged(before, [], 10)).toBe(before);
    expect(merged(before, [at(2), at(4), at(3)], 3).map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  });
});

describe('a chart in words', () => {
  const [bitrate, , , line] = SOURCE_CHARTS;
  const figures = (agoMs: number, change: Partial<SourceFigures> = {}): SourceFigures => ({
    ...{ kind: 'figures', broadcastId: 'b', atMs: END_MS - agoMs, fps: 30, bitrateBps: 6_000_000 },
    ...change,
  });

  it('says what it is, and between what it was', () => {
    if (bitrate === undefined) throw new Error('there is none');
    const samples = [figures(120_000, { bitrateBps: 5_500_000 }), figures(0)];
    const picks = bitrate.lines.map(({ pick }) => pick);
    expect(chartSummary(bitrate.lines, chartData(samples, picks, END_MS))).toBe(
      'In the last 2 minutes. now 6.00 Mbit/s, between 5.50 Mbit/s and 6.00 Mbit/s.',
    );
  });

  it('names its lines where it has two, and says which is not told', () => {
    if (line === undefined) throw new Error('there is none');
    const picks = line.lines.map(({ pick }) => pick);
    expect(chartSummary(line.lines, chartData([figures(0, { rttMs: 42 })], picks, END_MS))).toBe(
      'In the last minute. Round trip: now 42 ms, between 42 ms and 42 ms. Loss: not told.',
    );
    expect(chartSummary(line.lines, chartData([], picks, END_MS))).toBe('There is nothing to show yet.');
  });

  it('takes nothing where nothing was told', () => {
    for (const { lines } of [...SOURCE_CHARTS.slice(2), ...NODE_CHARTS]) {
      for (const { pick } of lines) expect(pick(figures(0))).toBeUndefined();
    }
  });

  it('has its unit as close to the figure as the unit wants', () => {
    expect(formatFigure(1_234.5, MEASURES.count)).toBe('1,235');
    expect(formatMeasured(0.06, MEASURES.percent)).toBe('0.1%');
    expect(formatMeasured(1.2, MEASURES.times)).toBe('1.2×');
    expect(formatMeasured(2.345, MEASURES.preciseSeconds)).toBe('2.35 s');
  });
});

describe('the cost of a broadcast', () => {
  it.each([
    [0, '0.00¢'],
    [0.00000001, 'under 0.01¢'],
    [0.0042, '0.42¢'],
    [0.999, '99.90¢'],
    [1, '$1.00'],
    [12.345, '$12.35'],
  ])('%d dollars are %s', (usd, words) => {
    expect(formatCost(usd)).toBe(words);
  });

  it('is made of items, the dearest first', () => {
    const items = { nodeUsd: 0.25, egressUsd: 0.75, storageReadsUsd: 0, laterUsd: 1 };
    expect(costItems({ items, totalUsd: 2 })).toEqual([
      { name: 'later', usd: 1, share: 0.5 },
      { name: 'Traffic out of AWS', usd: 0.75, share: 0.375 },
      { name: 'Ingest node', usd: 0.25, share: 0.125 },
    ]);
  });

  it('is told as a sentence', () => {
    const cost = { broadcastId: 'b', pricesOf: '2026-11', totalUsd: 0.3, streamUsd: 0.25, viewersUsd: 0.05 };
    expect(costSentence({ ...cost, items: {}, viewerMs: 0, storage: 'r2' })).toBe(
      '25.00¢ to be live, 5.00¢ for who watched. List prices of November 2026.',
    );
  });
});

describe('the health of a broadcast', () => {
  const warning = (agoMs: number) => ({
    code: 'long-gop',
    sentence: 'Set it to 2 s.',
    count: 1,
    lastAtMs: END_MS - agoMs,
  });
  const health = (change: { absentSinceMs?: number; warnings?: ReturnType<typeof warning>[] }, figuresAgoMs?: number) =>
    healthOf(
      { absentSinceMs: change.absentSinceMs ?? null, warnings: change.warnings ?? [] },
      figuresAgoMs === undefined ? undefined : END_MS - figuresAgoMs,
      END_MS,
    );

  it('is the worst that is known', () => {
    expect(health({}, 10_000).kind).toBe('good');
    expect(health({}).kind).toBe('unknown');
    expect(health({}, 60_000).kind).toBe('silent');
    expect(health({ warnings: [warning(60_000)] }, 10_000).kind).toBe('warning');
    expect(health({ warnings: [warning(60_000)], absentSinceMs: 1 }, 10_000).kind).toBe('absent');
  });

  it('forgives what has not been told for a while', () => {
    const { kind, present, past } = health({ warnings: [warning(200_000)] }, 10_000);
    expect([kind, present.length, past.length]).toEqual(['good', 0, 1]);
  });
});

describe('what is pushed', () => {
  it('is told in few words, as far as it is known', () => {
    const known = { kind: 'figures', broadcastId: 'b', atMs: 1, fps: 30, bitrateBps: 1 } as const;
    expect(sourceSentence(known)).toBe('source not described yet');
    const all = { widthPx: 1_920, heightPx: 1_080, videoCodec: 'hevc', audioCodec: 'aac', protocol: 'srt' };
    expect(sourceSentence({ ...known, ...all })).toBe('1920×1080 HEVC and AAC by SRT');
  });

  it.each([
    ['avc1.64001F', 'H.264'],
    ['hvc1.1.6.L93.B0', 'HEVC'],
    ['mp4a.40.2', 'AAC'],
    ['mp4a.40.5', 'HE-AAC'],
    ['opus', 'Opus'],
    ['xyz1', 'xyz1'],
  ])('%s is %s', (codecs, name) => {
    expect(codecName(codecs)).toBe(name);
  });
});
