import { describe, expect, it } from 'vitest';
import { requestTarget } from './request-target.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('what a request is about', () => {
  it.each<[string, string | undefined, unknown]>([
    ['/cmaf/key/Streams(v1080).cmfv', undefined, { kind: 'track', streamKey: 'key', trackName: 'v1080' }],
    ['/cmaf/key/live.isml/Streams(a%20en).cmfa?x=1', undefined, { kind: 'track', streamKey: 'key', trackName: 'a en' }],
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
    [`/cmaf/key/${'v'.repeat(99)}.cmfv`, undefined, { kind: 'track', streamKey: 'key', trackName: 'v'.repeat(64) }],
  ])('%s with %s', (url, authorization, target) => {
    expect(requestTarget(url, authorization)).toEqual(target);
  });

  it.each(['/', '/live/x', '/cmaf', '/cmaf/', '/cmaf/key/', '/cmaf/%E0%A4%A/v.cmfv', '//cmaf/key/v.cmfv'])(
    'nothing of ours: %s',
    (url) => {
      expect(requestTarget(url, undefined)).toBeUndefined();
    },
  );
});
