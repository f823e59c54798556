import { BroadcastId, FIGURES_SERIES_MAX, type ViewerReport } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { FetchCounter } from '../audience/fetches.ts';
import { liveFigures } from './fed-figures.ts';
import { FigureBins } from './figure-bins.ts';
import { FiguresCopy } from './figures-copy.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwxoz6wtlh8p63');
const OTHER_ID = BroadcastId.parse('0mww8blwxoz6wtlh8p64');
/** A bin begins there. */
const T0 = 1_795_608_000_000;
const REPORT: ViewerReport = {
  playedMs: 9_000,
  stalls: 1,
  stalledMs: 1_000,
  isLive: true,
  droppedFrames: 2,
  latencyMs: 2_010,
  bufferMs: 1_500,
  bitrateBps: 3_000_000,
  renditionId: 'v720',
  engine: 'shaka',
};

/** A broadcast’s figures from T0 on, which has `v720`, and three viewers as long as anybody asks. */
class Stage {
  readonly bins = new FigureBins({ broadcastId: BROADCAST_ID, nowMs: T0, isRendition: (id) => id === 'v720' });

  at(sinceMs: number): this {
    this.bins.passTime(T0 + sinceMs, () => 3);
    return this;
  }

  told(reports: readonly ViewerReport[], requests = 0, source = { relay: 'one', overMs: 4_000 }): this {
    const counter = new FetchCounter(BROADCAST_ID);
    counter.answered(requests);
    for (const report of reports) counter.reported(report, 1_000);
    this.bins.add(counter.take(), source);
    return this;
  }
}

describe('what is told of a broadcast’s viewers', () => {
  it('is known when its ten seconds are over, and shown for twenty', () => {
    const stage = new Stage().at(1_000).told([REPORT, REPORT]).at(9_999);
    expect(stage.bins.figures()).toMatchObject({ atMs: null, experience: null, series: [], totals: { reports: 2 } });
    expect(stage.at(10_000).bins.figures()).toEqual({
      broadcastId: BROADCAST_ID,
      atMs: T0 + 10_000,
      requestsPerS: 0,
      experience: {
        reports: 2,
        latencyMs: { p50: 2_010, p95: 2_010 },
        startupMs: null,
        stallsPerViewerHour: 360,
        stalledRatio: 0.1,
        bufferMs: 1_500,
        bitrateBps: 3_000_000,
        droppedFrames: 4,
        renditions: { v720: 2 },
        engines: { shaka: 2 },
        failures: {},
      },
      totals: {
        reports: 2,
        droppedReports: 0,
        starts: 0,
        startupMs: null,
        playedMs: 18_000,
        stalls: 2,
        stalledMs: 2_000,
        failures: {},
      },
      series: [
        {
          atMs: T0 + 10_000,
          viewers: 3,
          requestsPerS: 0,
          latencyMsP50: 2_010,
          latencyMsP95: 2_010,
          stalledRatio: 0.1,
          bitrateBps: 3_000_000,
        },
      ],
    });
    stage
      .at(12_000)
      .told([{ ...REPORT, latencyMs: 3_000 }])
      .at(20_000);
    expect(stage.bins.figures().experience).toMatchObject({ reports: 3, latencyMs: { p50: 2_010, p95: 3_010 } });
    expect(stage.at(30_000).bins.figures().experience).toMatchObject({ reports: 1, latencyMs: { p50: 3_010 } });
    expect(stage.at(40_000).bins.figures()).toMatchObject({ experience: null, totals: { reports: 3 } });
    const { series } = stage.bins.figures();
    expect(series.map(({ latencyMsP50 }) => latencyMsP50)).toEqual([2_010, 2_010, 3_010, null]);
  });

  it('has failures and start-up times too, of those who saw nothing else', () => {
    const nothing = { playedMs: 0, stalls: 0, stalledMs: 0, isLive: false, droppedFrames: 0 };
    const stage = new Stage().told([
      { ...nothing, failure: 'media' },
      { ...nothing, startupMs: 820 },
    ]);
    expect(stage.at(10_000).bins.figures()).toMatchObject({
      experience: {
        reports: 2,
        latencyMs: null,
        startupMs: { p50: 825, p95: 825 },
        stalledRatio: null,
        stallsPerViewerHour: null,
        failures: { media: 1 },
      },
      totals: { starts: 1, startupMs: { p50: 825 }, failures: { media: 1 } },
    });
  });

  it('leaves out renditions that it does not have', () => {
    const stage = new Stage().told([REPORT, { ...REPORT, renditionId: 'v1080' }]).at(10_000);
    expect(stage.bins.figures().experience).toMatchObject({ reports: 2, renditions: { v720: 1 } });
  });

  it('has requests a second by the time that each relay tells of, whenever it does', () => {
    const stage = new Stage();
    // 25 a second at one relay, told twice in one bin and three times in the next, and 5 at another.
    const other = { relay: 'two', overMs: 4_000 };
    stage.at(1_000).told([], 100).told([], 20, other).at(5_000).told([], 100).at(9_000).told([], 100);
    stage.at(13_000).told([], 100).told([], 20, other).at(17_000).told([], 100);
    const { series } = stage.at(20_000).bins.figures();
    expect(series.map(({ requestsPerS }) => requestsPerS)).toEqual([30, 30]);
    // One that was asked for the first time a moment ago.
    stage.told([], 10, { relay: 'new', overMs: 3 });
    expect(stage.at(30_000).bins.figures().requestsPerS).toBe(5);
  });

  it('is of an empty bin where nobody called for longer, and keeps half an hour', () => {
    const stage = new Stage().told([REPORT]).at(65_000);
    const { atMs, experience, series } = stage.bins.figures();
    expect([atMs, experience, series.map((point) => point.atMs - T0)]).toEqual([T0 + 60_000, null, [10_000, 60_000]]);
    for (let bin = 7; bin < 400; bin += 1) stage.at(bin * 10_000);
    expect(stage.bins.figures().series.length).toBe(FIGURES_SERIES_MAX);
    expect(stage.bins.figures(3).series.map((point) => point.atMs - T0)).toEqual([3_970_000, 3_980_000, 3_990_000]);
    // A clock that was set back.
    expect(stage.at(0).bins.figures().atMs).toBe(T0 + 3_990_000);
  });
});

