import { describe, expect, it } from 'vitest';
import {
  behind,
  behindLive,
  bitrate,
  elapsed,
  renditionDetail,
  renditionName,
  seconds,
  spokenTime,
} from './wording.ts';

const V720 = { id: 'v720', widthPx: 1280, heightPx: 720, fps: 30, bitrateBps: 2_810_000 };

describe('wording', () => {
  it('shows tenths below ten seconds and whole seconds above', () => {
    expect([1_640, 9_949, 9_951, 61_000, undefined, Number.NaN].map(seconds)).toEqual([
      '1.6 s',
      '9.9 s',
      '10 s',
      '61 s',
      '–',
      '–',
    ]);
  });

  it('writes bit rates as people say them', () => {
    expect([96_000, 994_000, 996_000, 2_810_000, undefined].map(bitrate)).toEqual([
      '96 kbps',
      '994 kbps',
      '1.0 Mbps',
      '2.8 Mbps',
      '–',
    ]);
  });

  it('names the frame rate where it is more than usual', () => {
    expect(renditionName(V720)).toBe('720p');
    expect(renditionName({ ...V720, fps: 59.94 })).toBe('720p60');
    expect(renditionDetail({ ...V720, fps: 29.97 })).toBe('29.97 fps · 2.8 Mbps');
  });

  it('counts hours only when there are some', () => {
    expect([0, 67_000, 3_729_000, -5].map(elapsed)).toEqual(['0:00', '1:07', '1:02:09', '0:00']);
  });

  it('says how far behind live somebody is', () => {
    expect([0, 499, 1_400, 65_000].map(behindLive)).toEqual([
      'live',
      'live',
      '1 second behind live',
      '1 minute 5 seconds behind live',
    ]);
    expect([1_400, 65_499].map(behind)).toEqual(['−0:01', '−1:05']);
  });

  it('says times as people do', () => {
    expect([0, 1_000, 60_000, 3_661_000].map(spokenTime)).toEqual([
      '0 seconds',
      '1 second',
      '1 minute',
      '1 hour 1 minute 1 second',
    ]);
  });
});
