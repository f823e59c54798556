import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  filmed,
  late,
  linkLosing,
  packed,
  pictures,
  play,
  restamped,
  type Sent,
  sent,
  sorted,
  sound,
  stalling,
} from './arrivals-fixture.ts';

const MINUTE = 60_000;
const camera = pictures({ forMs: MINUTE, fps: 25 });
const talk = [...camera, ...sound({ forMs: MINUTE })];

/** A slide changes now and then; between the keyframes there is next to nothing. */
function slides(jitterMs: readonly number[] = [0]): Sent[] {
  const bytesOf = (index: number) => (index % 50 === 0 ? 60_000 : index % 333 === 332 ? 150_000 : 40);
  const source = pictures({ forMs: MINUTE, fps: 25, bytesOf });
  return source.map((each, index) => ({ ...each, atMs: each.atMs + (jitterMs[index % jitterMs.length] ?? 0) }));
}

describe('a source that is as it should be', () => {
  it('is not warned of', () => {
    expect(play(talk, { untilMs: MINUTE }).warnings).toEqual([]);
  });
});

describe('an unstable bitrate', () => {
  it('is told of a connection that stalls again and again, when that has gone on for half a minute', () => {
    const { codes, warnings } = play(late(camera, stalling(4_000, 2_000)), { untilMs: MINUTE });
    expect(codes).toEqual(['unstable-bitrate']);
    expect(warnings[0]?.atMs).toBeGreaterThan(30_000);
    expect(warnings[0]?.atMs).toBeLessThan(35_000);
  });

  it.each([
    // Two seconds that are a whole mean away from it for each second of a stall; half a mean a second is the line.
    ['in more than a quarter of the time', 7_000, 2_000, true],
    ['in less', 9_000, 2_000, false],
    ['for a part of a second each second, which no second shows', 1_000, 900, false],
  ])('is told where the picture waits %s', (_name, everyMs, forMs, isTold) => {
    const { codes } = play(late(camera, stalling(everyMs, forMs)), { untilMs: MINUTE });
    expect(codes.includes('unstable-bitrate')).toBe(isTold);
  });

  it('is not told of one long stall', () => {
    const stall = (ms: number) => (ms > 35_000 && ms < 40_000 ? 40_000 : ms);
    expect(play(late(camera, stall), { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is not told of slides, wherever in a second their keyframes come', () => {
    for (const beginMs of [0, 250, 499.9, 500, 999.9]) {
      expect(play(slides(), { untilMs: MINUTE, beginMs }).warnings).toEqual([]);
    }
  });

  it('is not told of slides that a network jolts by less than a quarter of a second', () => {
    const jitters = fc.array(fc.integer({ min: 0, max: 240 }), { minLength: 1, maxLength: 60 });
    const phases = fc.integer({ min: 0, max: 999 });
    fc.assert(
      fc.property(jitters, phases, (jitterMs, beginMs) => {
        expect(play(slides(jitterMs), { untilMs: 45_000, beginMs }).codes).not.toContain('unstable-bitrate');
      }),
      { numRuns: 30 },
    );
  });

  it('is not told of a screen that sends a picture only when something changes', () => {
    const times = [0, 1, 2, 3, 9, 9.1, 9.2, 20, 31, 31.5, 44, 52];
    const changes = times.map((second, index) =>
      sent({ kind: 'video', timeMs: second * 1_000, isKeyframe: index === 0, sizeBytes: 400_000 }),
    );
    expect(play(changes, { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is not told of an encoder that spends ten times as much on some scenes as on others', () => {
    const bytesOf = (index: number) => (Math.floor(index / 75) % 2 === 0 ? 2_000 : 20_000);
    expect(play(pictures({ forMs: MINUTE, fps: 25, bytesOf }), { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is not told where the way becomes longer for good', () => {
    const longer = late(camera, (ms) => (ms < 35_000 ? ms : ms + 1_500));
    expect(play(longer, { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is not told of a clock that jumps again and again, back or forward', () => {
    for (const byMs of [-3_000, 3_000]) {
      const jumping = restamped(camera, (ms) => ms + Math.floor(ms / 10_000) * byMs);
      expect(play(jumping, { untilMs: MINUTE }).codes).toEqual([]);
    }
  });

  it('is not told of a publisher that is held back by us', () => {
    const held = Array.from({ length: 15 }, (_, index) => [index * 4_000, index * 4_000 + 2_000] as const);
    const source = late(camera, stalling(4_000, 2_000));
    expect(play(source, { untilMs: MINUTE, held }).codes).toEqual([]);
    // A pipe that is full for a moment, with each keyframe, excuses nobody.
    const moments = held.map(([fromMs]) => [fromMs, fromMs + 5] as const);
    expect(play(source, { untilMs: MINUTE, held: moments }).codes).toEqual(['unstable-bitrate']);
  });

  it('is not told of less than a tenth of a megabit', () => {
    const bursts = (sizeBytes: number) =>
      late(pictures({ forMs: MINUTE, fps: 25, bytesOf: () => sizeBytes }), stalling(4_000, 2_000));
    expect(play(bursts(440), { untilMs: MINUTE }).codes).toEqual([]);
    expect(play(bursts(560), { untilMs: MINUTE }).codes).toEqual(['unstable-bitrate']);
  });
});

describe('an unstable connection', () => {
  /** In each of these seconds of five, the line stands still for so long, two or three times. */
  const jolting = (byMs: number, secondsOfFive = 5) =>
    late(camera, (ms) => (Math.floor(ms / 1_000) % 5 < secondsOfFive ? stalling(400, byMs)(ms) : ms));

  it('is told when pictures have come unevenly for some seconds', () => {
    const { codes, warnings } = play(jolting(120), { untilMs: MINUTE });
    expect(codes).toEqual(['unstable-connection']);
    expect(warnings[0]?.atMs).toBe(4_000);
  });

  it.each([
    ['by less than viewers see', jolting(75), false],
    ['by more', jolting(85), true],
    ['in three seconds of five', jolting(120, 3), false],
    ['in four', jolting(120, 4), true],
    ['once, for three seconds', late(camera, (ms) => (ms > 20_000 && ms < 23_000 ? 23_000 : ms)), false],
    ['since the way became longer for good', late(camera, (ms) => (ms < 35_000 ? ms : ms + 1_500)), false],
    ['from an encoder that is slower than its clock', late(camera, (ms) => ms * 1.05), true],
    ['by a clock that is off as clocks are', late(camera, (ms) => ms * 1.001), false],
  ])('is told or not of pictures that come late %s', (_name, source, isTold) => {
    expect(play(source, { untilMs: MINUTE }).codes).toEqual(isTold ? ['unstable-connection'] : []);
  });

  it('is not told of sound that comes in packets of a third of a second, as MPEG-TS has it', () => {
    const source = [...camera, ...packed(sound({ forMs: MINUTE }), 16)];
    expect(play(source, { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is not told while this process is held up, as it may have kept the pictures waiting', () => {
    expect(play(jolting(120), { untilMs: MINUTE, ownLagMs: 45 }).codes).toEqual([]);
    expect(play(jolting(120), { untilMs: MINUTE, ownLagMs: 35 }).codes).toEqual(['unstable-connection']);
  });

  it('is not told of a publisher that is held back by us, again and again', () => {
    const held = Array.from({ length: 20 }, (_, index) => [index * 3_000, index * 3_000 + 300] as const);
    expect(play(jolting(120), { untilMs: MINUTE, held }).codes).toEqual([]);
    const moments = held.map(([fromMs]) => [fromMs, fromMs + 5] as const);
    expect(play(jolting(120), { untilMs: MINUTE, held: moments }).codes).toEqual(['unstable-connection']);
  });
});

describe('sound that drifts from its picture', () => {
  /** From the tenth second on the sound is stamped so much later. */
  const stepped = (byMs: number, untilMs = MINUTE) => [
    ...camera,
    ...restamped(sound({ forMs: MINUTE }), (ms) => (ms > 10_000 && ms < untilMs ? ms + byMs : ms)),
  ];

  it.each([
    [190, []],
    [220, ['av-drift']],
    [-190, []],
    [-220, ['av-drift']],
  ])('by %i ms is told beyond 200 ms', (byMs, codes) => {
    expect(play(stepped(byMs), { untilMs: MINUTE }).codes).toEqual(codes);
  });

  it('is told when it has been so for ten seconds, with the way to go', () => {
    const [first] = play(stepped(500), { untilMs: MINUTE }).warnings;
    expect(first?.atMs).toBeGreaterThanOrEqual(20_000);
    expect(first?.atMs).toBeLessThan(22_000);
    expect(first?.sentence).toContain('500 ms behind the picture');
    expect(play(stepped(-500), { untilMs: MINUTE }).warnings[0]?.sentence).toContain('500 ms ahead of the picture');
  });

  it('is not told when it comes back in less', () => {
    expect(play(stepped(500, 14_000), { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is told of a jump of the sound alone, and not of one of both', () => {
    const jumped = (ms: number) => (ms < 20_000 ? ms : ms - 15_000);
    const soundAlone = [...camera, ...restamped(sound({ forMs: MINUTE }), jumped)];
    expect(play(soundAlone, { untilMs: MINUTE }).codes).toEqual(['av-drift']);
    expect(play(restamped(talk, jumped), { untilMs: MINUTE }).codes).toEqual([]);
  });

  it('is not told of a connection that stalls, of few pictures, or of sound that was away', () => {
    const few = [...pictures({ forMs: MINUTE, fps: 2 }), ...sound({ forMs: MINUTE })];
    expect(play(few, { untilMs: MINUTE }).codes).toEqual([]);
    const stalled = play(late(talk, stalling(5_000, 2_000)), { untilMs: MINUTE });
    expect(stalled.codes).not.toContain('av-drift');
    const unsorted = [...filmed(camera), ...sound({ forMs: MINUTE })];
    const away = unsorted.filter(({ packet, atMs }) => packet.kind === 'video' || atMs < 15_000 || atMs > 30_000);
    const { codes, figures } = play(away, { untilMs: MINUTE });
    expect(codes).toEqual([]);
    expect(figures.map(({ driftMs }) => driftMs !== undefined)).toEqual([true, false, false, true, true, true]);
  });

  it.each([1.01, 0.99])(
    'cannot be seen where the publisher sorts what it sends: sound of %d times its speed',
    (ratio) => {
      const drifting = [...camera, ...sound({ forMs: MINUTE, ratio })];
      expect(play(drifting, { untilMs: MINUTE }).codes).toEqual(['av-drift']);
      const { codes, figures } = play(sorted(drifting), { untilMs: MINUTE });
      expect(codes).toEqual([]);
      expect(figures.map(({ driftMs }) => driftMs)).toEqual(Array(6).fill(undefined));
    },
  );
});

describe('a source near what its channel allows', () => {
  const bitrateBpsMax = 2_500_000;

  it.each([
    [9_900, []],
    [10_100, ['source-above-plan']],
  ])('is told beyond four fifths of it: pictures of %i bytes', (sizeBytes, codes) => {
    const source = pictures({ forMs: MINUTE, fps: 25, bytesOf: () => sizeBytes });
    expect(play(source, { untilMs: MINUTE, bitrateBpsMax }).codes).toEqual(codes);
  });

  it('is told what it sends, what ends it, and what to set', () => {
    const source = pictures({ forMs: MINUTE, fps: 25, bytesOf: () => 11_000 });
    const [first] = play(source, { untilMs: MINUTE, bitrateBpsMax }).warnings;
    expect(first?.sentence).toMatch(/2200 kbit\/s; above 2500 kbit\/s .* to 2000 kbit\/s/);
    // At the second figures.
    expect(first?.atMs).toBe(20_000);
  });

  it('is not told of a burst at its beginning', () => {
    const burst = late(camera, (ms) => Math.max(ms, 4_000)).map((each) => ({ ...each, atMs: each.atMs - 4_000 }));
    const { figures, codes } = play(burst, { untilMs: 50_000, bitrateBpsMax });
    expect(figures[0]?.bitrateBps).toBeGreaterThan(bitrateBpsMax);
    expect(codes).toEqual([]);
  });
});

describe('losses of an SRT connection', () => {
  it.each([
    [2, []],
    [8, []],
    [9, ['high-loss']],
  ])('are told beyond two in a hundred: %i of 400 packets', (lost, codes) => {
    expect(play(camera, { untilMs: MINUTE, link: linkLosing(() => lost) }).codes).toEqual(codes);
  });

  it('are told when they have been so for ten seconds', () => {
    const { warnings } = play(camera, { untilMs: MINUTE, link: linkLosing((second) => (second > 20 ? 40 : 0)) });
    // Three seconds of them are two in a hundred of the last ten.
    expect(warnings[0]?.atMs).toBeGreaterThan(30_000);
    expect(warnings[0]?.atMs).toBeLessThan(35_000);
    expect(warnings[0]?.sentence).toMatch(/^Of your SRT packets 10\.0 % are lost/);
  });

  it('are not told of one bad second', () => {
    const { codes } = play(camera, { untilMs: MINUTE, link: linkLosing((second) => (second === 20 ? 400 : 0)) });
    expect(codes).toEqual([]);
  });
});

describe('whatever a publisher sends', () => {
  it('has figures that an event can hold', () => {
    const times = fc.oneof(
      fc.integer({ min: -1e15, max: 1e15 }),
      fc.constant(Number.NaN),
      fc.integer({ max: 1e5, min: 0 }),
    );
    const packets = fc.array(
      fc.record({ dtsUs: times, isVideo: fc.boolean(), gapMs: fc.integer({ min: 0, max: 2_000 }) }),
    );
    fc.assert(
      fc.property(packets, (all) => {
        let atMs = 0;
        const source = all.map(({ dtsUs, isVideo, gapMs }): Sent => {
          atMs += gapMs;
          const kind = isVideo ? ('video' as const) : ('audio' as const);
          return { packet: { kind, ptsUs: dtsUs, dtsUs, isKeyframe: gapMs > 1_000, payload: new Uint8Array(9) }, atMs };
        });
        for (const { fps, bitrateBps, keyframeIntervalMs = 0, driftMs = 0 } of play(source, { untilMs: 40_000 })
          .figures) {
          expect(fps).toBeGreaterThanOrEqual(0);
          expect(fps).toBeLessThanOrEqual(1_000);
          expect(Number.isInteger(bitrateBps)).toBe(true);
          expect(Number.isInteger(keyframeIntervalMs) && keyframeIntervalMs >= 0).toBe(true);
          expect(Math.abs(driftMs)).toBeLessThanOrEqual(3_600_000);
        }
      }),
    );
  });
});
