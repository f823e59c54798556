import { mediaGrid, type PartAnnounced } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { gapParts } from './gap-parts.ts';
import { Packager } from './packager.ts';
import { A128, audioFrame, fakeBroadcast, V720, videoFrame } from './packaging-fixture.ts';

const at = (msn: number, partIndex: number) => ({ msn, partIndex });

describe.each([
  { num: 30, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1_001 },
])('the parts that nobody made, at $num/$den', (frameRate) => {
  const broadcast = fakeBroadcast('low', frameRate);
  const grid = mediaGrid('low', frameRate);
  const rendition = (id: string) => {
    const found = broadcast.description.renditions.find((each) => each.id === id);
    if (found === undefined) throw new Error(id);
    return found;
  };

  /** What a packager would have announced of the first three segments. */
  function made(id: typeof V720 | typeof A128): PartAnnounced[] {
    const packager = new Packager(broadcast);
    const parts: PartAnnounced[] = [];
    for (let index = 0; parts.length < 12; index += 1) {
      const frame = id === A128 ? audioFrame(index) : videoFrame(V720, grid, index);
      const part = packager.push(frame, 0);
      if (part !== undefined) parts.push(part.announced);
    }
    return parts;
  }

  it.each([V720, A128])('lie exactly where those of %s would have been', (id) => {
    const gaps = gapParts(broadcast.description, rendition(id), { from: at(1, 0), until: at(4, 0) });
    const expected = made(id).map((part) => ({ ...part, isGap: true, sizeBytes: 0, isIndependent: false }));
    expect(gaps).toEqual(expected);
  });

  it('begin with the one that is due and end before the first that is there', () => {
    const gaps = gapParts(broadcast.description, rendition(V720), { from: at(2, 3), until: at(3, 1) });
    expect(gaps.map(({ msn, partIndex, isLastOfSegment }) => [msn, partIndex, isLastOfSegment])).toEqual([
      [2, 3, true],
      [3, 0, false],
    ]);
  });

  it('are none where nothing is missing, or where it is there already', () => {
    for (const until of [at(2, 3), at(1, 0)]) {
      expect(gapParts(broadcast.description, rendition(V720), { from: at(2, 3), until })).toEqual([]);
    }
  });
});
