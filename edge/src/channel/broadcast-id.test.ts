import { BroadcastId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBroadcastId } from './broadcast-id.ts';

const anyRandom = fc.uint8Array({ minLength: 11, maxLength: 16 });

describe('a broadcast id', () => {
  it('is one that contracts allow, whatever the randomness', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(5_000, 0) }), anyRandom, (nowMs, random) => {
        expect(BroadcastId.safeParse(makeBroadcastId(nowMs, random)).success).toBe(true);
      }),
    );
  });

  it('sorts by time', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31),
        fc.integer({ min: 1, max: 2 ** 31 }),
        anyRandom,
        anyRandom,
        (nowMs, laterMs, one, other) => {
          expect(makeBroadcastId(nowMs, one) < makeBroadcastId(nowMs + laterMs, other)).toBe(true);
        },
      ),
    );
  });

  it('differs where the randomness does', () => {
    const random = new Uint8Array(16);
    expect(makeBroadcastId(1, random)).not.toBe(makeBroadcastId(1, random.with(10, 1)));
  });
});
