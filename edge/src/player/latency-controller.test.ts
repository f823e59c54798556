import { describe, expect, it } from 'vitest';
import { LatencyController, type PlayheadReading, type StreamTiming } from './latency-controller.ts';

const LOW: StreamTiming = { partTargetS: 0.5333, holdBackS: 1.6 };
const ULTRA: StreamTiming = { partTargetS: 0.2773, holdBackS: 0.832 };

/** A controller that has seen `edgeS = nowMs / 1000`, so that the distance of a position is now less the position. */
function atEdge(nowMs: number, timing: StreamTiming = LOW): LatencyController {
  const controller = new LatencyController();
  for (const atMs of [nowMs - 500, nowMs]) controller.playlistGrew(atMs / 1000, timing, atMs);
  return controller;
}

function reading(nowMs: number, distanceS: number, bufferS = 1): PlayheadReading {
  const positionS = nowMs / 1000 - distanceS;
  return { nowMs, positionS, bufferedEndS: positionS + bufferS };
}

describe('start', () => {
  it('waits while nothing is known of the edge or nothing is buffered', () => {
    expect(new LatencyController().start(reading(5_000, 1.6)).isReady).toBe(false);
    expect(atEdge(5_000).start(reading(5_000, 1.6, 0)).isReady).toBe(false);
  });

  it('waits for a buffer when the broadcast has only just begun', () => {
    const controller = atEdge(600);
    expect(controller.start(reading(600, 0.6)).isReady).toBe(false);
    expect(controller.start(reading(1_450, 1.45)).isReady).toBe(false);
    expect(controller.start(reading(1_550, 1.55))).toEqual({ isReady: true, seekToS: undefined });
  });

  it('begins at the target and not behind it', () => {
    const start = atEdge(9_000).start(reading(9_000, 2.2, 2));
    expect(start.isReady).toBe(true);
    expect(start.seekToS).toBeCloseTo(9 - 1.6);
  });

  it('takes the first playlist to be half a part old, and the second, which was waited for, as it is', () => {
    const controller = new LatencyController();
    controller.playlistGrew(10, LOW, 1_000);
    expect(controller.livePositionS(1_000)).toBeCloseTo(10 + 0.5333 / 2 - 1.6);
    controller.playlistGrew(10.5333, LOW, 1_200);
    expect(controller.livePositionS(1_200)).toBeCloseTo(10.5333 - 1.6);
  });

  it('begins where it is while the edge was seen once only, and that may be half a part out', () => {
    const controller = new LatencyController();
    controller.playlistGrew(10, LOW, 10_000);
    const starts = [-0.4, -0.3, 0.3, 0.4].map((errorS) =>
      controller.start(reading(10_000, 1.6 - 0.5333 / 2 + errorS, 2)),
    );
    expect(starts.map(({ isReady }) => isReady)).toEqual([false, true, true, true]);
    expect(starts.map(({ seekToS }) => seekToS !== undefined)).toEqual([false, false, false, true]);
  });

  it('begins where it is rather than seek past what is buffered', () => {
    expect(atEdge(9_000).start(reading(9_000, 2.2, 0.15))).toEqual({ isReady: true, seekToS: undefined });
  });
});

describe('follow', () => {
  it('plays at 1 near the target', () => {
    const controller = atEdge(5_000);
    expect(controller.follow(reading(5_000, 1.6)).playbackRate).toBe(1);
    expect(controller.follow(reading(5_000, 1.649)).playbackRate).toBe(1);
    expect(controller.follow(reading(5_000, 1.551)).playbackRate).toBe(1);
  });

  it('speeds up when behind, by more the further, to 1.1 and no more', () => {
    const controller = atEdge(5_000);
    expect(controller.follow(reading(5_000, 1.8)).playbackRate).toBe(1.07);
    expect(controller.follow(reading(5_000, 3)).playbackRate).toBe(1.1);
  });

  it('slows down when too close, to 0.95 and no more', () => {
    const controller = atEdge(5_000);
    expect(controller.follow(reading(5_000, 1.5)).playbackRate).toBe(0.96);
    expect(controller.follow(reading(5_000, 0.6)).playbackRate).toBe(0.95);
  });

  it('does not speed up on a thin buffer', () => {
    const controller = atEdge(5_000);
    expect(controller.follow(reading(5_000, 2, 0.53)).playbackRate).toBe(1);
    expect(controller.follow(reading(5_000, 2, 0.54)).playbackRate).toBeGreaterThan(1);
  });

  it('corrects down to the target once it has begun, without fluttering', () => {
    const controller = atEdge(5_000);
    expect(controller.follow(reading(5_000, 1.66)).playbackRate).toBeGreaterThan(1);
    expect(controller.follow(reading(5_000, 1.63)).playbackRate).toBeGreaterThan(1);
    expect(controller.follow(reading(5_000, 1.61)).playbackRate).toBe(1);
    expect(controller.follow(reading(5_000, 1.63)).playbackRate).toBe(1);
  });

  it('never jumps in running sound, however far a stall has put the viewer behind', () => {
    const controller = atEdge(60_000);
    for (const distanceS of [4, 8, 21.5]) {
      expect(controller.follow(reading(60_000, distanceS))).toEqual({ playbackRate: 1.1, seekToS: undefined });
    }
  });

  it('jumps where the machine has slept, and not again before that jump had time to load', () => {
    const controller = atEdge(60_000);
    expect(controller.follow(reading(60_000, 21.7)).seekToS).toBeCloseTo(60 - 1.6);
    expect(controller.follow(reading(63_900, 30)).seekToS).toBeUndefined();
    expect(controller.follow(reading(64_100, 30)).seekToS).toBeCloseTo(64.1 - 1.6);
  });

  it.each([
    ['low', LOW],
    ['ultra', ULTRA],
  ])('is back at the %s target half a minute after a second of stall, and stays', (_, timing) => {
    const controller = new LatencyController();
    let positionS = -timing.holdBackS - 1;
    let listedS = 0;
    const errorsS: number[] = [];
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 100) {
      for (; listedS + timing.partTargetS <= nowMs / 1000; listedS += timing.partTargetS) {
        controller.playlistGrew(listedS + timing.partTargetS, timing, nowMs);
      }
      const order = controller.follow({ nowMs, positionS, bufferedEndS: listedS });
      positionS += 0.1 * order.playbackRate;
      if (nowMs > 30_000) errorsS.push(nowMs / 1000 - positionS - timing.holdBackS);
    }
    expect(Math.max(...errorsS.map(Math.abs))).toBeLessThan(0.15);
  });
});

