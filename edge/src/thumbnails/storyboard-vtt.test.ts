import { describe, expect, it } from 'vitest';
import { storyboardVtt } from './storyboard-vtt.ts';
import { NO_STORYBOARDS, withSprite } from './storyboards.ts';

const TILE = { tileWidthPx: 160, tileHeightPx: 90 };

describe('a storyboard', () => {
  it('has a cue for each tile, by the time since the broadcast’s start', () => {
    const storyboards = [
      { firstSlot: 0, tileCount: 7, ...TILE },
      { firstSlot: 719, tileCount: 2, ...TILE },
    ].reduce(withSprite, NO_STORYBOARDS);
    expect(storyboardVtt(storyboards)).toBe(`WEBVTT

00:00:00.000 --> 00:00:05.000
storyboards/0-7.jpg#xywh=0,0,160,90

00:00:05.000 --> 00:00:10.000
storyboards/0-7.jpg#xywh=160,0,160,90

00:00:10.000 --> 00:00:15.000
storyboards/0-7.jpg#xywh=320,0,160,90

00:00:15.000 --> 00:00:20.000
storyboards/0-7.jpg#xywh=480,0,160,90

00:00:20.000 --> 00:00:25.000
storyboards/0-7.jpg#xywh=640,0,160,90

00:00:25.000 --> 00:00:30.000
storyboards/0-7.jpg#xywh=0,90,160,90

00:00:30.000 --> 00:00:35.000
storyboards/0-7.jpg#xywh=160,90,160,90

00:59:55.000 --> 01:00:00.000
storyboards/719-2.jpg#xywh=0,0,160,90

01:00:00.000 --> 01:00:05.000
storyboards/719-2.jpg#xywh=160,0,160,90
`);
  });

  it('is a valid file of nothing before there is a sprite', () => {
    expect(storyboardVtt(NO_STORYBOARDS)).toBe('WEBVTT\n');
  });

  it('shows each slot once, where two encoders made it', () => {
    const storyboards = [
      { firstSlot: 0, tileCount: 3, ...TILE },
      { firstSlot: 2, tileCount: 2, ...TILE },
      { firstSlot: 0, tileCount: 2, ...TILE },
    ].reduce(withSprite, NO_STORYBOARDS);
    const cues = storyboardVtt(storyboards)
      .split('\n')
      .filter((line) => line.includes('jpg'));
    expect(cues).toEqual([
      'storyboards/0-3.jpg#xywh=0,0,160,90',
      'storyboards/0-3.jpg#xywh=160,0,160,90',
      'storyboards/0-3.jpg#xywh=320,0,160,90',
      'storyboards/2-2.jpg#xywh=160,0,160,90',
    ]);
  });

  it('tells hours beyond a hundred, and finds its sprites where it is told', () => {
    const storyboards = withSprite(NO_STORYBOARDS, { firstSlot: 72_000, tileCount: 1, ...TILE });
    expect(storyboardVtt(storyboards, '../live/demo/x/storyboards/')).toBe(
      'WEBVTT\n\n100:00:00.000 --> 100:00:05.000\n../live/demo/x/storyboards/72000-1.jpg#xywh=0,0,160,90\n',
    );
  });
});
