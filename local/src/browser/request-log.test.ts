import { expect, it } from 'vitest';
import { requestKind } from './request-log.ts';

it.each([
  ['/live/demo/index.m3u8', 'multivariant'],
  ['/t/token/live/demo/index.m3u8', 'multivariant'],
  ['/live/demo/0123456789abcdef/v720.m3u8?_HLS_msn=4&_HLS_part=1', 'playlist'],
  ['/live/demo/0123456789abcdef/v720/4.1.m4s', 'part'],
  ['/live/demo/0123456789abcdef/v720/4.m4s', 'segment'],
  ['/live/demo/0123456789abcdef/v720/init-0.mp4', 'init'],
  ['/live/demo/muxed.m3u8', 'multivariant'],
  ['/live/demo/0123456789abcdef/v720+a128.m3u8?_HLS_msn=4', 'playlist'],
  ['/live/demo/0123456789abcdef/v720+a128/4.1.m4s', 'part'],
  ['/live/demo/0123456789abcdef/v720+a128/init-0-0.mp4', 'init'],
  ['/live/demo/manifest.mpd', 'multivariant'],
  ['/live/demo/0123456789abcdef.mpd', 'multivariant'],
  ['/live/demo/0123456789abcdef/v720/4.m4s?init=0', 'segment'],
  ['/live/demo/status.json?after=3', 'status'],
  ['/live/demo/0123456789abcdef/report', 'report'],
  ['/watch/demo', 'other'],
] as const)('%s is a request for %s', (path, kind) => {
  expect(requestKind(`http://127.0.0.1:8080${path}`)).toBe(kind);
});
