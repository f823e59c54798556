import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Placement, SourceTimeline, type TimelineNotice, type Track } from './source-timeline.ts';

const LATE_US = 80_000;
const PICTURE_US = 33_333;
const RUN_US = 21_333;
const T0 = 50_000_000;

function timelineOf(): SourceTimeline {
  return new SourceTimeline({ lateUs: LATE_US });
}

interface Played {
  readonly placements: readonly Placement[];
  readonly notices: readonly TimelineNotice[];
}

/** Places pictures that arrive in real time from `fromUs` on, with the timestamps given. */
function play(timeline: SourceTimeline, ptsUs: readonly number[], fromUs = T0, track: Track = 'video'): Played {
  const durationUs = track === 'video' ? PICTURE_US : RUN_US;
  const placements: Placement[] = [];
  const notices: TimelineNotice[] = [];
  for (const [index, pts] of ptsUs.entries()) {
    placements.push(timeline.place({ track, ptsUs: pts, durationUs }, fromUs + index * durationUs));
    for (let notice = timeline.poll(); notice !== undefined; notice = timeline.poll()) notices.push(notice);
  }
  return { placements, notices };
}

const steady = (count: number, fromPtsUs = 0) =>
  Array.from({ length: count }, (_, index) => fromPtsUs + index * PICTURE_US);

/** Every picture is where it would be if nothing had happened, within so much. */
function expectSteady(placements: readonly Placement[], toleranceUs = 0, fromUs = T0): void {
  for (const [index, { timeUs }] of placements.entries()) {
    expect(Math.abs(timeUs - fromUs - index * PICTURE_US)).toBeLessThanOrEqual(toleranceUs);
  }
}

