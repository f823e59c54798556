import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIO_INIT, VIDEO_INIT } from '../mux/fixtures/init-segments.ts';
import { testFragment } from '../testing/test-fragment.ts';
import { joinedBytes } from '../testing/test-publisher.ts';
import { ExportError } from './export-error.ts';
import type { Fragment } from './fragment.ts';
import { FragmentReader } from './fragment-reader.ts';
import { readTrackInit } from './track-init.ts';

const INIT = readTrackInit(VIDEO_INIT, 'video');

function samples(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    durationTicks: 1_000,
    isSync: index === 0,
    compositionTicks: index * 1_000 - 1_000,
    bytes: new Uint8Array(20 + index),
  }));
}

const FILE = joinedBytes(
  testFragment({ trackId: 1, startTicks: 2 ** 33, samples: samples(5), style: 'ours' }),
  testFragment({ trackId: 1, startTicks: 2 ** 33 + 5_000, samples: samples(3), style: 'each' }),
  testFragment({ trackId: 1, startTicks: 2 ** 33 + 8_000, samples: samples(4), style: 'two-runs' }),
);

function readAll(pieces: readonly Uint8Array[]): Fragment[] {
  const reader = new FragmentReader(INIT);
  const fragments: Fragment[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let next = reader.next(); next !== undefined; next = reader.next()) fragments.push(next);
  }
  reader.finish();
  return fragments;
}

function isRefused(file: Uint8Array): boolean {
  try {
    readAll([file]);
    return false;
  } catch (error) {
    if (error instanceof ExportError) return true;
    throw error;
  }
}

describe('the fragments of a segment', () => {
  it('are where and when their boxes say', () => {
    const [first, second, third] = readAll([FILE]);
    expect(first?.startTicks).toBe(2 ** 33);
    expect(first?.runs[0]?.samples[1]).toEqual({
      durationTicks: 1_000,
      sizeBytes: 21,
      isSync: false,
      compositionTicks: 0,
    });
    expect(second?.runs[0]?.samples.map(({ compositionTicks }) => compositionTicks)).toEqual([-1_000, 0, 1_000]);
    expect(third?.runs.map((run) => run.samples.length)).toEqual([2, 2]);
    const [one, two] = third?.runs ?? [];
    expect((two?.offsetBytes ?? 0) - (one?.offsetBytes ?? 0)).toBe(20 + 21);
    expect(FILE.length).toBe((two?.offsetBytes ?? 0) + 22 + 23);
  });

  it('are the same however the bytes are split', () => {
    const whole = readAll([FILE]);
    for (let at = 1; at < FILE.length; at += 1) {
      expect(readAll([FILE.subarray(0, at), FILE.subarray(at)])).toEqual(whole);
    }
    expect(readAll(Array.from(FILE, (_, at) => FILE.subarray(at, at + 1)))).toEqual(whole);
  });

  it('are refused where the file ends too early, wherever that is', () => {
    for (let at = 1; at < FILE.length; at += 1) {
      // Between two of them it is a shorter segment: whoever knows its size sees that.
      const isBetween = [0, 1, 2].some((count) => isEndOf(at, count));
      expect([at, isRefused(FILE.slice(0, at))]).toEqual([at, !isBetween]);
    }
  });

  it('are refused, and nothing worse, whatever bytes are changed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(FILE.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (changes) => {
          const changed = FILE.slice();
          for (const [at, value] of changes) changed[at] = value;
          isRefused(changed);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('of another track, of samples elsewhere, or too large to be held are refused', () => {
    const other = testFragment({ trackId: 2, startTicks: 0, samples: samples(2), style: 'ours' });
    const huge = testFragment({
      trackId: 1,
      startTicks: 0,
      samples: Array.from({ length: 20_000 }, () => samples(1)).flat(),
      style: 'each',
    });
    expect([isRefused(other), isRefused(huge)]).toEqual([true, true]);
    const elsewhere = FILE.slice();
    const trunAt = elsewhere.findIndex((_, at) => String.fromCharCode(...elsewhere.subarray(at, at + 4)) === 'trun');
    new DataView(elsewhere.buffer).setUint32(trunAt + 12, 8);
    expect(isRefused(elsewhere)).toBe(true);
  });
});

/** Where one of the fragments ends, or the box before its moof. */
function isEndOf(at: number, count: number): boolean {
  const ends = [FILE.length];
  const starts: number[] = [];
  for (let box = 0; box < FILE.length; ) {
    const type = String.fromCharCode(...FILE.subarray(box + 4, box + 8));
    if (type === 'prft') starts.push(box, box + new DataView(FILE.buffer).getUint32(box));
    box += new DataView(FILE.buffer).getUint32(box);
  }
  return [...starts, ...ends].includes(at) && count === 0;
}

describe('an init segment', () => {
  it('says what an export has to know', () => {
    expect(INIT).toMatchObject({ trackId: 1, timescaleHz: 30_000, mediaTimeTicks: 0, silence: undefined });
    expect([INIT.widthFixed, INIT.heightFixed]).toEqual([160 * 65_536, 90 * 65_536]);
    const sound = readTrackInit(AUDIO_INIT, 'audio');
    expect(sound).toMatchObject({ trackId: 2, timescaleHz: 48_000, silence: { frameTicks: 1_024 } });
  });

  it('is refused, and nothing worse, whatever bytes are changed', () => {
    for (const [bytes, kind] of [
      [VIDEO_INIT, 'video'],
      [AUDIO_INIT, 'audio'],
    ] as const) {
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
          (changes) => {
            const changed = bytes.slice();
            for (const [at, value] of changes) changed[at] = value;
            try {
              readTrackInit(changed, kind);
            } catch (error) {
              expect(error).toBeInstanceOf(ExportError);
            }
          },
        ),
        { numRuns: 1_000 },
      );
    }
  });

  it('of sound whose frames cannot be made silent is refused', () => {
    const configAt = AUDIO_INIT.findIndex((_, at) => AUDIO_INIT[at] === 5 && AUDIO_INIT[at + 1] === 5) + 2;
    for (const [first, second] of [
      [0x29, 0x90],
      [0x11, 0x80],
      [0x11, 0x94],
      [0x12, 0x10],
    ]) {
      const changed = AUDIO_INIT.slice();
      changed.set([first ?? 0, second ?? 0], configAt);
      expect(() => readTrackInit(changed, 'audio')).toThrow(ExportError);
    }
  });
});
