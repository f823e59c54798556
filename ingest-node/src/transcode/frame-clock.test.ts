import type { FrameRate } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameClock, type FrameClockEffect } from './frame-clock.ts';

const START_US = 5_000_000;
const LATE_US = 80_000;

function clockOf(frameRate: FrameRate = { num: 30, den: 1 }): FrameClock<number> {
  return new FrameClock({ frameRate, startUs: START_US, firstSlot: 0, lateUs: LATE_US, slateAfterUs: 2_000_000 });
}

function drain(clock: FrameClock<number>): FrameClockEffect<number>[] {
  const effects: FrameClockEffect<number>[] = [];
  for (let effect = clock.poll(); effect !== undefined; effect = clock.poll()) effects.push(effect);
  return effects;
}

/** What each slot shows, in order: a frame's number, `repeat` or `slate`. */
function shown(effects: readonly FrameClockEffect<number>[]): (number | string)[] {
  return effects.flatMap((effect) =>
    effect.kind === 'drop' ? [] : [effect.picture === 'fresh' ? effect.frame : effect.picture],
  );
}

function dropped(effects: readonly FrameClockEffect<number>[]): number[] {
  return effects.flatMap((effect) => (effect.kind === 'drop' ? [effect.frame] : []));
}

/** Offers frame n at each of the times, on arrival. */
function play(clock: FrameClock<number>, timesUs: readonly number[]): FrameClockEffect<number>[] {
  for (const [frame, timeUs] of timesUs.entries()) clock.offer(frame, START_US + timeUs, START_US + timeUs);
  return drain(clock);
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('the frame clock', () => {
  it.each([
    { num: 24_000, den: 1_001 },
    { num: 25, den: 1 },
    { num: 30_000, den: 1_001 },
    { num: 30, den: 1 },
    { num: 50, den: 1 },
    { num: 60_000, den: 1_001 },
    { num: 60, den: 1 },
  ])('gives each frame of $num/$den its own slot, with times rounded to milliseconds', (frameRate) => {
    const timesUs = numbers(600).map((n) => Math.round((n * 1_000 * frameRate.den) / frameRate.num) * 1_000);
    const effects = play(clockOf(frameRate), timesUs);
    expect(shown(effects)).toEqual(numbers(600));
    expect(dropped(effects)).toEqual([]);
  });

  it('puts slot n at exactly n frame durations, with no rounding that adds up', () => {
    const clock = clockOf({ num: 30_000, den: 1_001 });
    expect(clock.slotTimeUs(30_000)).toBe(START_US + 1_001_000_000);
  });

  it('waits longer or less long when it is told to', () => {
    const clock = clockOf();
    clock.waitFor(300_000);
    clock.advance(START_US + 299_999);
    expect(clock.nextSlot).toBe(0);
    clock.waitFor(0);
    clock.advance(START_US + 299_999);
    expect(clock.nextSlot).toBe(9);
  });

  it('shows a frame at once, without waiting for its slot to end', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    expect(drain(clock)).toEqual([{ kind: 'slot', slot: 0, picture: 'fresh', frame: 0 }]);
  });

  it('keeps frames whose times jitter around the middle between slots in consecutive slots', () => {
    const timesUs = numbers(100).map((n) => n * 33_333 + (n % 2 === 0 ? 0 : 16_000));
    expect(shown(play(clockOf(), timesUs))).toEqual(numbers(100));
  });

  it('repeats the last picture where a frame is missing, as soon as the next one is there', () => {
    const effects = play(clockOf(), [0, 33_333, 133_333]);
    expect(shown(effects)).toEqual([0, 1, 'repeat', 'repeat', 2]);
  });

  it('repeats the last picture when its frame is late: at the deadline and not before', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    drain(clock);
    const deadlineUs = START_US + 1e6 / 30 + LATE_US;
    expect(clock.deadlineUs).toBeCloseTo(deadlineUs);
    clock.advance(deadlineUs - 1);
    expect(drain(clock)).toEqual([]);
    clock.advance(deadlineUs + 1);
    expect(drain(clock)).toEqual([{ kind: 'slot', slot: 1, picture: 'repeat' }]);
  });

  it('shows a frame that missed its slot in the next one', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    clock.advance(clock.deadlineUs);
    clock.offer(1, START_US + 33_333, clock.deadlineUs - 1_000);
    clock.advance(clock.deadlineUs);
    expect(shown(drain(clock))).toEqual([0, 'repeat', 1]);
  });

  it('drops a late frame when a newer one is there for the next slot', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    clock.advance(clock.deadlineUs);
    const nowUs = clock.deadlineUs - 10_000;
    clock.offer(1, START_US + 33_333, nowUs);
    clock.offer(2, START_US + 66_667, nowUs);
    const effects = drain(clock);
    expect(shown(effects)).toEqual([0, 'repeat', 2]);
    expect(dropped(effects)).toEqual([1]);
  });

  it('takes every second frame of a source of twice the rate', () => {
    const effects = play(
      clockOf({ num: 30, den: 1 }),
      numbers(120).map((n) => n * 16_667),
    );
    const slots = shown(effects);
    expect(slots.every((picture) => typeof picture === 'number')).toBe(true);
    expect(Math.abs(slots.length - 60)).toBeLessThanOrEqual(1);
    expect(slots.length + dropped(effects).length).toBeGreaterThanOrEqual(119);
  });

  it('carries a source of variable rate: every slot is filled and no frame that has a slot is lost', () => {
    const timesUs = [0, 10_000, 33_000, 120_000, 125_000, 400_000, 433_000, 466_000];
    const slots = shown(play(clockOf(), timesUs));
    expect(slots).toEqual([0, 1, 2, 'repeat', 3, 4, ...Array(6).fill('repeat'), 5, 6, 7]);
  });

  it('shows the slate once nothing new came for two seconds, and the picture again when something does', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    clock.advance(START_US + 3_000_000);
    clock.offer(1, START_US + 3_000_000, START_US + 3_000_000);
    const slots = shown(drain(clock));
    expect(slots.slice(0, 60)).toEqual([0, ...Array(59).fill('repeat')]);
    expect(new Set(slots.slice(60, -1))).toEqual(new Set(['slate']));
    expect(slots.at(-1)).toBe(1);
    expect(slots).toHaveLength(91);
  });

  it('shows the slate from the start where no frame ever comes', () => {
    const clock = clockOf();
    clock.advance(START_US + 1_000_000);
    expect(new Set(shown(drain(clock)))).toEqual(new Set(['slate']));
  });

  it('never fills further ahead than three seconds, whatever a time says', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    clock.offer(1, START_US + 1e12, START_US);
    expect(clock.nextSlot).toBe(91);
    clock.offer(2, START_US + 33_333, START_US + 33_333);
    expect(clock.nextSlot).toBe(91);
  });

  it('completes the segment it is in when it finishes, at once, with what is shown', () => {
    const clock = clockOf();
    play(clock, [0, 33_333, 66_667]);
    clock.finish(128);
    expect(clock.nextSlot).toBe(128);
    expect(shown(drain(clock))).toEqual(Array(125).fill('repeat'));
    clock.finish(128);
    expect(drain(clock)).toEqual([]);
  });

  it('ends on the slate where the slate was shown', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    clock.advance(START_US + 3_000_000);
    drain(clock);
    clock.finish(128);
    expect(new Set(shown(drain(clock)))).toEqual(new Set(['slate']));
  });

  it('hands every late frame back when it finishes', () => {
    const clock = clockOf();
    clock.offer(0, START_US, START_US);
    clock.advance(START_US + 200_000);
    clock.offer(1, START_US, START_US + 200_000);
    clock.finish(clock.nextSlot);
    expect(dropped(drain(clock))).toEqual([1]);
  });

  const step = fc.oneof(
    fc.record({ kind: fc.constant('offer' as const), timeUs: fc.integer({ min: -5e6, max: 2e7 }) }),
    fc.record({ kind: fc.constant('wild' as const), timeUs: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    fc.record({ kind: fc.constant('wait' as const), timeUs: fc.integer({ min: 0, max: 500_000 }) }),
  );

  it('shows every slot once, in order from 0, and each frame at most once, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.constantFrom(24, 25, 30, 60), (steps, fps) => {
        const clock = clockOf({ num: fps, den: 1 });
        let nowUs = START_US;
        for (const [frame, { kind, timeUs }] of steps.entries()) {
          if (kind === 'wait') nowUs += timeUs;
          else clock.offer(frame, kind === 'wild' ? timeUs : START_US + timeUs, nowUs);
          clock.advance(nowUs);
          expect(clock.deadlineUs).toBeGreaterThan(nowUs);
        }
        clock.finish(2 * fps);
        const effects = drain(clock);
        const slots = effects.flatMap((effect) => (effect.kind === 'slot' ? [effect.slot] : []));
        expect(slots).toEqual(numbers(slots.length));
        expect(slots.length % (2 * fps)).toBe(0);
        const offered = steps.filter(({ kind }) => kind !== 'wait').length;
        const seen = [...shown(effects).filter((picture) => typeof picture === 'number'), ...dropped(effects)];
        expect(new Set(seen).size).toBe(offered);
        expect(seen).toHaveLength(offered);
      }),
    );
  });
});

