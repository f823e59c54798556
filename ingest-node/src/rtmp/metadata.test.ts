import { describe, expect, it } from 'vitest';
import { type AmfValue, amfObject } from './amf-value.ts';
import { readMetadata } from './metadata.ts';

const metadataOf = (members: Readonly<Record<string, AmfValue>>) =>
  readMetadata({ name: 'onMetaData', args: [amfObject(members)] });

it('reads what encoders say, in our units', () => {
  expect(
    metadataOf({
      width: 1_280,
      height: 720,
      framerate: 29.97,
      videodatarate: 2_500,
      audiodatarate: 128,
      encoder: 'Encoder 1.0',
      stereo: true,
    }),
  ).toEqual({
    kind: 'metadata',
    widthPx: 1_280,
    heightPx: 720,
    frameRate: 29.97,
    videoBitrateBps: 2_500_000,
    audioBitrateBps: 128_000,
    encoder: 'Encoder 1.0',
  });
});

it('reads it behind @setDataFrame, and from an ECMA array', () => {
  const members = new Map<string, AmfValue>([['width', 640]]);
  expect(readMetadata({ name: '@setDataFrame', args: ['onMetaData', { kind: 'ecma-array', members }] })).toEqual({
    kind: 'metadata',
    widthPx: 640,
  });
});

describe('what is no metadata', () => {
  it.each([
    { name: 'onTextData', args: [amfObject({ width: 1 })] },
    { name: '@setDataFrame', args: ['other', amfObject({ width: 1 })] },
    { name: '@clearDataFrame', args: ['onMetaData'] },
    { name: 'onMetaData', args: [] },
    { name: 'onMetaData', args: ['text'] },
  ])('is left out: %o', (data) => {
    expect(readMetadata(data)).toBeUndefined();
  });
});

it('leaves out numbers that cannot be meant', () => {
  for (const width of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 16_385, '640', null]) {
    expect(metadataOf({ width })).toEqual({ kind: 'metadata' });
  }
  expect(metadataOf({ width: 16_384 })).toEqual({ kind: 'metadata', widthPx: 16_384 });
});

it('keeps a name from writing lines into a log, and from being a novel', () => {
  expect(metadataOf({ encoder: 'a\nb\x1b[31m' })?.encoder).toBe('a b [31m');
  expect(metadataOf({ encoder: 'x'.repeat(500) })?.encoder).toHaveLength(128);
  expect(metadataOf({ encoder: '' })).toEqual({ kind: 'metadata' });
});
