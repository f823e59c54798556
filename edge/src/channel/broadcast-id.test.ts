import { BroadcastId, isPrivateBroadcast } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeBroadcastId } from './broadcast-id.ts';

const anyRandom = fc.uint8Array({ minLength: 10, maxLength: 16 });

describe('a broadcast id', () => {
  it('is one that contracts allow, and tells whether it is private, whatever the randomness', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Date.UTC(5_000, 0) }),
        anyRandom,
        fc.boolean(),
        (nowMs, random, isPrivate) => {
          const broadcastId = makeBroadcastId({ nowMs, random, isPrivate });
          expect(BroadcastId.safeParse(broadcastId).success).toBe(true);
          expect(isPrivateBroadcast(broadcastId)).toBe(isPrivate);
        },
      ),
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
          const earlier = makeBroadcastId({ nowMs, random: one, isPrivate: true });
          expect(earlier < makeBroadcastId({ nowMs: nowMs + laterMs, random: other, isPrivate: false })).toBe(true);
        },
      ),
    );
  });

  it('differs where the randomness does', () => {
    const random = new Uint8Array(16);
    const known = { nowMs: 1, isPrivate: false };
    expect(makeBroadcastId({ ...known, random })).not.toBe(makeBroadcastId({ ...known, random: random.with(9, 1) }));
  });
});
