import { describe, expect, it } from 'vitest';
import { clipStoryboardVtt } from './clip-storyboard-vtt.ts';
import { NO_STORYBOARDS, withSprite } from './storyboards.ts';

const TILE = { tileWidthPx: 160, tileHeightPx: 90 };
const folders = { sprites: '../s/', thumbnails: '../t/' };

describe('the storyboard of a clip', () => {
  it('is by its own time, of tiles where there was a sprite, and of thumbnails where there was none', () => {
    const storyboards = withSprite(NO_STORYBOARDS, { firstSlot: 0, tileCount: 25, ...TILE });
    expect(clipStoryboardVtt({ span: { fromMs: 118_400, toMs: 131_000.4 }, storyboards, folders })).toBe(`WEBVTT

00:00:00.000 --> 00:00:01.600
../s/0-25.jpg#xywh=480,360,160,90

00:00:01.600 --> 00:00:06.600
../s/0-25.jpg#xywh=640,360,160,90

00:00:06.600 --> 00:00:11.600
../t/25.jpg

00:00:11.600 --> 00:00:12.600
../t/26.jpg
`);
  });

  it('shows each slot once, where two encoders made it', () => {
    const storyboards = [
      { firstSlot: 0, tileCount: 2, ...TILE },
      { firstSlot: 1, tileCount: 25, ...TILE },
    ].reduce(withSprite, NO_STORYBOARDS);
    const images = clipStoryboardVtt({ span: { fromMs: 0, toMs: 15_000 }, storyboards, folders })
      .split('\n')
      .filter((line) => line.includes('jpg'));
    expect(images).toEqual([
      '../s/0-2.jpg#xywh=0,0,160,90',
      '../s/0-2.jpg#xywh=160,0,160,90',
      '../s/1-25.jpg#xywh=160,0,160,90',
    ]);
  });
});
