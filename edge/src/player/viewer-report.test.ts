import { VIEWER_REPORT_INTERVAL_MS, ViewerReport } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StallWatch } from './stall-watch.ts';
import { REPORT_INTERVAL_MS, type ViewerReading, ViewerReporter } from './viewer-report.ts';

const TICK_MS = 100;
const LIVE = {
  latencyMs: 2_000,
  bufferMs: 1_500,
  bitrateBps: 3_000_000,
  renditionId: 'v720',
  engine: 'shaka',
} as const;

/** A player that is read ten times a second, with the stall watch that it has. */
class Stage {
  readonly reporter: ViewerReporter;
  readonly reports: ViewerReport[] = [];
  readonly #watch = new StallWatch();
  nowMs = 50_000;
  #positionS = 0;
  #droppedFrames = 0;

  constructor(seat = 0.5) {
    this.reporter = new ViewerReporter(seat);
  }

  /** For so long the picture moves, stands still against the viewer’s will, or was paused. */
  run(forMs: number, is: 'moving' | 'stalled' | 'paused', changes: Partial<ViewerReading> = {}): this {
    for (const endMs = this.nowMs + forMs; this.nowMs < endMs; ) {
      this.nowMs += TICK_MS;
      if (is === 'moving') this.#positionS += TICK_MS / 1_000;
      const shouldMove = is !== 'paused';
      this.#watch.step({ nowMs: this.nowMs, positionS: this.#positionS, shouldMove, hasMedia: false });
      const { stallCount, stalledMs } = this.#watch;
      const droppedFrames = this.#droppedFrames;
      const reading = { ...LIVE, isLive: shouldMove, isMoving: shouldMove, stallCount, stalledMs, droppedFrames };
      this.reporter.reading(this.nowMs, { ...reading, ...changes });
      this.#take(this.reporter.take(this.nowMs));
    }
    return this;
  }

  dropFrames(count: number): this {
    this.#droppedFrames += count;
    return this;
  }

  /** The page goes away. */
  leave(): this {
    this.#take(this.reporter.flush(this.nowMs));
    return this;
  }

  sum(name: 'playedMs' | 'stalledMs' | 'stalls' | 'droppedFrames'): number {
    return this.reports.reduce((sum, report) => sum + report[name], 0);
  }

  /** Each is what the edge takes. */
  #take(report: ViewerReport | undefined): void {
    if (report !== undefined) this.reports.push(ViewerReport.parse(JSON.parse(JSON.stringify(report))));
  }
}

