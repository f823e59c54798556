import { describe, expect, it } from 'vitest';
import { pictureAt, readStoryboard, tileAt } from './storyboard.ts';

const ADDRESS = 'https://live.example/t/a.b.c/live/demo/0mgx/storyboard.vtt';
const TEXT = `WEBVTT

00:00:00.000 --> 00:00:05.000
storyboards/0-25.jpg#xywh=0,0,160,90

00:00:05.000 --> 00:00:10.000
storyboards/0-25.jpg#xywh=160,0,160,90

01:00:00.000 --> 01:00:05.000
storyboards/720-1.jpg#xywh=0,0,160,90
`;

describe('a storyboard', () => {
  it('is read as tiles, with addresses below the token that it came under', () => {
    const tiles = readStoryboard(TEXT, ADDRESS);
    expect(tiles.map(({ fromMs }) => fromMs)).toEqual([0, 5_000, 3_600_000]);
    expect(tiles[1]).toEqual({
      ...{ fromMs: 5_000, toMs: 10_000, xPx: 160, yPx: 0, widthPx: 160, heightPx: 90 },
      imageUrl: 'https://live.example/t/a.b.c/live/demo/0mgx/storyboards/0-25.jpg',
    });
  });

  it('is read whatever its lines end with, with hours or without', () => {
    const short = TEXT.replaceAll('00:00:', '00:').replaceAll('\n', '\r\n');
    expect(readStoryboard(short, ADDRESS)).toEqual(readStoryboard(TEXT, ADDRESS));
  });

  it.each([
    ['nothing', ''],
    ['no storyboard yet', 'WEBVTT\n'],
    ['words in the place of pictures', 'WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nHello\n'],
    ['pictures of another site', 'WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nhttps://evil.example/1.jpg#xywh=0,0,1,1\n'],
    ['tiles without a size', 'WEBVTT\n\n00:00:00.000 --> 00:00:05.000\na.jpg#xywh=0,0,0,0\n'],
  ])('of %s has no tiles', (_what, text) => {
    expect(readStoryboard(text, ADDRESS)).toEqual([]);
  });

  it.each([
    [0, 0],
    [4_999, 0],
    [5_000, 5_000],
    [3_599_999, 5_000],
    [9_000_000, 3_600_000],
    [-1, 0],
  ])('shows at %i ms the tile of %i ms', (atMs, fromMs) => {
    expect(tileAt(readStoryboard(TEXT, ADDRESS), atMs)?.fromMs).toBe(fromMs);
  });

  it('goes on with thumbnails where its sprites end, as far as they are made', () => {
    const tiles = readStoryboard(TEXT, ADDRESS).slice(0, 2);
    const live = { base: '/live/demo/0mgx', liveMs: 60_000 };
    expect(pictureAt(tiles, 7_000, live)).toMatchObject({ kind: 'tile', tile: { fromMs: 5_000 } });
    expect(pictureAt(tiles, 12_000, live)).toEqual({ kind: 'thumbnail', url: '/live/demo/0mgx/thumbnails/2.jpg' });
    expect(pictureAt(tiles, 59_000, live)).toEqual({ kind: 'thumbnail', url: '/live/demo/0mgx/thumbnails/9.jpg' });
    expect(pictureAt([], 1_000, { ...live, liveMs: 12_000 })).toBeUndefined();
  });

  it('shows nothing where there is none', () => {
    expect(tileAt([], 0)).toBeUndefined();
  });
});
