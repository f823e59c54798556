import { ViewerEngine, ViewerFailure, type ViewerReport } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReportCounter, ReportSums } from './report-sums.ts';

const REPORT: ViewerReport = { playedMs: 10_000, stalls: 0, stalledMs: 0, isLive: true, droppedFrames: 0 };

const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const anyReport: fc.Arbitrary<ViewerReport> = fc.record({
  playedMs: fc.nat(60_000),
  stalls: fc.nat(1_000),
  stalledMs: fc.nat(60_000),
  isLive: fc.boolean(),
  droppedFrames: fc.nat(100_000),
  latencyMs: optional(fc.nat(86_400_000)),
  startupMs: optional(fc.nat(600_000)),
  bufferMs: optional(fc.nat(600_000)),
  bitrateBps: optional(fc.nat(500_000_000)),
  renditionId: optional(fc.constantFrom('v720', 'v360', 'v720+a128')),
  engine: optional(fc.constantFrom(...ViewerEngine.options)),
  failure: optional(fc.constantFrom(...ViewerFailure.options)),
});

function sumsOf(reports: readonly ViewerReport[]): ReportSums {
  const counter = new ReportCounter();
  for (const report of reports) counter.report(report);
  return ReportSums.parse(JSON.parse(JSON.stringify(counter.take())));
}

describe('what players report', () => {
  it('adds up to the same, whichever isolates and relays it came through', () => {
    fc.assert(
      fc.property(fc.array(fc.array(anyReport, { maxLength: 6 }), { maxLength: 5 }), (isolates) => {
        const whole = new ReportCounter();
        for (const reports of isolates) whole.add(sumsOf(reports));
        expect(whole.take()).toEqual(sumsOf(isolates.flat()));
      }),
    );
  });

  it('has the latency of those at the live edge only', () => {
    const counter = new ReportCounter();
    counter.report({ ...REPORT, latencyMs: 2_000 });
    counter.report({ ...REPORT, latencyMs: 900_000, isLive: false });
    counter.report(REPORT);
    expect(counter.latency.counts()).toEqual({ '100': 1 });
    expect(counter.sums).toMatchObject({ reports: 3, playedMs: 30_000 });
  });

  it('is nothing once it was taken', () => {
    const counter = new ReportCounter();
    counter.drop();
    expect(counter.isEmpty).toBe(false);
    expect(counter.take().sums).toMatchObject({ reports: 0, dropped: 1 });
    expect(counter.isEmpty).toBe(true);
  });

  it('names at most so many renditions, whatever players make up', () => {
    const counter = new ReportCounter();
    for (let height = 1; height <= 1_000; height += 1) counter.report({ ...REPORT, renditionId: `v${height}` });
    counter.report({ ...REPORT, renditionId: 'v1' });
    const { renditions, sums } = counter.take();
    expect([Object.keys(renditions).length, renditions.v1, sums.reports]).toEqual([64, 2, 1_001]);
  });
});
