import { describe, expect, it } from 'vitest';
import { filmed, late, linkLosing, pictures, play, restamped, sorted, sound } from './arrivals-fixture.ts';

const HALF_MINUTE = 30_000;

describe('the figures of a source', () => {
  it('come every ten seconds', () => {
    const source = pictures({ forMs: HALF_MINUTE, fps: 25 });
    expect(play(source, { untilMs: 9_999 }).figures).toEqual([]);
    expect(play(source, { untilMs: 10_000 }).figures).toHaveLength(1);
    expect(play(source, { untilMs: HALF_MINUTE }).figures).toHaveLength(3);
  });

  it.each([
    [25, 25],
    [30_000 / 1_001, 29.97],
    [60, 60],
  ])('tell its frame rate: %f', (fps, told) => {
    const { figures } = play(pictures({ forMs: HALF_MINUTE, fps }), { untilMs: HALF_MINUTE });
    expect(figures.map((each) => each.fps)).toEqual([told, told, told]);
  });

  it('tell the frame rate of a picture a second, too', () => {
    const { figures } = play(pictures({ forMs: HALF_MINUTE, fps: 1 }), { untilMs: HALF_MINUTE });
    // The first picture only begins the first second.
    expect(figures.map((each) => each.fps)).toEqual([0.9, 1, 1]);
  });

  it('count what comes, whatever its clock says', () => {
    const source = restamped(pictures({ forMs: 20_000, fps: 25 }), () => 7);
    expect(play(source, { untilMs: 20_000 }).figures.map(({ fps }) => fps)).toEqual([25, 25]);
  });

  it('count a pause as part of the time, and go on right behind it', () => {
    const source = [...pictures({ forMs: 5_000, fps: 25 }), ...pictures({ forMs: 10_000, fps: 25, fromMs: 10_000 })];
    const [first, second] = play(source, { untilMs: 20_000 }).figures;
    expect(first?.fps).toBeCloseTo(12.4, 1);
    expect(second?.fps).toBeCloseTo(25, 0);
  });

  it('tell the bitrate of picture and sound together', () => {
    const source = [...pictures({ forMs: 20_000, fps: 25 }), ...sound({ forMs: 20_000 })];
    // 25 pictures of 10,000 bytes, and 46.875 frames of 340.
    for (const { bitrateBps } of play(source, { untilMs: 20_000 }).figures) {
      expect(Math.abs(bitrateBps - 2_127_500)).toBeLessThan(10_000);
    }
  });

  it('follow a bitrate that varies with the picture', () => {
    const bytesOf = (index: number) => (index < 250 ? 2_000 : 20_000);
    const { figures } = play(pictures({ forMs: 20_000, fps: 25, bytesOf }), { untilMs: 20_000 });
    const [quiet = 0, busy = 0] = figures.map(({ bitrateBps }) => bitrateBps);
    expect(Math.abs(quiet - 400_000)).toBeLessThan(2_000);
    expect(Math.abs(busy - 4_000_000)).toBeLessThan(20_000);
  });

  it('tell the keyframe interval by the publisher’s own clock, the longest of the ten seconds', () => {
    const jittery = late(pictures({ forMs: 20_000, fps: 25 }), (ms) => ms + (Math.round(ms / 40) % 7) * 9);
    expect(play(jittery, { untilMs: 20_000 }).figures.map((each) => each.keyframeIntervalMs)).toEqual([2_000, 2_000]);
    const uneven = pictures({ forMs: 20_000, fps: 25, keyframeEvery: 10_000 }).map((each, index) =>
      [0, 20, 100, 150, 200].includes(index % 250) ? { ...each, packet: { ...each.packet, isKeyframe: true } } : each,
    );
    expect(play(uneven, { untilMs: 20_000 }).figures.map((each) => each.keyframeIntervalMs)).toEqual([3_200, 3_200]);
  });

  it('have whole milliseconds, and a day at most', () => {
    const source = pictures({ forMs: 10_000, fps: 30_000 / 1_001, keyframeEvery: 50 });
    // 1668.33 ms.
    expect(play(source, { untilMs: 10_000 }).figures[0]?.keyframeIntervalMs).toBe(1_668);
    const forMs = 25 * 3_600_000;
    const endless = pictures({ forMs, fps: 0.1, keyframeEvery: 1e9 });
    expect(play(endless, { untilMs: forMs }).figures.at(-1)?.keyframeIntervalMs).toBe(24 * 3_600_000);
  });

  it('tell the keyframe interval of a connection that stalls and catches up as the publisher made it', () => {
    const stalled = late(pictures({ forMs: 20_000, fps: 25, keyframeEvery: 100 }), (ms) =>
      ms < 3_000 ? ms : Math.max(ms, 9_900),
    );
    expect(play(stalled, { untilMs: 20_000 }).figures.map((each) => each.keyframeIntervalMs)).toEqual([4_000, 4_000]);
  });

  it('tell of keyframes that do not come how long that is so', () => {
    const source = pictures({ forMs: HALF_MINUTE, fps: 25, keyframeEvery: 10_000 });
    const { figures } = play(source, { untilMs: HALF_MINUTE });
    expect(figures.map((each) => each.keyframeIntervalMs)).toEqual([10_000, 20_000, 30_000]);
  });

  it('do not take a clock that jumped for a keyframe interval', () => {
    const source = restamped(pictures({ forMs: 20_000, fps: 25 }), (ms) => (ms < 5_000 ? ms : ms + 3_600_000));
    expect(play(source, { untilMs: 20_000 }).figures.map((each) => each.keyframeIntervalMs)).toEqual([2_000, 2_000]);
  });

  it('have no drift without sound, and no frame rate and keyframes without picture', () => {
    const [silent] = play(pictures({ forMs: 10_000, fps: 25 }), { untilMs: 10_000 }).figures;
    expect(silent).toEqual({ fps: 25, bitrateBps: 2_000_000, keyframeIntervalMs: 2_000 });
    const [dark] = play(sound({ forMs: 10_000 }), { untilMs: 10_000 }).figures;
    expect(dark).toEqual({ fps: 0, bitrateBps: 127_296 });
  });

  it('are nothing of a publisher who is away', () => {
    const { figures, codes } = play(pictures({ forMs: 10_000, fps: 25 }), { untilMs: HALF_MINUTE });
    expect(figures.slice(1)).toEqual([
      { fps: 0, bitrateBps: 0 },
      { fps: 0, bitrateBps: 0 },
    ]);
    expect(codes).toEqual([]);
  });

  it('tell the round trip and the losses of an SRT connection', () => {
    const source = pictures({ forMs: 10_000, fps: 25 });
    const [figures] = play(source, { untilMs: 10_000, link: linkLosing(() => 4, 31.26) }).figures;
    expect(figures).toMatchObject({ rttMs: 31.3, lossRatio: 0.01 });
    const told = play(source, { untilMs: HALF_MINUTE, link: linkLosing(() => 4, 31.26), linkEndsMs: 12_000 }).figures;
    // It ends, and what it was is told of the seconds that it was there for, and no longer.
    expect(told.map(({ rttMs }) => rttMs)).toEqual([31.3, 31.3, undefined]);
    expect(told.map(({ lossRatio }) => lossRatio)).toEqual([0.01, 0.01, undefined]);
    const [unknown] = play(source, { untilMs: 10_000, link: linkLosing(() => 0) }).figures;
    expect(unknown).toMatchObject({ lossRatio: 0 });
    expect(unknown).not.toHaveProperty('rttMs');
  });

  it.each([
    ['fast', 1.001, 25, 50],
    ['slow', 0.999, -50, -25],
  ])('tell how far a sound card that is too %s has drifted', (_name, ratio, least, most) => {
    const source = [...filmed(pictures({ forMs: 40_000, fps: 25 })), ...sound({ forMs: 40_000, ratio })];
    const drifts = play(source, { untilMs: 40_000 }).figures.map(({ driftMs }) => driftMs ?? Number.NaN);
    // A millisecond a second, from what it was in the first five seconds.
    expect(drifts.at(-1)).toBeGreaterThan(least);
    expect(drifts.at(-1)).toBeLessThan(most);
  });

  it('tell no more of a drift than an event takes', () => {
    const source = [
      ...pictures({ forMs: 40_000, fps: 25 }),
      ...restamped(sound({ forMs: 40_000 }), (ms) => (ms < 20_000 ? ms : ms + 7_200_000)),
    ];
    expect(play(source, { untilMs: 40_000 }).figures.at(-1)?.driftMs).toBe(3_600_000);
  });

  it('have no drift where it cannot be seen: sound and picture come equally late, as if they had been sorted', () => {
    const camera = pictures({ forMs: 40_000, fps: 25 });
    const speech = sound({ forMs: 40_000 });
    for (const source of [
      [...camera, ...speech],
      sorted([...camera, ...speech]),
      sorted([...filmed(camera), ...speech]),
    ]) {
      expect(play(source, { untilMs: 40_000 }).figures.map(({ driftMs }) => driftMs)).toEqual(Array(4).fill(undefined));
    }
  });

  it('do not take a jump of picture and sound for a drift, when the one comes before the other', () => {
    const jumped = (atMs: number) => (ms: number) => (ms < atMs ? ms : ms + 3_600_000);
    for (const [pictureAtMs, soundAtMs] of [
      [29_500, 30_500],
      [30_500, 29_500],
    ] as const) {
      const source = [
        ...restamped(filmed(pictures({ forMs: 60_000, fps: 25 })), jumped(pictureAtMs)),
        ...restamped(sound({ forMs: 60_000 }), jumped(soundAtMs)),
      ];
      const drifts = play(source, { untilMs: 60_000 }).figures.map(({ driftMs }) => driftMs);
      // At thirty seconds it cannot be told.
      expect(drifts[2]).toBeUndefined();
      for (const driftMs of drifts.toSpliced(2, 1)) expect(Math.abs(driftMs ?? 99)).toBeLessThan(45);
    }
  });

  it('have no drift where sound and picture only lie apart, jitter, or come in large pieces', () => {
    const both = [...filmed(pictures({ forMs: 40_000, fps: 25 })), ...sound({ forMs: 40_000 })];
    const apart = both.map((each) => (each.packet.kind === 'audio' ? { ...each, atMs: each.atMs + 800 } : each));
    const jittery = both.map((each, index) => ({ ...each, atMs: each.atMs + ((index * 97) % 241) }));
    const pieces = both.map((each) => ({ ...each, atMs: Math.ceil((each.atMs + 1) / 700) * 700 }));
    for (const source of [both, apart, jittery, pieces]) {
      for (const { driftMs } of play(source, { untilMs: 40_000 }).figures)
        expect(Math.abs(driftMs ?? 99)).toBeLessThan(45);
    }
  });
});
