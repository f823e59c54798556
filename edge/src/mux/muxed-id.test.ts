import { describe, expect, it } from 'vitest';
import { A128, V720 } from '../testing/test-broadcast.ts';
import { ListedId, MuxedId, muxedId, muxedTracks } from './muxed-id.ts';

describe('the id of a muxed rendition', () => {
  it('names a picture and a sound, and is read back', () => {
    const id = muxedId({ videoId: V720, audioId: A128 });
    expect(id).toBe('v720+a128');
    expect(muxedTracks(id)).toEqual({ videoId: V720, audioId: A128 });
    expect(muxedTracks(MuxedId.parse('v1080-60+a128-en'))).toEqual({ videoId: 'v1080-60', audioId: 'a128-en' });
  });

  it.each([
    'v720',
    'a128+v720',
    'v720+v360',
    'a128+a64',
    'v720+a128+a64',
    'v720+',
    '+a128',
    'v720 a128',
    'v720%2Ba128',
    'v720++a128',
    'v720+a128/',
    'V720+a128',
    '',
  ])('has one form, and this is not it: "%s"', (text) => {
    expect(MuxedId.safeParse(text).success).toBe(false);
  });

  it('is an id that a playlist can be of, as are those of what is encoded, and nothing else', () => {
    for (const id of ['v720', 'a128', 'v720+a128']) expect(ListedId.parse(id)).toBe(id);
    expect(muxedTracks(ListedId.parse('a128'))).toBeUndefined();
    for (const id of ['x1', 'v720+v360', '../x']) expect(ListedId.safeParse(id).success).toBe(false);
  });
});
