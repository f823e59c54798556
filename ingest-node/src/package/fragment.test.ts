import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fragment } from './fragment.ts';
import { readChunks } from './read-back.ts';

/** sample_depends_on = 2; and sample_depends_on = 1 with sample_is_non_sync_sample (ISO/IEC 14496-12 §8.8.3.1). */
const SYNC = 0x02000000;
const NON_SYNC = 0x01010000;
/** Of the track that the chunks below are of. */
const trackId = 2;
const NOW_MS = Date.UTC(2026, 10, 24, 12, 0, 0, 123);

const samples = fc.array(fc.record({ isSync: fc.boolean(), payload: fc.uint8Array({ maxLength: 50 }) }), {
  minLength: 1,
  maxLength: 12,
});

describe('a chunk', () => {
  it('is read back as it was written, whatever samples it has', () => {
    fc.assert(
      fc.property(
        samples,
        fc.boolean(),
        fc.record({ sequenceNumber: fc.nat(), startTicks: fc.maxSafeNat(), sampleDurationTicks: fc.nat(100_000) }),
        (written, isSyncByDefault, numbers) => {
          const bytes = fragment({ trackId, ...numbers, samples: written, isSyncByDefault, finishedAtMs: NOW_MS });
          const [chunk, second] = readChunks(bytes);
          expect(second).toBeUndefined();
          expect(chunk?.trackId).toBe(trackId);
          expect(chunk).toMatchObject({ sequenceNumber: numbers.sequenceNumber, startTicks: numbers.startTicks });
          expect(chunk?.durationTicks).toBe(written.length * numbers.sampleDurationTicks);
          expect(chunk?.samples.map(({ flags }) => flags)).toEqual(
            written.map((each) => (each.isSync ? SYNC : NON_SYNC)),
          );
          expect(chunk?.samples.map(({ payload }) => [...payload])).toEqual(written.map((each) => [...each.payload]));
        },
      ),
    );
  });

  it('tells when it was finished, and of which media time (rules A6.47, A6.51)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Date.UTC(2036, 0) }), (finishedAtMs) => {
        const payload = Uint8Array.of(1);
        const bytes = fragment({
          trackId,
          sequenceNumber: 1,
          startTicks: 5_000_000_000,
          sampleDurationTicks: 1_000,
          samples: [{ isSync: true, payload }],
          isSyncByDefault: true,
          finishedAtMs,
        });
        const producer = readChunks(bytes)[0]?.producer;
        expect(producer).toMatchObject({ trackId, mediaTicks: 5_000_000_000, flags: 0x2 });
        expect(Math.abs((producer?.wallMs ?? 0) - finishedAtMs)).toBeLessThan(0.001);
      }),
    );
  });

  it('spends four bytes a sample where all but the first are alike', () => {
    const sizeOf = (count: number) => {
      const made = Array.from({ length: count }, (_, index) => ({ isSync: index === 0, payload: new Uint8Array(0) }));
      const numbers = { sequenceNumber: 1, startTicks: 0, sampleDurationTicks: 1_000, finishedAtMs: NOW_MS };
      return fragment({ trackId, ...numbers, samples: made, isSyncByDefault: false }).length;
    };
    expect(sizeOf(20) - sizeOf(10)).toBe(40);
  });
});