describe('a relay’s copy', () => {
  it('has every bin that it was told of, also those that the channel’s object has forgotten', () => {
    const copy = new FiguresCopy();
    const stage = new Stage();
    for (let bin = 1; bin <= 200; bin += 1) copy.take(stage.at(bin * 10_000).bins.figures(3));
    expect(copy.figures?.series).toEqual(stage.bins.figures().series);
    const reset = new FigureBins({ broadcastId: BROADCAST_ID, nowMs: T0 + 2_003_000, isRendition: () => true });
    copy.take(reset.figures());
    expect(copy.figures).toMatchObject({ atMs: null, series: { length: FIGURES_SERIES_MAX } });
    copy.take({ ...reset.figures(), broadcastId: OTHER_ID });
    expect(copy.figures?.series).toEqual([]);
  });
});

describe('what is shown', () => {
  it('is of the live broadcast, whatever else is still known', () => {
    const figures = new Stage().told([REPORT]).at(10_000).bins.figures();
    const audience = { broadcastId: BROADCAST_ID, viewers: 2, renditions: { v720: 2 } };
    expect(liveFigures(BROADCAST_ID, audience, figures)).toEqual({ ...audience, ...figures });
    const nothing = { viewers: 0, renditions: {}, atMs: null, requestsPerS: null, experience: null, totals: null };
    expect(liveFigures(OTHER_ID, audience, figures)).toEqual({ broadcastId: OTHER_ID, ...nothing, series: [] });
    expect(liveFigures(undefined, audience, figures)).toEqual({ broadcastId: null, ...nothing, series: [] });
  });
});
