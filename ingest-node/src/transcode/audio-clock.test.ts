import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AudioClock } from './audio-clock.ts';

const START_US = 1_000_000;
const LATE_US = 80_000;
const RUN = 1_024;
const RUN_US = (RUN * 1e6) / 48_000;
const samplesOf = (us: number) => Math.round((us * 48_000) / 1e6);

function clockOf(): AudioClock {
  return new AudioClock({ startUs: START_US, firstSample: 0, lateUs: LATE_US });
}

/** Places runs one after the other from `fromUs`, each as its sound ends; the clock is advanced as a driver would. */
function play(clock: AudioClock, count: number, fromUs = START_US, driftPpm = 0) {
  const placements = [];
  for (let run = 0; run < count; run += 1) {
    const timeUs = fromUs + run * RUN_US * (1 + driftPpm / 1e6);
    placements.push(clock.place(timeUs, RUN, timeUs));
    expect(clock.advance(timeUs)).toBe(0);
  }
  return placements;
}

describe('the audio clock', () => {
  it('writes runs that follow each other as they are', () => {
    const clock = clockOf();
    expect(play(clock, 50).every((plan) => plan.cutSamples === 0 && plan.silenceSamples === 0)).toBe(true);
    expect(clock.writtenSamples).toBe(50 * RUN);
  });

  it('lets times that are rounded to milliseconds pass', () => {
    const clock = clockOf();
    for (let run = 0; run < 500; run += 1) {
      const timeUs = START_US + Math.round((run * RUN_US) / 1_000) * 1_000;
      expect(clock.place(timeUs, RUN, timeUs)).toEqual({ cutSamples: 0, silenceSamples: 0 });
    }
  });

  it('leaves out what sounded before the broadcast began', () => {
    const clock = clockOf();
    expect(clock.place(START_US - 10_000, RUN, START_US)).toEqual({ cutSamples: 480, silenceSamples: 0 });
    expect(clock.writtenSamples).toBe(RUN - 480);
    expect(clockOf().place(START_US - 1e9, RUN, START_US)).toEqual({ cutSamples: RUN, silenceSamples: 0 });
  });

  it('puts silence before sound that begins later than the broadcast', () => {
    const clock = clockOf();
    expect(clock.place(START_US + 250_000, RUN, START_US + 250_000).silenceSamples).toBe(12_000);
    expect(clock.writtenSamples).toBe(12_000 + RUN);
  });

  it('closes a gap of more than 50 ms at once, and does not touch one of less', () => {
    const wide = clockOf();
    play(wide, 10);
    expect(wide.place(START_US + 10 * RUN_US + 51_000, RUN, START_US).silenceSamples).toBe(samplesOf(51_000));
    const narrow = clockOf();
    play(narrow, 10);
    expect(narrow.place(START_US + 10 * RUN_US + 49_000, RUN, START_US)).toEqual({ cutSamples: 0, silenceSamples: 0 });
  });

  it('cuts an overlap of more than 50 ms, over several runs where one is shorter than it', () => {
    const clock = clockOf();
    play(clock, 10);
    const backUs = 60_000;
    const cut = [0, 1, 2].map((run) => clock.place(START_US + (10 + run) * RUN_US - backUs, RUN, START_US).cutSamples);
    expect(cut.reduce((sum, count) => sum + count, 0)).toBe(samplesOf(backUs));
    expect(clock.writtenSamples).toBe(13 * RUN - samplesOf(backUs));
  });

  it.each([300, -300])('follows a source whose clock drifts by %i ppm, without a gap or a cut', (driftPpm) => {
    const clock = clockOf();
    let lackSamples = 0;
    let perSample = 0;
    let leftSamples = 0;
    for (let run = 0; run < 10_000; run += 1) {
      const timeUs = START_US + run * RUN_US * (1 + driftPpm / 1e6);
      // The driver's resampler: makes so many more samples as it was last told.
      const bend = Math.round(Math.min(leftSamples, RUN) * perSample);
      leftSamples = Math.max(0, leftSamples - RUN);
      const plan = clock.place(timeUs, RUN + bend, timeUs);
      expect(plan.cutSamples + plan.silenceSamples).toBe(0);
      if (plan.compensation !== undefined) {
        perSample = plan.compensation.deltaSamples / plan.compensation.overSamples;
        leftSamples = plan.compensation.overSamples;
        expect(Math.abs(perSample)).toBeLessThanOrEqual(0.003);
      }
      lackSamples = samplesOf(timeUs - START_US + RUN_US) - clock.writtenSamples;
    }
    expect(Math.abs(lackSamples)).toBeLessThan(480);
  });

  it('is silent ahead of time until the first sound comes, as when sound is absent', () => {
    const clock = clockOf();
    const silence = clock.advance(START_US);
    expect(silence).toBe(4 * RUN);
    expect(clock.place(START_US + 10_000, RUN, START_US + 10_000).cutSamples).toBe(RUN);
  });

  it('writes silence for sound that is late: at the deadline and not before', () => {
    const clock = clockOf();
    play(clock, 30);
    const deadlineUs = START_US + 30 * RUN_US + LATE_US;
    expect(clock.deadlineUs).toBeCloseTo(deadlineUs);
    expect(clock.advance(deadlineUs - 1)).toBe(0);
    expect(clock.advance(deadlineUs + 1)).toBeGreaterThanOrEqual(RUN);
  });

  it('runs a little ahead once sound is absent, so that a part never waits for its silence', () => {
    const clock = clockOf();
    play(clock, 30);
    let nowUs = START_US + 30 * RUN_US;
    for (const untilUs = nowUs + 1_000_000; nowUs < untilUs; nowUs = clock.deadlineUs) clock.advance(nowUs);
    const aheadUs = (clock.writtenSamples * 1e6) / 48_000 - (nowUs - START_US);
    expect(aheadUs).toBeGreaterThan(2 * RUN_US);
    expect(aheadUs).toBeLessThan(6 * RUN_US);
  });

  it('places sound that returns after silence where it belongs', () => {
    const clock = clockOf();
    play(clock, 30);
    clock.advance(START_US + 3_000_000);
    const written = clock.writtenSamples;
    const plan = clock.place(START_US + 4_000_000, RUN, START_US + 4_000_000);
    expect(plan).toEqual({ cutSamples: 0, silenceSamples: 4 * 48_000 - written });
    expect(clock.writtenSamples).toBe(4 * 48_000 + RUN);
  });

  it('lets sound in that begins while silence runs ahead, within a tenth of a second', () => {
    const clock = clockOf();
    let cutSamples = 0;
    let nowUs = START_US;
    for (; nowUs < START_US + 2_000_000; nowUs = clock.deadlineUs) clock.advance(nowUs);
    for (let run = 0; run < 50; run += 1, nowUs += RUN_US) {
      expect(clock.advance(nowUs) === 0 || run === 0).toBe(true);
      cutSamples += clock.place(nowUs, RUN, nowUs).cutSamples;
    }
    expect(cutSamples).toBeLessThanOrEqual(4_800);
  });

  it('finishes with silence up to a sample, and with nothing where that is written', () => {
    const clock = clockOf();
    play(clock, 2);
    expect(clock.finish(3_000)).toBe(3_000 - 2 * RUN);
    expect(clock.finish(3_000)).toBe(0);
    expect(clock.writtenSamples).toBe(3_000);
  });

  const step = fc.record({
    timeUs: fc.oneof(fc.integer({ min: -1e6, max: 1e7 }), fc.constantFrom(-1e15, 1e7 + 0.5)),
    count: fc.integer({ min: 1, max: 4_096 }),
    waitUs: fc.integer({ min: 0, max: 300_000 }),
  });

  it('counts exactly what it told to write, and is never behind its deadline, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = clockOf();
        let nowUs = START_US;
        let written = 0;
        for (const { timeUs, count, waitUs } of steps) {
          nowUs += waitUs;
          written += clock.advance(nowUs);
          expect(clock.deadlineUs).toBeGreaterThan(nowUs);
          const plan = clock.place(START_US + timeUs, count, nowUs);
          expect(plan.cutSamples).toBeLessThanOrEqual(count);
          expect(plan.silenceSamples).toBeGreaterThanOrEqual(0);
          written += plan.silenceSamples + count - plan.cutSamples;
          expect(clock.writtenSamples).toBe(written);
        }
      }),
    );
  });
});
