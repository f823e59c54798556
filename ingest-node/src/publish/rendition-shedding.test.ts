import { describe, expect, it } from 'vitest';
import { RenditionShedding } from './rendition-shedding.ts';

const PART_MS = 500;
/** Above the limit of one and a half parts. */
const LATE_MS = 1_000;

/** A broadcast with sound and three pictures, whose parts take `tookMs(rank)` from `fromMs` to `untilMs`. */
class Course {
  readonly shedding = new RenditionShedding({ rankCount: 4, partMs: PART_MS });
  readonly changes: string[] = [];
  #onTheirWay: { rank: number; startedAtMs: number; endsAtMs: number }[] = [];

  run(fromMs: number, untilMs: number, tookMs: (rank: number, shed: readonly number[]) => number): this {
    for (let nowMs = fromMs; nowMs < untilMs; nowMs += PART_MS / 2) {
      if ((nowMs - fromMs) % PART_MS === 0) {
        for (let rank = 0; rank < 4; rank += 1) {
          if (!this.shedding.admits(rank, nowMs % (4 * PART_MS) === 0, nowMs)) continue;
          const endsAtMs = nowMs + tookMs(rank, this.shedding.shedRanks);
          this.#onTheirWay.push({ rank, startedAtMs: nowMs, endsAtMs });
        }
      }
      const over = this.#onTheirWay.filter(({ endsAtMs }) => endsAtMs <= nowMs);
      for (const attempt of over) this.shedding.confirmed(attempt, attempt.endsAtMs);
      this.#onTheirWay = this.#onTheirWay.filter(({ endsAtMs }) => endsAtMs > nowMs);
      for (const attempt of this.#onTheirWay) this.shedding.unanswered(attempt, nowMs);
      if (this.shedding.decide(nowMs)) this.changes.push(`${nowMs}: ${this.shedding.shedRanks.join(' ') || 'none'}`);
    }
    return this;
  }
}

describe('a line to storage', () => {
  it('that has room for all sheds nothing', () => {
    expect(new Course().run(0, 60_000, () => 50).changes).toEqual([]);
  });

  it('that is slow for one part of each rendition sheds nothing', () => {
    const course = new Course().run(0, 5_000, () => 50).run(5_000, 5_500, () => LATE_MS);
    expect(course.run(5_500, 30_000, () => 50).changes).toEqual([]);
  });

  it('that is too thin for the highest sheds it soon, and nothing else', () => {
    const thin = new Course();
    thin.run(0, 10_000, () => 50).run(10_000, 15_500, (_, shed) => (shed.includes(3) ? 50 : LATE_MS));
    expect(thin.changes).toHaveLength(1);
    const [at, ranks] = (thin.changes[0] ?? '').split(': ');
    expect(ranks).toBe('3');
    expect(Number(at) - 10_000).toBeLessThanOrEqual(LATE_MS + PART_MS);
    expect([2, 3].map((rank) => thin.shedding.admits(rank, true, 15_500))).toEqual([true, false]);
  });

  it('that is still full of what was sent before sheds no more for that', () => {
    const course = new Course().run(0, 4_000, () => LATE_MS).run(4_000, 12_000, () => 50);
    expect(course.changes.map((each) => each.split(': ')[1])).toEqual(['3']);
  });

  it('that has room for little sheds down to sound and the smallest picture, and not further', () => {
    const thin = new Course().run(0, 12_000, (_, shed) => (2 - shed.length) * LATE_MS + 200);
    expect(thin.changes.map((each) => each.split(': ')[1])).toEqual(['3', '2 3']);
  });

  it('gets back what it can carry again, one after the other', () => {
    const course = new Course().run(0, 12_000, (_, shed) => (2 - shed.length) * LATE_MS + 200);
    course.run(12_000, 60_000, () => 50);
    expect(course.changes.map((each) => each.split(': ')[1])).toEqual(['3', '2 3', '3', 'none']);
  });

  it('is given longer and longer before what it cannot carry is tried again', () => {
    const thin = new Course().run(0, 400_000, (_, shed) => (shed.includes(3) ? 50 : LATE_MS));
    const shedAtMs = thin.changes.filter((each) => each.endsWith(': 3')).map((each) => Number(each.split(':')[0]));
    const betweenMs = shedAtMs.map((atMs, index) => atMs - (shedAtMs[index - 1] ?? atMs)).slice(1);
    expect(betweenMs.length).toBeGreaterThan(2);
    expect(betweenMs.every((ms, index) => ms > (betweenMs[index - 1] ?? 0))).toBe(true);
  });
});

describe('a rendition that is shed', () => {
  it('finishes its segment', () => {
    const { shedding } = new Course().run(0, 1_750, (_, shed) => (shed.includes(3) ? 50 : LATE_MS));
    expect(shedding.shedRanks).toEqual([3]);
    expect([false, true, false].map((startsSegment) => shedding.admits(3, startsSegment, 1_500))).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('comes back with the first part of a segment', () => {
    const { shedding } = new Course().run(0, 2_500, (_, shed) => (shed.includes(3) ? 50 : LATE_MS));
    expect(shedding.shedRanks).toEqual([3]);
    expect(shedding.decide(60_000)).toBe(true);
    expect(shedding.shedRanks).toEqual([]);
    expect([false, true, false].map((startsSegment) => shedding.admits(3, startsSegment, 60_000))).toEqual([
      false,
      true,
      true,
    ]);
  });
});

describe('storage', () => {
  it('that answers nothing sheds nothing: that would not help', () => {
    const course = new Course().run(0, 5_000, () => 50);
    expect(course.run(5_000, 60_000, () => Number.POSITIVE_INFINITY).changes).toEqual([]);
  });

  it('that is slow to answer, however little is sent, has everything back after a while, for half a minute', () => {
    const course = new Course().run(0, 40_000, () => LATE_MS);
    expect(course.changes.map((each) => each.split(': ')[1])).toEqual(['3', '2 3', 'none']);
    expect(Number(course.changes.at(-1)?.split(':')[0])).toBeLessThan(20_000);
  });

  it('gets whole segments only while parts are on time', () => {
    const course = new Course().run(0, 5_000, () => 50);
    expect(course.shedding.areSegmentsWelcome(5_000)).toBe(true);
    course.run(5_000, 5_500, () => LATE_MS).run(5_500, 6_500, () => 50);
    expect(course.shedding.areSegmentsWelcome(6_250)).toBe(false);
    expect(course.shedding.areSegmentsWelcome(9_000)).toBe(true);
  });
});
