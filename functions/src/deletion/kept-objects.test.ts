import { BroadcastId, ClipSegments } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKeptByClips, redundantParts } from './kept-objects.ts';

const broadcastId = BroadcastId.parse('0mxyz0000o1234567890abcd');
const PREFIX = `one/${broadcastId}`;
const clip = {
  broadcastId,
  images: { firstSlot: 30, lastSlot: 32, pictureSlot: 7 },
  segments: [
    ClipSegments.parse({ renditionId: 'v720', firstMsn: 3, lastMsn: 5 }),
    ClipSegments.parse({ renditionId: 'a128', firstMsn: 2, lastMsn: 5 }),
  ],
};

describe('an object that clips need', () => {
  it.each([
    ['v720/3.m4s', true],
    ['v720/5.m4s', true],
    ['v720/2.m4s', false],
    ['v720/6.m4s', false],
    ['v720/3.0.m4s', true],
    ['v720/6.0.m4s', false],
    ['v720/init-0.mp4', true],
    ['v720/init-17.mp4', true],
    ['a128/2.m4s', true],
    ['v480/3.m4s', false],
    ['v480/init-0.mp4', false],
    ['v720/other.txt', false],
    ['thumbnails/29.jpg', false],
    ['thumbnails/30.jpg', true],
    ['thumbnails/32.jpg', true],
    ['thumbnails/33.jpg', false],
    ['thumbnails/7.jpg', true],
    ['thumbnails/07.jpg', false],
    ['thumbnails/3.m4s', false],
    ['storyboards/0-25.jpg', false],
    ['storyboards/5-25.jpg', false],
    ['storyboards/6-25.jpg', true],
    ['storyboards/32-1.jpg', true],
    ['storyboards/33-25.jpg', false],
    ['storyboards/30.jpg', false],
    ['v720/deeper/3.m4s', false],
  ])('%s: %s', (file, isKept) => {
    expect(isKeptByClips(`${PREFIX}/${file}`, [clip])).toBe(isKept);
    expect(isKeptByClips(`one/0mxyz0001o1234567890abcd/${file}`, [clip])).toBe(false);
    expect(isKeptByClips(`${PREFIX}/${file}`, [])).toBe(false);
  });
});

it('images are kept by no clip of an edge that told of none', () => {
  const { images: _, ...older } = clip;
  expect(isKeptByClips(`${PREFIX}/thumbnails/30.jpg`, [older])).toBe(false);
  expect(isKeptByClips(`${PREFIX}/v720/3.m4s`, [older])).toBe(true);
});

describe('parts', () => {
  const inByteOrder = (keys: string[]) => [...keys].sort((a, b) => (a < b ? -1 : 1));

  it('are redundant where their segment is, and nothing else is', () => {
    const keys = inByteOrder([
      `${PREFIX}/v720/9.0.m4s`,
      `${PREFIX}/v720/9.1.m4s`,
      `${PREFIX}/v720/9.m4s`,
      `${PREFIX}/v720/10.0.m4s`,
      `${PREFIX}/v720/10.1.m4s`,
      `${PREFIX}/v720/11.m4s`,
      `${PREFIX}/v720/init-0.mp4`,
      `${PREFIX}/a128/9.0.m4s`,
    ]);
    expect(redundantParts(keys)).toEqual([`${PREFIX}/v720/9.0.m4s`, `${PREFIX}/v720/9.1.m4s`]);
  });

  it('are told apart whatever is there', () => {
    const file = fc.tuple(
      fc.constantFrom('v720', 'a128'),
      fc.integer({ min: 1, max: 120 }),
      fc.integer({ min: -1, max: 11 }),
    );
    fc.assert(
      fc.property(fc.uniqueArray(file, { selector: String, maxLength: 60 }), (files) => {
        const name = ([rendition, msn, part]: readonly [string, number, number]) =>
          `${PREFIX}/${rendition}/${msn}${part < 0 ? '' : `.${part}`}.m4s`;
        const all = new Set(files.map(name));
        const expected = files.filter(([rendition, msn, part]) => part >= 0 && all.has(name([rendition, msn, -1])));
        expect(new Set(redundantParts(inByteOrder([...all])))).toEqual(new Set(expected.map(name)));
      }),
    );
  });
});
