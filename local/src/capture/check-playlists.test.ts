import { describe, expect, it } from 'vitest';
import type { CapturedRendition } from './capture.ts';
import { checkPlaylistHistory } from './check-playlists.ts';
import { nextReload, viewMediaPlaylist } from './playlist-view.ts';

const BASE = 'http://edge.test/live/demo/0123456789abcdef';
const URLS = [`${BASE}/v720.m3u8`, `${BASE}/a128.m3u8`];

/** A playlist with the segments 1 to `msn - 1` whole and `partCount` of four parts of segment `msn`. */
function playlist(msn: number, partCount: number, edit: (text: string) => string = (text) => text): string {
  const whole = Array.from({ length: msn - 1 }, (_, index) => [
    `#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:0${2 * index}.000Z`,
    ...[0, 1, 2, 3].map((part) => partLine(index + 1, part)),
    '#EXTINF:2.00000,',
    `v720/${index + 1}.m4s`,
  ]);
  const open = Array.from({ length: partCount }, (_, part) => partLine(msn, part));
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    '#EXT-X-TARGETDURATION:2',
    '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.50000',
    '#EXT-X-PART-INF:PART-TARGET=0.50000',
    '#EXT-X-MEDIA-SEQUENCE:1',
    '#EXT-X-MAP:URI="v720/init-0.mp4"',
    ...whole.flat(),
    ...(partCount > 0 ? [`#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:0${2 * (msn - 1)}.000Z`, ...open] : []),
    `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/${msn}.${partCount}.m4s"`,
    '#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=1,LAST-PART=0',
  ];
  return edit(`${lines.join('\n')}\n`);
}

function partLine(msn: number, part: number): string {
  return `#EXT-X-PART:DURATION=0.50000,URI="v720/${msn}.${part}.m4s"${part === 0 ? ',INDEPENDENT=YES' : ''}`;
}

/** The rules that are broken when these texts come one after the other, each asked for as a client would. */
function brokenRules(...texts: readonly string[]): string[] {
  const [playlistUrl = ''] = URLS;
  let url = playlistUrl;
  const versions = texts.map((text) => {
    const version = { url, receivedAtMs: 0, text };
    url = playlistUrl + nextReload(viewMediaPlaylist(text));
    return version;
  });
  const rendition: CapturedRendition = { playlistUrl, versions, objects: new Map() };
  return checkPlaylistHistory(rendition, URLS).map(({ rule }) => rule);
}

describe('the history of a playlist', () => {
  it('is clean when parts and segments come one after the other', () => {
    expect(brokenRules(playlist(2, 2), playlist(2, 3), playlist(3, 0), playlist(3, 1))).toEqual([]);
  });

  it('is clean at the end of the broadcast', () => {
    const ended = (text: string) =>
      text.replace(/#EXT-X-(PRELOAD-HINT|RENDITION-REPORT).*\n/g, '').concat('#EXT-X-ENDLIST\n');
    expect(brokenRules(playlist(2, 3), playlist(3, 0, ended))).toEqual([]);
  });

  it('is clean when segments leave from the front', () => {
    const slid = (text: string) =>
      text
        .replace('SEQUENCE:1', 'SEQUENCE:2')
        .replace(/#EXT-X-PROGRAM-DATE-TIME:2026-11-24T12:00:00[\s\S]*v720\/1.m4s\n/, '');
    expect(brokenRules(playlist(3, 1), playlist(3, 2, slid))).toEqual([]);
  });

  it.each([
    ['PART-TARGET changes', 'constant tags', playlist(2, 3, (text) => text.replace('TARGET=0.5', 'TARGET=0.4'))],
    ['the hold-back changes', 'constant tags', playlist(2, 3, (text) => text.replace('BACK=1.5', 'BACK=1.2'))],
    ['a held answer lacks its part', 'blocking reload', playlist(2, 2)],
    [
      'a published date changes',
      'published is final',
      playlist(2, 3, (text) => text.replace('00:00.000Z', '00:00.001Z')),
    ],
    [
      'a published part changes',
      'published is final',
      playlist(2, 3, (text) => text.replace('0.50000,URI="v720/2.1', '0.40000,URI="v720/2.1')),
    ],
    [
      'the hinted part gets another name',
      'hint is kept',
      playlist(2, 3, (text) => text.replace('2.2.m4s', '2.2b.m4s')),
    ],
    ['there is no hint', 'preload hint', playlist(2, 3, (text) => text.replace(/#EXT-X-PRELOAD-HINT.*\n/, ''))],
    [
      'a rendition is not reported',
      'rendition reports',
      playlist(2, 3, (text) => text.replace(/#EXT-X-RENDITION.*\n/, '')),
    ],
    ['a hint stands with ENDLIST', 'preload hint', playlist(2, 3, (text) => `${text}#EXT-X-ENDLIST\n`)],
    ['MEDIA-SEQUENCE goes back', 'MEDIA-SEQUENCE', playlist(2, 3, (text) => text.replace('SEQUENCE:1', 'SEQUENCE:0'))],
  ])('is not clean when %s', (_name, rule, second) => {
    expect(brokenRules(playlist(2, 2), second)).toContain(rule);
  });
});

describe('the next reload', () => {
  it('asks for the next part of the open segment, or the first of the next', () => {
    expect(nextReload(viewMediaPlaylist(playlist(2, 2)))).toBe('?_HLS_msn=2&_HLS_part=2');
    expect(nextReload(viewMediaPlaylist(playlist(3, 0)))).toBe('?_HLS_msn=3&_HLS_part=0');
  });

  it('asks for whole segments where there are no parts', () => {
    const text = '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:4,\nv720/7.m4s\n';
    expect(nextReload(viewMediaPlaylist(text))).toBe('?_HLS_msn=8');
  });
});
