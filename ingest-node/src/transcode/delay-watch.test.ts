import { describe, expect, it } from 'vitest';
import { type DelayNotice, DelayWatch, type Track } from './delay-watch.ts';

const LATE_US = 80_000;
const PICTURE_US = 33_333;

/** Samples one track (or more) once a picture's time, with the delay that `delayUs` says. */
class Watched {
  readonly watch = new DelayWatch({ lateUs: LATE_US });
  readonly notices: DelayNotice[] = [];
  /** What had to be taken from a track's own mapping. */
  unsharedUs = 0;
  nowUs = 1_000_000;

  run(forUs: number, delayUs: (index: number) => number, tracks: readonly Track[] = ['video']): void {
    const untilUs = this.nowUs + forUs;
    for (let index = 0; this.nowUs < untilUs; index += 1) {
      this.nowUs += PICTURE_US;
      for (const track of tracks) this.unsharedUs += this.watch.sample(track, delayUs(index), this.nowUs);
      for (let notice = this.watch.poll(); notice !== undefined; notice = this.watch.poll()) this.notices.push(notice);
    }
  }
}

describe('the delay of a source', () => {
  it('is left alone while frames come in time, or a little early', () => {
    const watched = new Watched();
    watched.run(20_000_000, (index) => -50_000 + (index % 7) * 10_000);
    expect(watched.watch.shiftUs).toBe(0);
    expect(watched.watch.lateUs).toBe(LATE_US);
    expect(watched.notices).toEqual([]);
  });

  it('skips ahead at once when all media comes more than 150 ms early', () => {
    const kept = new Watched();
    kept.run(900_000, () => -149_000);
    expect(kept.watch.shiftUs).toBe(0);
    const skipped = new Watched();
    skipped.run(100_000, () => -151_000);
    expect(skipped.watch.shiftUs).toBe(-151_000);
    expect(skipped.notices).toEqual(['skipped-ahead']);
  });

  it('meets what is early by less slowly, until its dates are right enough', () => {
    const watched = new Watched();
    watched.run(90_000_000, () => -140_000);
    expect(watched.watch.shiftUs).toBeLessThanOrEqual(-90_000);
    expect(watched.watch.shiftUs).toBeGreaterThan(-94_000);
    expect(watched.notices).toEqual([]);
  });

  it('does not skip while one of two tracks is in time: it follows the other slowly', () => {
    const watched = new Watched();
    for (let index = 0; index < 60; index += 1) {
      watched.run(1, () => 0, ['audio']);
      watched.run(1, () => -400_000, ['video']);
    }
    expect(watched.watch.shiftUs).toBeLessThan(0);
    expect(watched.watch.shiftUs).toBeGreaterThanOrEqual(-8_000);
    expect(watched.notices).toEqual([]);
  });

  it('gives its dates by the track that comes first, and waits for the other', () => {
    const watched = new Watched();
    for (let index = 0; index < 900; index += 1) {
      watched.run(1, () => 0, ['video']);
      watched.run(1, () => 300_000, ['audio']);
    }
    expect(watched.watch.shiftUs).toBe(0);
    expect(watched.watch.lateUs).toBe(LATE_US + 300_000);
    watched.run(1_500_000, () => 0, ['video']);
    expect(watched.watch.lateUs).toBe(LATE_US);
  });

  it('holds a source back that goes on being too fast, once its budget is spent', () => {
    const watched = new Watched();
    watched.run(10_000_000, (index) => -index * 2 * PICTURE_US);
    expect(watched.watch.shiftUs).toBeLessThan(-11_400_000);
    expect(watched.watch.shiftUs).toBeGreaterThan(-12_500_000);
    expect(watched.notices.at(-1)).toBe('too-fast');
  });

  it('waits out a stall, and waits longer when lateness stays: the dates are right as they are', () => {
    const stall = new Watched();
    stall.run(5_000_000, () => 0);
    stall.run(900_000, () => 200_000);
    stall.run(1_000_000, () => 0);
    expect(stall.watch.lateUs).toBe(LATE_US);
    const detour = new Watched();
    detour.run(5_000_000, () => 0);
    detour.run(30_000_000, () => 200_000);
    expect(detour.watch.shiftUs).toBe(0);
    expect(detour.watch.lateUs).toBe(LATE_US + 200_000);
    expect(detour.notices).toEqual(['shifted-later']);
    detour.run(5_000_000, () => 0);
    expect([detour.watch.shiftUs, detour.watch.lateUs]).toEqual([0, LATE_US]);
  });

  it('moves at once by what viewers would miss of a much longer way, and back slowly', () => {
    const watched = new Watched();
    watched.run(5_000_000, () => 0);
    watched.run(1_500_000, () => 400_000);
    expect(watched.watch.shiftUs).toBeGreaterThan(145_000);
    expect(watched.watch.shiftUs).toBeLessThanOrEqual(150_000);
    watched.run(100_000_000, () => 400_000);
    expect([watched.watch.shiftUs, watched.watch.lateUs]).toEqual([0, LATE_US + 400_000]);
    const worse = new Watched();
    worse.run(5_000_000, () => 0);
    worse.run(400_000_000, () => 900_000);
    // Only so much of it is waited for.
    expect([worse.watch.shiftUs, worse.watch.lateUs]).toEqual([400_000, LATE_US + 500_000]);
  });

  it('is less patient just after a publisher joined', () => {
    const watched = new Watched();
    watched.run(100_000, () => 0);
    watched.run(300_000, () => 200_000);
    expect(watched.watch.lateUs).toBe(LATE_US + 200_000);
  });

  it('gives a track that is too far behind the other a mapping of its own', () => {
    const watched = new Watched();
    for (let index = 0; index < 90; index += 1) {
      watched.run(1, () => 0, ['audio']);
      watched.run(1, () => (index < 30 ? 0 : 2_000_000 - watched.unsharedUs), ['video']);
    }
    expect(watched.watch.shiftUs).toBe(0);
    expect(watched.unsharedUs).toBe(2_000_000 - 600_000);
  });

  it('leaves a track where it is that is behind the other no further than before, both being later', () => {
    const watched = new Watched();
    for (let index = 0; index < 300; index += 1) {
      const laterUs = index < 60 ? 0 : 240_000;
      watched.run(1, () => laterUs, ['video']);
      watched.run(1, () => 500_000 + laterUs, ['audio']);
    }
    expect([watched.unsharedUs, watched.watch.shiftUs, watched.watch.lateUs]).toEqual([0, 0, LATE_US + 740_000]);
  });

  it('makes room for a jittery connection, up to half a second', () => {
    const watched = new Watched();
    watched.run(12_000_000, (index) => (index % 20 === 0 ? 200_000 : 0));
    expect(watched.notices).toContain('jittery');
    // Enough for the late ones to be in time, and no date is another one for it.
    expect(watched.watch.lateUs).toBeGreaterThanOrEqual(200_000);
    expect(watched.watch.shiftUs).toBe(0);
    watched.run(20_000_000, () => 0);
    expect(watched.watch.lateUs).toBe(LATE_US);
    const worse = new Watched();
    worse.run(60_000_000, (index) => (index % 20 === 0 ? 5_000_000 : 0));
    expect(worse.watch.lateUs).toBe(LATE_US + 500_000);
  });

  it.each([100, -100])('follows a clock that drifts by %i ppm for an hour', (ppm) => {
    const watched = new Watched();
    watched.run(3_600_000_000, (index) => (index * PICTURE_US * ppm) / 1e6);
    const driftedUs = 3_600 * ppm;
    const offUs = driftedUs - watched.watch.shiftUs;
    expect(offUs).toBeLessThan(LATE_US);
    expect(offUs).toBeGreaterThan(-150_000);
    expect(watched.notices.filter((notice) => notice !== 'skipped-ahead')).toEqual([]);
  });

  it('settles on the least delay of the track that comes first', () => {
    const watched = new Watched();
    for (const delayUs of [200_000, 60_000, 90_000]) watched.run(1, () => delayUs, ['video']);
    watched.run(1, () => 110_000, ['audio']);
    expect(watched.watch.settle(watched.nowUs)).toBe(60_000);
    expect([watched.watch.shiftUs, watched.watch.lateUs]).toEqual([60_000, LATE_US + 50_000]);
    expect(new DelayWatch({ lateUs: LATE_US }).settle(0)).toBe(0);
  });

  it('tells each kind of notice once, however many wait', () => {
    const watch = new DelayWatch({ lateUs: LATE_US });
    for (let index = 0; index < 30; index += 1) watch.sample('video', -index * 200_000, 1_000_000 + index);
    expect(watch.poll()).toBe('skipped-ahead');
    expect(watch.poll()).toBeUndefined();
  });
});
