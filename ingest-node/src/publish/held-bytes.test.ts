import { describe, expect, it } from 'vitest';
import { fakeBroadcast } from '../package/packaging-fixture.ts';
import { heldBytesMax } from './held-bytes.ts';

const FRAME_RATE = { num: 30, den: 1 };

describe('what may wait for the bucket', () => {
  it('is eight seconds of all renditions, or three segments', () => {
    const { description } = fakeBroadcast('low', FRAME_RATE);
    const bitrateBps = description.renditions.reduce((sum, each) => sum + each.bitrateBpsMax, 0);
    expect(heldBytesMax(description)).toBe(bitrateBps);
    expect(heldBytesMax({ ...description, profile: 'standard' })).toBe(Math.ceil((bitrateBps * 12.8) / 8));
  });

  it('is no more than a publisher may send, whatever its renditions say that they have', () => {
    const { description } = fakeBroadcast('low', FRAME_RATE);
    const renditions = description.renditions.map((each) => ({ ...each, bitrateBpsMax: 20_000_000 }));
    expect(heldBytesMax({ ...description, renditions }, 20_000_000)).toBe(20_000_000);
  });
});
