import { describe, expect, it } from 'vitest';
import { announcement, bitrate, elapsed, renditionDetail, renditionName, screenWords, seconds } from './wording.ts';

const V720 = { id: 'v720', widthPx: 1280, heightPx: 720, fps: 30, bitrateBps: 2_810_000 };

describe('wording', () => {
  it('says that an offline channel is offline, and what will happen', () => {
    expect(screenWords('offline', 'demo')?.headline).toBe('Not live right now');
    expect(screenWords('offline', 'demo')?.detail).toContain('by itself');
  });

  it('tells a private channel from a link that does not open', () => {
    expect(screenWords('refused', 'demo')?.headline).toBe('This channel is private');
    const refused = screenWords('refused', 'demo', 'The link has expired.');
    expect(refused).toEqual({ headline: 'This link does not open', detail: 'The link has expired.' });
    expect(announcement('refused', 'demo', 'The link has expired.')).toContain('The link has expired.');
  });

  it('leaves the picture alone while it plays or waits', () => {
    for (const state of ['joining', 'watching', 'waiting', 'paused', 'blocked'] as const) {
      expect(screenWords(state, 'demo')).toBeUndefined();
    }
  });

  it('does not read every short wait to people who listen', () => {
    expect(announcement('waiting', 'demo')).toBeUndefined();
    expect(announcement('watching', 'demo')).toBe('demo is live and playing.');
  });

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
});
