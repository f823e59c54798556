import { expect, it } from 'vitest';
import { wholeSegments } from './kill-witness.ts';

it('sees the segments of a playlist that are whole, the first one too, and none that is a gap', () => {
  const playlist = [
    '#EXTM3U',
    '#EXT-X-GAP',
    '#EXTINF:2,',
    'v360/1.m4s',
    '#EXTINF:2,',
    'v360/2.m4s?init=0',
    '#EXT-X-GAP',
    '#EXTINF:2,',
    '../../live/kills/b/v360/3.m4s',
    '#EXT-X-PART:DURATION=0.5,URI="v360/4.0.m4s"',
    '#EXTINF:2,',
    'v360/4.m4s',
    '#EXT-X-PART:DURATION=0.5,URI="v360/5.0.m4s"',
  ];
  expect(wholeSegments(playlist.join('\n'))).toEqual([2, 4]);
});
