import { describe, expect, it } from 'vitest';
import { readBoxes, theBox, u32At } from '../mux/box.ts';
import { joinedBytes } from '../testing/test-publisher.ts';
import { piecesBytes } from './box-pieces.ts';
import type { FragmentSample } from './fragment.ts';
import { SampleTable } from './sample-table.ts';

const MB = 1_000_000;
const HOURS_12_S = 12 * 3_600;

function sample(changes: Partial<FragmentSample> = {}): FragmentSample {
  return { durationTicks: 10, sizeBytes: 100, isSync: true, compositionTicks: 0, ...changes };
}

function boxesOf(table: SampleTable) {
  return readBoxes(joinedBytes(...table.boxes()));
}

function numbersOf(table: SampleTable, type: string): number[] {
  const { body } = theBox(joinedBytes(...table.boxes()), type);
  return Array.from({ length: body.length / 4 }, (_, index) => u32At(body, index * 4));
}

/** Chunks of so many samples each, one behind the other. */
function tableOf(chunkCount: number, samples: readonly FragmentSample[], stepBytes = 1_000): SampleTable {
  const table = new SampleTable();
  for (let chunk = 0; chunk < chunkCount; chunk += 1) {
    table.addChunk({ offsetBytes: chunk * stepBytes, descriptionIndex: 1, samples });
  }
  return table;
}

describe('the tables of a track', () => {
  it('say once what is the same of many samples', () => {
    const table = tableOf(50, [sample(), sample(), sample()]);
    expect(boxesOf(table).map(({ type }) => type)).toEqual(['stts', 'stsc', 'stsz', 'stco']);
    expect(numbersOf(tableOf(50, [sample(), sample(), sample()]), 'stts')).toEqual([0, 1, 150, 10]);
    expect(numbersOf(tableOf(50, [sample(), sample(), sample()]), 'stsc')).toEqual([0, 1, 1, 3, 1]);
  });

  it('tell apart what can be begun with, and what is shown later than it is decoded', () => {
    const late = sample({ isSync: false, compositionTicks: 20 });
    const table = () => tableOf(2, [sample(), late, late]);
    expect(boxesOf(table()).map(({ type }) => type)).toEqual(['stts', 'ctts', 'stss', 'stsc', 'stsz', 'stco']);
    expect(numbersOf(table(), 'stss')).toEqual([0, 2, 1, 4]);
    expect(numbersOf(table(), 'ctts')).toEqual([0, 4, 1, 0, 2, 20, 1, 0, 2, 20]);
    // ISO/IEC 14496-12 §8.6.1.3: signed in version 1.
    const early = numbersOf(tableOf(1, [sample(), sample({ compositionTicks: -10 })]), 'ctts');
    expect(early).toEqual([0x0100_0000, 2, 1, 0, 1, 0xffff_fff6]);
  });

  it('have offsets of 64 bits where a file is larger than 4 GiB, and else of 32', () => {
    const below = tableOf(2, [sample()], 2 ** 32 - 1);
    expect(numbersOf(below, 'stco')).toEqual([0, 2, 0, 0xffff_ffff]);
    const above = () => tableOf(3, [sample()], 3 * 2 ** 31);
    expect(boxesOf(above()).map(({ type }) => type)).not.toContain('stco');
    expect(numbersOf(above(), 'co64')).toEqual([0, 3, 0, 0, 1, 0x8000_0000, 3, 0]);
  });

  it('change the length of the last sample alone', () => {
    const table = tableOf(1, [sample(), sample(), sample()]);
    table.changeLast(1_000);
    table.addChunk({ offsetBytes: 9_000, descriptionIndex: 2, samples: [sample()] });
    expect(table.durationTicks).toBe(1_030);
    expect(numbersOf(table, 'stts')).toEqual([0, 3, 2, 10, 1, 1_000, 1, 10]);
  });

  it('go on over the end of a page', () => {
    const table = new SampleTable();
    for (let index = 0; index < 40_000; index += 1) {
      table.addChunk({
        offsetBytes: index,
        descriptionIndex: 1,
        samples: [sample({ sizeBytes: index, durationTicks: index % 3 })],
      });
    }
    const bytes = joinedBytes(...table.boxes());
    const sizes = theBox(bytes, 'stsz').body;
    const offsets = theBox(bytes, 'stco').body;
    for (const index of [0, 8_191, 8_192, 16_383, 16_384, 39_999]) {
      expect([u32At(sizes, 12 + index * 4), u32At(offsets, 8 + index * 4)]).toEqual([index, index]);
    }
    expect(u32At(theBox(bytes, 'stts').body, 4)).toBe(40_000);
  });

  it('of twelve hours of 60 fps and of AAC, in the shortest parts, fit into an isolate three times', () => {
    const pictures = Array.from({ length: 16 }, (_, index) => sample({ isSync: index === 0 }));
    const picture = tableOf((HOURS_12_S * 60) / 16, pictures, 200_000);
    const sounds = Array.from({ length: 12 }, () => sample());
    const sound = tableOf(Math.ceil((HOURS_12_S * 48_000) / 1_024 / sounds.length), sounds, 5_000);
    expect([picture.sampleCount, sound.sampleCount]).toEqual([2_592_000, 2_025_000]);
    expect(picture.sizeBytes + sound.sizeBytes).toBeLessThan(24 * MB);
    // They are written as they are: what is made anew is the offsets, where these are short.
    const pieces = picture.boxes();
    expect(piecesBytes(pieces)).toBeLessThan(picture.sizeBytes);
  });
});
