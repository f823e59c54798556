import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourcePacket } from '../media/source.ts';
import { PushClock } from './push-clock.ts';

function packet(kind: SourcePacket['kind'], dtsUs: number, ptsUs = dtsUs): SourcePacket {
  return { kind, dtsUs, ptsUs, isKeyframe: false, payload: new Uint8Array() };
}

describe("a target's clock", () => {
  it('is 0 at the first packet, and keeps the distances of the publisher', () => {
    const clock = new PushClock();
    expect(clock.place(packet('video', 5_000_000, 5_066_000))).toEqual({ dtsUs: 0, ptsUs: 66_000 });
    expect(clock.place(packet('audio', 5_010_000))).toEqual({ dtsUs: 10_000, ptsUs: 10_000 });
    expect(clock.place(packet('video', 5_033_000))).toEqual({ dtsUs: 33_000, ptsUs: 33_000 });
  });

  it('has no time for what is from before the first packet', () => {
    const clock = new PushClock();
    clock.place(packet('video', 1_000_000));
    expect(clock.place(packet('audio', 990_000))).toBeUndefined();
    expect(clock.place(packet('audio', 1_001_000))?.dtsUs).toBe(1_000);
  });

  it.each([
    ['goes back', -3_000_000],
    ['jumps far ahead', 9_000_000],
    ['jumps by days', 1e12],
  ])('goes on where the time of the publisher %s', (_, byUs) => {
    const clock = new PushClock();
    clock.place(packet('video', 0));
    clock.place(packet('video', 1_000_000));
    expect(clock.place(packet('video', 1_033_000 + byUs))?.dtsUs).toBe(1_033_333);
    expect(clock.place(packet('video', 1_066_000 + byUs))?.dtsUs).toBe(1_066_333);
  });

  it('goes on without a gap where another publisher sends, whatever its time', () => {
    const clock = new PushClock();
    clock.place(packet('video', 0));
    clock.place(packet('audio', 20_000));
    clock.restart();
    expect(clock.place(packet('video', 10_000))?.dtsUs).toBe(53_333);
    expect(clock.place(packet('audio', 5_000))?.dtsUs).toBe(48_333);
  });

  it('is never shown before it is decoded, and not long after', () => {
    const clock = new PushClock();
    expect(clock.place(packet('video', 100, 50))).toEqual({ dtsUs: 0, ptsUs: 0 });
    expect(clock.place(packet('video', 40_100, 1e12))).toEqual({ dtsUs: 40_000, ptsUs: 5_040_000 });
  });

  it('grows with every packet of a track, whatever comes', () => {
    const times = fc.tuple(
      fc.constantFrom('video' as const, 'audio' as const),
      fc.integer({ min: -1e12, max: 1e12 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(times, { maxLength: 100 }), (packets) => {
        const clock = new PushClock();
        const lastOf = { video: -1, audio: -1 };
        for (const [kind, dtsUs, isRestart] of packets) {
          if (isRestart) clock.restart();
          const placed = clock.place(packet(kind, dtsUs));
          if (placed === undefined) continue;
          expect(placed.dtsUs).toBeGreaterThan(lastOf[kind]);
          lastOf[kind] = placed.dtsUs;
        }
      }),
    );
  });
});
