import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BroadcastId, ChannelId, RenditionId } from './ids.ts';
import {
  initFileName,
  initKey,
  type MediaFile,
  parseMediaFileName,
  partFileName,
  partKey,
  renditionPrefix,
  segmentFileName,
  segmentKey,
} from './object-keys.ts';

const place = {
  channelId: ChannelId.parse('demo'),
  broadcastId: BroadcastId.parse('0123456789abcdef'),
  renditionId: RenditionId.parse('v720'),
};

const file: fc.Arbitrary<MediaFile> = fc.oneof(
  fc.record({ kind: fc.constant('init' as const), initVersion: fc.integer({ min: 0, max: 65_535 }) }),
  fc.record({
    kind: fc.constant('part' as const),
    msn: fc.integer({ min: 1, max: 9_999_999_999 }),
    partIndex: fc.integer({ min: 0, max: 255 }),
  }),
  fc.record({ kind: fc.constant('segment' as const), msn: fc.integer({ min: 1, max: 9_999_999_999 }) }),
);

function nameOf(media: MediaFile): string {
  if (media.kind === 'init') return initFileName(media.initVersion);
  return media.kind === 'part' ? partFileName(media.msn, media.partIndex) : segmentFileName(media.msn);
}

function keyOf(media: MediaFile): string {
  if (media.kind === 'init') return initKey(place, media.initVersion);
  return media.kind === 'part' ? partKey(place, media.msn, media.partIndex) : segmentKey(place, media.msn);
}

describe('a media file name', () => {
  it('is read as what it was written from', () => {
    fc.assert(
      fc.property(file, (media) => {
        expect(parseMediaFileName(nameOf(media))).toEqual(media);
      }),
    );
  });

  it('is the only name of its file: what is read and written again is the same text', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 20 }),
      fc.stringMatching(/^(init-)?[0-9]{0,6}(\.[0-9]{1,4})?\.(m4s|mp4)$/),
    );
    fc.assert(
      fc.property(text, (fileName) => {
        const media = parseMediaFileName(fileName);
        if (media !== undefined) expect(nameOf(media)).toBe(fileName);
      }),
    );
  });

  it.each([
    '',
    '1',
    '.m4s',
    '0.m4s',
    '01.m4s',
    '-1.m4s',
    '1.mp4',
    '1.m4s ',
    ' 1.m4s',
    '1.m4s\n',
    '1.00.m4s',
    '1.1000.m4s',
    '1.-1.m4s',
    '1.0.0.m4s',
    '0.0.m4s',
    '12345678901.m4s',
    '1e3.m4s',
    '٣.m4s',
    'init.mp4',
    'init-.mp4',
    'init-00.mp4',
    'init-100000.mp4',
    'init-0.m4s',
    '../1.m4s',
    'v720/1.m4s',
  ])('is not %j', (fileName) => expect(parseMediaFileName(fileName)).toBeUndefined());
});

describe('an object key', () => {
  it('lies below its rendition, and ends with the name that URLs have too', () => {
    expect(renditionPrefix(place)).toBe('demo/0123456789abcdef/v720/');
    expect(initKey(place, 0)).toBe('demo/0123456789abcdef/v720/init-0.mp4');
    expect(partKey(place, 7, 3)).toBe('demo/0123456789abcdef/v720/7.3.m4s');
    expect(segmentKey(place, 7)).toBe('demo/0123456789abcdef/v720/7.m4s');
    fc.assert(
      fc.property(file, (media) => {
        expect(keyOf(media)).toBe(renditionPrefix(place) + nameOf(media));
      }),
    );
  });

  it('belongs to one object only', () => {
    fc.assert(
      fc.property(file, file, (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });
});