describe('a broadcast that goes on', () => {
  const clock = () =>
    new FrameClock<string>({
      frameRate: { num: 30, den: 1 },
      startUs: START_US,
      firstSlot: 60,
      lateUs: LATE_US,
      slateAfterUs: 2_000_000,
    });
  const timeUs = (slot: number) => START_US + (slot * 1e6) / 30;

  function shown(sequel: FrameClock<string>): string[] {
    const slots: string[] = [];
    for (let effect = sequel.poll(); effect !== undefined; effect = sequel.poll()) {
      if (effect.kind === 'slot') slots.push(`${effect.slot} ${effect.picture}`);
    }
    return slots;
  }

  it('shows its first picture for all that was missed, and no slate', () => {
    const sequel = clock();
    sequel.offer('first', timeUs(180), timeUs(180));
    expect(shown(sequel)).toEqual(['60 fresh']);
    sequel.offer('second', timeUs(181), timeUs(181));
    const missed = Array.from({ length: 120 }, (_, index) => `${61 + index} repeat`);
    expect(shown(sequel)).toEqual([...missed, '181 fresh']);
  });

  it('shows the slate from its first slot on while there is no picture', () => {
    const sequel = clock();
    sequel.advance(timeUs(62) + LATE_US);
    expect(shown(sequel)).toEqual(['60 slate', '61 slate', '62 slate']);
  });
});
