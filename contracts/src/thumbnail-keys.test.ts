import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BroadcastId, ChannelId } from './ids.ts';
import {
  parseSpriteFileName,
  parseThumbnailFileName,
  spriteFileName,
  spriteKey,
  thumbnailFileName,
  thumbnailKey,
} from './thumbnail-keys.ts';

const place = { channelId: ChannelId.parse('demo'), broadcastId: BroadcastId.parse('0123456789abcdef') };
const slot = fc.integer({ min: 0, max: 1_728_000 });
const sprite = fc.record({ firstSlot: slot, tileCount: fc.integer({ min: 1, max: 25 }) });

describe('the name of an image', () => {
  it('is read as what it was written from', () => {
    fc.assert(
      fc.property(slot, sprite, (one, other) => {
        expect(parseThumbnailFileName(thumbnailFileName(one))).toBe(one);
        expect(parseSpriteFileName(spriteFileName(other))).toEqual(other);
      }),
    );
  });

  it('is the only one of its image: what is read and written again is the same text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{0,8}(-[0-9]{0,3})?\.jpg$/), (text) => {
        const [one, other] = [parseThumbnailFileName(text), parseSpriteFileName(text)];
        if (one !== undefined) expect(thumbnailFileName(one)).toBe(text);
        if (other !== undefined) expect(spriteFileName(other)).toBe(text);
      }),
    );
  });

  it.each(['', '1', '.jpg', '01.jpg', '-1.jpg', '1.png', '1.jpg ', '12345678.jpg', '1e3.jpg', '٣.jpg', '../1.jpg'])(
    'is, of a thumbnail, not %j',
    (name) => expect(parseThumbnailFileName(name)).toBeUndefined(),
  );

  it.each(['', '0.jpg', '0-.jpg', '-1.jpg', '0-0.jpg', '0-26.jpg', '0-100.jpg', '00-5.jpg', '0-05.jpg', '0-5-1.jpg'])(
    'is, of a sprite, not %j',
    (name) => expect(parseSpriteFileName(name)).toBeUndefined(),
  );
});

describe('the key of an image', () => {
  it('lies below its broadcast, in a folder that no rendition has', () => {
    expect(thumbnailKey(place, 7)).toBe('demo/0123456789abcdef/thumbnails/7.jpg');
    expect(spriteKey(place, { firstSlot: 25, tileCount: 3 })).toBe('demo/0123456789abcdef/storyboards/25-3.jpg');
  });
});
