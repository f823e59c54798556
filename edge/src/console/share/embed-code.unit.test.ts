import { describe, expect, it } from 'vitest';
import { elementCode, frameCode, shareLinks } from './embed-code.ts';

const SHARED = { edgeUrl: 'https://live.example.com', channelId: 'demo' };

describe('what a channel is shared by', () => {
  it('is a page, a playlist and a manifest', () => {
    expect(shareLinks(SHARED)).toEqual({
      watch: 'https://live.example.com/watch/demo',
      hls: 'https://live.example.com/live/demo/index.m3u8',
      dash: 'https://live.example.com/live/demo/manifest.mpd',
    });
  });

  it('has the token in it where the channel is private', () => {
    const { watch, hls } = shareLinks({ ...SHARED, token: 'a.b.c' });
    expect([watch, hls]).toEqual([
      'https://live.example.com/t/a.b.c/watch/demo',
      'https://live.example.com/t/a.b.c/live/demo/index.m3u8',
    ]);
    expect(frameCode({ ...SHARED, token: 'a.b.c' })).toContain('src="https://live.example.com/t/a.b.c/embed/demo"');
    expect(elementCode({ ...SHARED, token: 'a.b.c' })).toContain('<sluice-player channel="demo" token="a.b.c">');
  });

  it('is a frame, or the element and its module', () => {
    expect(frameCode(SHARED)).toBe(
      '<iframe src="https://live.example.com/embed/demo" title="demo" style="width:100%;aspect-ratio:16/9;border:0" allow="autoplay; fullscreen; picture-in-picture" allowfullscreen></iframe>',
    );
    expect(elementCode(SHARED)).toBe(
      '<script type="module" src="https://live.example.com/player.js"></script>\n<sluice-player channel="demo"></sluice-player>',
    );
  });

  it('stays one attribute, whatever stands in it', () => {
    expect(frameCode({ ...SHARED, channelId: '"><b>' })).toContain('title="&quot;>&lt;b>"');
  });
});
