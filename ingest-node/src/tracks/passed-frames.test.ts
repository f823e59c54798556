import { describe, expect, it } from 'vitest';
import { PassedFrames } from './passed-frames.ts';

/** A payload of this length; `at` one of its bytes is another one than usual. */
function payload(sizeBytes: number, at = -1): Uint8Array {
  return Uint8Array.from({ length: sizeBytes }, (_, index) => (index === at ? 1 : index % 251));
}

describe('the frames that were passed on', () => {
  it('are known when they come again, the last of them', () => {
    const passed = new PassedFrames(3);
    for (const frame of [10, 11, 12, 13]) passed.note(frame, payload(frame));
    expect([11, 12, 13].map((frame) => passed.isSame(frame, payload(frame)))).toEqual([true, true, true]);
    expect(passed.isSame(12, payload(13))).toBe(false);
  });

  it('are told from others of the same length by what is in them', () => {
    const passed = new PassedFrames(1);
    passed.note(0, payload(64));
    for (const at of [0, 20, 63]) expect(passed.isSame(0, payload(64, at))).toBe(false);
    const large = payload(100_000);
    passed.note(0, large);
    expect(
      passed.isSame(
        0,
        large.map((byte) => byte ^ 1),
      ),
    ).toBe(false);
    expect(passed.isSame(0, Uint8Array.from(large))).toBe(true);
  });
});