describe('a viewer’s reports', () => {
  it('come every ten seconds while the picture moves, and once more in the end', () => {
    expect(REPORT_INTERVAL_MS).toBe(VIEWER_REPORT_INTERVAL_MS);
    const { reports } = new Stage().run(TICK_MS + 34_000, 'moving').leave();
    const usual = { ...LIVE, playedMs: 10_000, stalls: 0, stalledMs: 0, isLive: true, droppedFrames: 0 };
    expect(reports).toEqual([usual, usual, usual, { ...usual, playedMs: 4_000 }]);
  });

  it.each([
    [0, 5_000],
    [0.999, 14_990],
  ])('begin at another time for each viewer: seat %s', (seat, firstMs) => {
    const stage = new Stage(seat).run(firstMs, 'moving');
    expect(stage.reports.length).toBe(0);
    expect(stage.run(2 * TICK_MS, 'moving').reports.length).toBe(1);
  });

  it('do not come of who has paused, and go on with who plays again', () => {
    const stage = new Stage().run(3_100, 'moving').run(60_000, 'paused');
    expect(stage.reports.map(({ playedMs }) => playedMs)).toEqual([3_000]);
    stage.run(10_000, 'moving').leave();
    expect(stage.sum('playedMs')).toBe(12_900);
    expect(stage.leave().reports.length).toBe(3);
  });

  it('tell of the start once', () => {
    const stage = new Stage();
    stage.reporter.started(812.4);
    stage.run(12_000, 'moving');
    stage.reporter.started(90_000);
    stage.run(12_000, 'moving');
    expect(stage.reports.map(({ startupMs }) => startupMs)).toEqual([812, undefined]);
  });

  it('tell at once that playback failed, whatever was there before', () => {
    const stage = new Stage();
    stage.reporter.failed('source');
    expect(stage.reporter.take(50_000)).toEqual({
      playedMs: 0,
      stalls: 0,
      stalledMs: 0,
      isLive: false,
      droppedFrames: 0,
      failure: 'source',
    });
    stage.run(2_000, 'moving');
    stage.reporter.failed('media');
    expect(stage.run(TICK_MS, 'moving').reports).toMatchObject([{ failure: 'media', renditionId: 'v720' }]);
    expect(stage.reporter.take(stage.nowMs)).toBeUndefined();
  });

  it('have the latency of moments when the picture moved at the live edge, and of no others', () => {
    const stage = new Stage();
    stage.run(4_100, 'moving', { latencyMs: 2_000 }).run(4_000, 'moving', { latencyMs: 3_000 });
    stage.run(1_000, 'moving', { latencyMs: 60_000, isLive: false }).run(4_000, 'paused', { latencyMs: 9_000 }).leave();
    expect(stage.reports).toMatchObject([{ latencyMs: 2_500, isLive: true }]);
    const behind = new Stage().run(8_000, 'moving', { isLive: false }).run(1_000, 'moving').leave();
    expect(behind.reports).toMatchObject([{ isLive: false }]);
    const unknown = new Stage().run(8_000, 'moving', { latencyMs: undefined, bitrateBps: undefined }).leave();
    expect(unknown.reports[0]).not.toHaveProperty('latencyMs');
    expect(unknown.reports[0]).not.toHaveProperty('bitrateBps');
    // Too little to be a mean of anything.
    expect(new Stage().run(900, 'moving').leave().reports[0]).not.toHaveProperty('latencyMs');
  });

  it('count frames that were dropped meanwhile, also by a new element', () => {
    const stage = new Stage().dropFrames(500).run(1_000, 'moving').dropFrames(7).run(1_000, 'moving');
    stage.dropFrames(-507).run(1_000, 'moving').dropFrames(2).run(1_000, 'moving').leave();
    expect(stage.sum('droppedFrames')).toBe(9);
  });

  it('tell of a stall while it goes on', () => {
    const stage = new Stage().run(5_100, 'moving').run(20_000, 'stalled').leave();
    // It shows after a quarter of a second.
    expect([stage.sum('stalls'), stage.sum('playedMs'), stage.sum('stalledMs')]).toEqual([1, 5_200, 19_800]);
  });

  it('have every moment once, as played or as stalled, however it went', () => {
    const phase = fc.record({
      is: fc.constantFrom('moving', 'stalled', 'paused'),
      ticks: fc.integer({ min: 5, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(phase, { maxLength: 12 }), (phases) => {
        const stage = new Stage().run(1_000, 'moving');
        const spentMs = { moving: 900, stalled: 0, paused: 0 };
        for (const { is, ticks } of phases) {
          stage.run(ticks * TICK_MS, is);
          spentMs[is] += ticks * TICK_MS;
        }
        // A stall’s beginning is taken back from what is played after it.
        stage.run(1_000, 'moving').leave();
        spentMs.moving += 1_000;
        // Where something changes, one reading belongs to both sides.
        const toleranceMs = TICK_MS * (phases.length + 2) * 3;
        expect(Math.abs(stage.sum('playedMs') - spentMs.moving)).toBeLessThanOrEqual(toleranceMs);
        expect(Math.abs(stage.sum('stalledMs') - spentMs.stalled)).toBeLessThanOrEqual(toleranceMs);
      }),
    );
  });

  it('are what the edge takes, whatever the player reads', () => {
    const anything = fc.record({
      latencyMs: fc.option(fc.double(), { nil: undefined }),
      isMoving: fc.boolean(),
      stallCount: fc.double({ noNaN: true }),
      stalledMs: fc.double(),
      renditionId: fc.constantFrom('v720', 'v720+a128', undefined),
      bufferMs: fc.double(),
      bitrateBps: fc.option(fc.double(), { nil: undefined }),
      droppedFrames: fc.double(),
      engine: fc.constantFrom('native' as const, undefined),
      isLive: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ noNaN: true }), anything)), fc.double(), (readings, startupMs) => {
        const reporter = new ViewerReporter(0);
        reporter.started(startupMs);
        for (const [nowMs, reading] of readings) reporter.reading(nowMs, reading);
        expect(ViewerReport.safeParse(reporter.flush(0)).success).toBe(true);
      }),
    );
  });

  it('leave out what a machine that slept did not play', () => {
    const stage = new Stage().run(2_100, 'moving');
    stage.nowMs += 8 * 3_600_000;
    stage.run(1_000, 'moving').leave();
    expect(stage.sum('playedMs')).toBe(2_000 + 900);
  });
});
