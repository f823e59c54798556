import { describe, expect, it } from 'vitest';
import { requestTarget } from './request-target.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('what a request is about', () => {
  it.each<[string, string | undefined, unknown]>([
    ['/cmaf/key/Streams(v1080).cmfv', undefined, { kind: 'track', streamKey: 'key', trackName: 'v1080' }],
    [
      '/cmaf/key/live.isml/Streams(a%20en).cmfa?x=1',
      undefined,
      { kind: 'track', streamKey: 'key', trackName: 'a en.cmfa' },
    ],
    ['/cmaf/key/Streams(v)-12.cmfv', undefined, { kind: 'track', streamKey: 'key', trackName: 'v' }],
    ['/cmaf/key/Streams(v)/init.m4s', undefined, { kind: 'track', streamKey: 'key', trackName: 'v' }],
    ['/cmaf/key/init-stream0.m4s', undefined, { kind: 'track', streamKey: 'key', trackName: 'stream0' }],
    ['/cmaf/key/chunk-stream0-00001.m4s', undefined, { kind: 'track', streamKey: 'key', trackName: 'stream0' }],
    ['/cmaf/key/video.mp4', undefined, { kind: 'track', streamKey: 'key', trackName: 'video' }],
    ['/cmaf/key/Streams(id3).cmfm', undefined, { kind: 'metadata', streamKey: 'key', trackName: 'id3' }],
    ['/cmaf/key/manifest.mpd', undefined, { kind: 'sidecar', streamKey: 'key', trackName: 'manifest' }],
    ['/cmaf/Streams(v).cmfv', 'Bearer key', { kind: 'track', streamKey: 'key', trackName: 'v' }],
    [
      '/cmaf/Streams(v).cmfv',
      basic('anybody:key:with:colons'),
      { kind: 'track', streamKey: 'key:with:colons', trackName: 'v' },
    ],
    // The header counts: what stands in the path is then a folder.
    ['/cmaf/folder/Streams(v).cmfv', 'bearer key', { kind: 'track', streamKey: 'key', trackName: 'v' }],
    ['/cmaf/Streams(v).cmfv', undefined, { kind: 'track', trackName: 'v' }],
    ['/cmaf//Streams(v).cmfv', undefined, { kind: 'track', trackName: 'v' }],
    ['/cmaf/key/Streams(v).cmfv', 'Digest x', { kind: 'track', trackName: 'v' }],
    [`/cmaf/${'k'.repeat(257)}/v.cmfv`, undefined, { kind: 'track', trackName: 'v' }],
    [
      `/cmaf/key/${'v'.repeat(300)}-720.cmfv`,
      undefined,
      { kind: 'track', streamKey: 'key', trackName: `${'v'.repeat(252)}-720` },
    ],
  ])('%s with %s', (url, authorization, target) => {
    expect(requestTarget(url, authorization)).toEqual(target);
  });

  const targetOf = (path: string, authorization?: string) => {
    const { kind, trackName } = requestTarget(`/cmaf/key/${path}`, authorization) ?? {};
    return `${kind} ${trackName}`;
  };

  it.each([
    // AWS Elemental MediaLive, as its API documents the names of its metadata tracks; its own bring their extensions in.
    ['Streams(v-720.cmfv)', 'track v-720'],
    ['Streams(scte.cmfm)', 'metadata scte'],
    // unifiedstreaming/live-demo-cmaf: FFmpeg, by default and with names of its user's.
    ['ch1.isml/Streams(video_1280x720_700k.cmfv)', 'track video_1280x720_700k'],
    ['ch1.isml/Streams(audio-eng-64k.cmfa)', 'track audio-eng-64k.cmfa'],
    ['ch1.isml/Streams(video)', 'track video'],
    ['ch1.isml/Streams(v1.0)', 'track v1.0'],
    ['ch1.isml/streams(1.cmfv)', 'track 1'],
    // Dash-Industry-Forum/livesim2, in its two ways.
    ['Streams(V300.cmfv)', 'track V300'],
    ['V300/init.cmfv', 'track V300'],
    ['V300/42.cmfv', 'track V300'],
    ['testpic/A48/init.cmfa', 'track testpic/A48.cmfa'],
    ['testpic/A48/1713500400.cmfa', 'track testpic/A48.cmfa'],
    // By the numbers that stand in a name: of a rendition, or of a segment.
    ['video-720.cmfv', 'track video-720'],
    ['video-360.mp4', 'track video-360'],
    ['init-video-720.m4s', 'track video-720'],
    ['chunk-video-720-00012.m4s', 'track video-720'],
    ['video-720-init.m4s', 'track video-720'],
    ['video-720-12.m4s', 'track video-720'],
    ['init-0.m4s', 'track 0'],
    ['chunk-0-00012.m4s', 'track 0'],
    ['v720/segment_12.m4s', 'track v720'],
    ['1.cmfv', 'track 1'],
    ['.cmfv', 'track .cmfv'],
    // What is no media.
    ['Streams(v)/live.mpd', 'sidecar v'],
    ['V300/live.mpd', 'sidecar live'],
  ])('%s is %s', (path, what) => {
    expect(targetOf(path)).toBe(what);
  });

  it('tells sound from a picture of the same name', () => {
    const names = ['Streams(main.cmfv)', 'Streams(main.cmfa)', 'Streams(main).cmfa'].map((path) => targetOf(path));
    expect(names).toEqual(['track main', 'track main.cmfa', 'track main.cmfa']);
  });

  it('never has the stream key for a name', () => {
    expect(targetOf('init.cmfv')).toBe('track init');
    expect(targetOf('init.cmfv', 'Bearer key')).toBe('track init');
    expect(targetOf('V300/init.cmfv', basic('anybody:key'))).toBe('track V300');
  });

  it.each(['/', '/live/x', '/cmaf', '/cmaf/', '/cmaf/key/', '/cmaf/%E0%A4%A/v.cmfv', '//cmaf/key/v.cmfv'])(
    'nothing of ours: %s',
    (url) => {
      expect(requestTarget(url, undefined)).toBeUndefined();
    },
  );
});
