import { BroadcastId, ChannelId, THUMBNAIL_SLOT_MS, thumbnailKey } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { storyboardVtt } from '../thumbnails/storyboard-vtt.ts';
import { NO_STORYBOARDS, withSprite } from '../thumbnails/storyboards.ts';
import { slotOf, storyboardTiles, thumbnailUrl, tileAt } from './storyboard.ts';

const VTT_URL = 'https://edge.test/live/demo/b1/storyboard.vtt';
const TILE = { tileWidthPx: 160, tileHeightPx: 90 };

/** As the edge writes it: seven tiles, and a hole of two slots before the next two. */
const EDGES = storyboardVtt(
  [
    { firstSlot: 0, tileCount: 7, ...TILE },
    { firstSlot: 9, tileCount: 2, ...TILE },
  ].reduce(withSprite, NO_STORYBOARDS),
);

describe('the tiles of a storyboard', () => {
  const tiles = storyboardTiles(EDGES, VTT_URL);

  it('are read out of what the edge writes', () => {
    expect(tiles).toHaveLength(9);
    expect(tiles[6]).toEqual({
      fromMs: 30_000,
      toMs: 35_000,
      imageUrl: 'https://edge.test/live/demo/b1/storyboards/0-7.jpg',
      leftPx: 160,
      topPx: 90,
      widthPx: 160,
      heightPx: 90,
    });
  });

  it('are found by a time, and none where there is none', () => {
    const at = (timeMs: number) => tileAt(tiles, timeMs)?.fromMs;
    expect([0, 4_999, 5_000, 34_999].map(at)).toEqual([0, 0, 5_000, 30_000]);
    expect([-1, 35_000, 44_999, 45_000, 54_999, 55_000].map(at)).toEqual([
      undefined,
      undefined,
      undefined,
      45_000,
      50_000,
      undefined,
    ]);
    expect(tileAt([], 0)).toBeUndefined();
  });

  it('are the same with other line ends, cue names and hours of more digits', () => {
    const other = 'WEBVTT\r\n\r\nfirst\r\n123:00:05.000 --> 123:00:10.000\r\na.jpg#xywh=pixel:0,0,16,9\r\n';
    expect(storyboardTiles(other, VTT_URL)).toMatchObject([{ fromMs: (123 * 3_600 + 5) * 1_000, widthPx: 16 }]);
    expect(storyboardTiles('WEBVTT\n\n00:05.000 --> 00:10.000\na.jpg#xywh=0,0,16,9', VTT_URL)).toMatchObject([
      { fromMs: 5_000 },
    ]);
  });

  it.each([
    '',
    'WEBVTT',
    '<html>',
    'WEBVTT\n\n00:00.000 --> 00:05.000\nno area',
    'WEBVTT\n\n00:00.000 --> 00:05.000\na.jpg#xywh=1,2',
    'WEBVTT\n\nsoon --> later\na.jpg#xywh=0,0,16,9',
    'WEBVTT\n\n00:00.000 --> 00:05.000\nhttps://#xywh=0,0,16,9',
    'WEBVTT\n\n00:00.000 --> 00:05.000',
  ])('are none in %j', (text) => {
    expect(storyboardTiles(text, VTT_URL)).toEqual([]);
  });

  it('are not more than two days of them', () => {
    const cue = '\n\n00:00.000 --> 00:05.000\na.jpg#xywh=0,0,16,9';
    expect(storyboardTiles(`WEBVTT${cue.repeat(35_010)}`, VTT_URL)).toHaveLength(35_000);
  });
});

it('a slot has the thumbnail that is stored for it', () => {
  expect([-1, 0, 4_999, 5_000].map(slotOf)).toEqual([undefined, 0, 0, 1]);
  expect(slotOf(7 * THUMBNAIL_SLOT_MS)).toBe(7);
  const place = { channelId: ChannelId.parse('demo'), broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63') };
  expect(thumbnailUrl(`https://edge.test/live/demo/${place.broadcastId}`, 7)).toBe(
    `https://edge.test/live/${thumbnailKey(place, 7)}`,
  );
});