/** The picture stood from `nowMs` on, at the target, and stands still. */
function afterStall(nowMs: number, timing: StreamTiming = LOW) {
  const controller = atEdge(nowMs, timing);
  controller.stalled(nowMs);
  controller.stands();
  const positionS = nowMs / 1000 - timing.holdBackS;
  return { controller, at: (atMs: number, endS: number) => ({ nowMs: atMs, positionS, bufferedEndS: endS }) };
}

describe('resume', () => {
  const GOES_ON = { isReady: true, seekToS: undefined };
  const STANDS = { isReady: false, seekToS: undefined };

  it('goes on at once after a short stall, and leaves the rest to the rate', () => {
    const { controller, at } = afterStall(20_000);
    expect(controller.resume(at(22_500, 19))).toEqual(GOES_ON);
  });

  it('goes on at the target when so much comes at once that it was held up on its way', () => {
    const { controller, at } = afterStall(20_000);
    expect(controller.resume(at(30_000, 19))).toEqual(STANDS);
    const resumed = controller.resume(at(30_100, 20.1));
    expect(resumed.isReady).toBe(true);
    expect(resumed.seekToS).toBeCloseTo(30.1 - (controller.state.targetDistanceS ?? 0));
  });

  it('stays where it is when it was the broadcast that stood: there is nothing further on', () => {
    const { controller, at } = afterStall(20_000);
    expect(controller.resume(at(30_000, 18.93))).toEqual(STANDS);
    controller.playlistGrew(18.93, LOW, 30_000);
    expect(controller.resume(at(30_500, 19.46))).toEqual(STANDS);
    expect(controller.resume(at(30_600, 19.46))).toEqual(GOES_ON);
  });

  it('takes whole segments that come one at a time for no backlog', () => {
    const timing = { partTargetS: 4.2667, holdBackS: 8.5333 };
    const { controller, at } = afterStall(60_000, timing);
    expect(controller.resume(at(90_000, 60))).toEqual(STANDS);
    expect(controller.resume(at(90_600, 60))).toEqual(GOES_ON);
  });

  it('believes no first sighting that is as late as the stall was long', () => {
    const { controller, at } = afterStall(20_000);
    controller.playlistGrew(20, LOW, 30_000);
    expect(controller.resume(at(30_000, 20.5)).seekToS).toBeGreaterThan(27);
  });

  it('looks anew when it stands anew', () => {
    const { controller, at } = afterStall(20_000);
    expect(controller.resume(at(30_000, 19))).toEqual(STANDS);
    controller.stands();
    expect(controller.resume(at(40_000, 19))).toEqual(STANDS);
  });

  it('has nothing to say while nothing is known of the edge', () => {
    expect(new LatencyController().resume(reading(5_000, 9))).toEqual(GOES_ON);
  });
});

describe('stalls', () => {
  it('put the target half a part back each, up to two parts', () => {
    const controller = atEdge(5_000);
    controller.stalled(5_000);
    expect(controller.state.targetDistanceS).toBeCloseTo(1.6 + 0.5333 / 2);
    for (let count = 0; count < 9; count += 1) controller.stalled(5_000);
    expect(controller.state.targetDistanceS).toBeCloseTo(1.6 + 2 * 0.5333);
  });

  it('make it forget how early parts used to come', () => {
    const controller = atEdge(5_000);
    controller.stalled(6_000);
    expect(controller.livePositionS(6_000)).toBeUndefined();
    controller.playlistGrew(5, LOW, 6_500);
    expect(controller.observe(reading(6_500, 1.6)).distanceS).toBeCloseTo(0.1);
  });

  it('are forgotten slowly when it is calm: the latency comes back (hls.js#6350)', () => {
    const controller = atEdge(5_000);
    controller.stalled(5_000);
    controller.playlistGrew(5, LOW, 5_000);
    controller.follow(reading(19_900, 1.8));
    expect(controller.state.marginS).toBeCloseTo(0.2667, 3);
    for (let nowMs = 20_000; nowMs <= 45_000; nowMs += 1_000) controller.follow(reading(nowMs, 1.8));
    expect(controller.state.marginS).toBe(0);
    expect(controller.state.targetDistanceS).toBeCloseTo(1.6);
  });

  it('are remembered over a reload of the same path, the edge is not', () => {
    const controller = atEdge(5_000);
    controller.stalled(5_000);
    controller.sourceChanged();
    expect(controller.livePositionS(5_000)).toBeUndefined();
    controller.playlistGrew(100, LOW, 6_000);
    expect(controller.livePositionS(6_000)).toBeGreaterThan(90);
    expect(controller.state.marginS).toBeCloseTo(0.2667, 3);
  });
});