describe('the timeline of a source', () => {
  it.each([0, 7_000_000_000, -5_000_000])(
    'places the first picture at its arrival, whatever its timestamp: %d',
    (pts) => {
      const { placements, notices } = play(timelineOf(), steady(100, pts));
      expectSteady(placements);
      expect(notices).toEqual([]);
    },
  );

  it('goes by timestamps, not by arrivals, while these jitter', () => {
    const timeline = timelineOf();
    const times = steady(90).map(
      (ptsUs, index) =>
        timeline.place({ track: 'video', ptsUs, durationUs: PICTURE_US }, T0 + ptsUs + (index % 5) * 12_000).timeUs,
    );
    expect(times).toEqual(steady(90).map((ptsUs) => T0 + ptsUs));
  });

  it.each([
    ['forward by ten minutes', 600_000_000],
    ['back by ten minutes', -600_000_000],
    ['forward by a second', 1_000_000],
    ['back by a second', -1_000_000],
  ])('goes on without a gap after a jump %s, and says so once', (_name, jumpUs) => {
    const pts = [...steady(60), ...steady(60, 60 * PICTURE_US + jumpUs)];
    const { placements, notices } = play(timelineOf(), pts);
    expectSteady(placements, PICTURE_US);
    expect(placements.filter(({ isWild }) => isWild)).toHaveLength(2);
    expect(notices).toEqual(['jumped']);
  });

  it('takes sound along after a jump of the picture, so that they stay together', () => {
    const timeline = timelineOf();
    const jumpUs = 3_600_000_000;
    const offs: number[] = [];
    let run = 0;
    for (let index = 0; index < 120; index += 1) {
      const jumpedUs = index < 60 ? 0 : jumpUs;
      const ptsUs = index * PICTURE_US;
      timeline.place({ track: 'video', ptsUs: ptsUs + jumpedUs, durationUs: PICTURE_US }, T0 + ptsUs);
      for (; run * RUN_US < (index + 1) * PICTURE_US; run += 1) {
        const soundUs = run * RUN_US;
        const { timeUs } = timeline.place(
          { track: 'audio', ptsUs: soundUs + jumpedUs, durationUs: RUN_US },
          T0 + soundUs,
        );
        offs.push(Math.abs(timeUs - T0 - soundUs));
      }
    }
    expect(offs.length).toBeGreaterThan(150);
    expect(Math.max(...offs)).toBeLessThanOrEqual(PICTURE_US);
  });

  it.each([
    ['32 bits of milliseconds', 2 ** 32 * 1_000],
    ['31 bits of milliseconds', 2 ** 31 * 1_000],
    ['33 bits of 90 kHz', (2 ** 33 * 100) / 9],
  ])('does not notice a timestamp that wraps around at %s', (_name, periodUs) => {
    const from = periodUs - 30 * PICTURE_US;
    const pts = steady(60, from).map((timeUs) => (timeUs >= periodUs ? timeUs - periodUs : timeUs));
    const { placements, notices } = play(timelineOf(), pts);
    for (const [index, { timeUs }] of placements.entries()) expect(timeUs).toBeCloseTo(T0 + index * PICTURE_US, -1);
    expect(placements.some(({ isWild }) => isWild)).toBe(false);
    expect(notices).toEqual([]);
  });

  it.each([10 ** 12, -(10 ** 12), 40_000_000, 0])('does not use one wild timestamp: %d', (wildUs) => {
    const pts = steady(120, 20_000_000);
    pts[60] = wildUs;
    const { placements, notices } = play(timelineOf(), pts);
    expectSteady(placements, 1);
    expect(placements.filter(({ isWild }) => isWild)).toHaveLength(1);
    expect(notices).toEqual([]);
  });

  it('keeps the places of B-frames, whose pictures come in order but later', () => {
    const timeline = timelineOf();
    // The decoder gives each picture when the one two packets later has come.
    const placements = steady(60).map((ptsUs) =>
      timeline.place({ track: 'video', ptsUs, durationUs: PICTURE_US }, T0 + ptsUs + 2 * PICTURE_US),
    );
    expectSteady(placements, 0, T0 + 2 * PICTURE_US);
  });

  it('survives timestamps that stand still', () => {
    const { placements } = play(timelineOf(), [...steady(30), ...Array<number>(60).fill(30 * PICTURE_US)]);
    expectSteady(placements, LATE_US + 2 * PICTURE_US);
  });

  it('places what comes after a stall of the connection by its timestamps', () => {
    const timeline = timelineOf();
    play(timeline, steady(30));
    const stalledUs = 1_500_000;
    const atUs = T0 + 30 * PICTURE_US + stalledUs;
    const { timeUs, isWild } = timeline.place({ track: 'video', ptsUs: 30 * PICTURE_US, durationUs: PICTURE_US }, atUs);
    expect(isWild).toBe(false);
    expect(timeUs).toBe(T0 + 30 * PICTURE_US);
  });

  it('forgets a publisher who left: the next one has a time of its own', () => {
    const timeline = timelineOf();
    play(timeline, steady(30, 10 ** 9));
    timeline.rejoin();
    const { placements, notices } = play(timeline, steady(30), T0 + 5_000_000);
    expectSteady(placements, 0, T0 + 5_000_000);
    expect(notices).toEqual([]);
  });

  it('settles, before anything is shown, to where the first of two tracks is just in time', () => {
    const timeline = timelineOf();
    // What waited while the connection was set up: all at once, then in real time.
    for (const ptsUs of [0, 33_333, 66_667]) {
      timeline.place({ track: 'video', ptsUs, durationUs: PICTURE_US }, T0 + Math.max(50_000, ptsUs));
    }
    timeline.place({ track: 'audio', ptsUs: 60_000, durationUs: RUN_US }, T0 + 70_000);
    timeline.settle(T0 + 70_000);
    expect(timeline.timeOf('video', 66_667)).toBe(T0 + 66_667);
    expect(timeline.timeOf('audio', 60_000)).toBe(T0 + 60_000);
    expect(timeline.lateUs).toBe(LATE_US + 10_000);
    expect(timelineOf().timeOf('video', 0)).toBeUndefined();
  });

  it('never places anything absurdly far from its arrival, whatever timestamps come', () => {
    const pts = fc.oneof(
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: -(10 ** 15), max: 10 ** 15 }),
      fc.constantFrom(0, 2 ** 32 * 1_000, 2 ** 31 * 1_000),
    );
    const moment = fc.record({
      track: fc.constantFrom<Track>('video', 'audio'),
      pts,
      waitUs: fc.nat({ max: 100_000 }),
    });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 100 }), (moments) => {
        const timeline = timelineOf();
        let nowUs = T0;
        for (const { track, pts: ptsUs, waitUs } of moments) {
          nowUs += waitUs;
          const { timeUs } = timeline.place({ track, ptsUs, durationUs: 30_000 }, nowUs);
          expect(Number.isFinite(timeUs)).toBe(true);
          expect(timeUs - nowUs).toBeLessThan(4_000_000);
          for (let notice = timeline.poll(); notice !== undefined; notice = timeline.poll())
            expect(notice).toBeTypeOf('string');
        }
      }),
    );
  });
});
