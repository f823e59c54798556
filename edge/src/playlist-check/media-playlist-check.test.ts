import { describe, expect, it } from 'vitest';
import { GOOD_MEDIA_PLAYLIST, GOOD_NEXT_PLAYLIST, seeded } from '../testing/good-playlist.ts';
import { checkMediaPlaylist } from './playlist-check.ts';

/** Rules broken by the good playlist after one replacement. */
function broken(from: string | RegExp, to: string): string[] {
  const { violations } = checkMediaPlaylist(seeded(GOOD_MEDIA_PLAYLIST, from, to));
  return [...new Set(violations.map(({ rule }) => rule))];
}

const HINT = '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/11.1.m4s"\n';
const DATE_9 = '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:16.000Z\n';
const PART_9_0 = '#EXT-X-PART:DURATION=1.000000,URI="v720/9.0.m4s",INDEPENDENT=YES\n';
const PART_9_1 = '#EXT-X-PART:DURATION=1.000000,URI="v720/9.1.m4s"\n';
const SEGMENT_7 = '#EXTINF:2.000000,\nv720/7.m4s\n';
const PART_7 = '#EXT-X-PART:DURATION=1.000000,URI="v720/7.0.m4s",INDEPENDENT=YES\n';

describe('the checker of one media playlist', () => {
  it('finds nothing wrong with good ones', () => {
    for (const text of [GOOD_MEDIA_PLAYLIST, GOOD_NEXT_PLAYLIST]) {
      expect(checkMediaPlaylist(text).violations).toEqual([]);
    }
  });

  it('reads what is there', () => {
    const { playlist } = checkMediaPlaylist(GOOD_MEDIA_PLAYLIST);
    expect(playlist).toMatchObject({
      version: 9,
      targetDurationS: 2,
      mediaSequence: 7,
      partTargetS: 1,
      isEnded: false,
    });
    expect(playlist.segments.map(({ msn, uri, parts }) => [msn, uri, parts.length])).toEqual([
      [7, 'v720/7.m4s', 0],
      [8, 'v720/8.m4s', 0],
      [9, 'v720/9.m4s', 2],
      [10, 'v720/10.m4s', 2],
      [11, undefined, 1],
    ]);
    expect(playlist.hints).toMatchObject([{ type: 'PART', uri: 'v720/11.1.m4s' }]);
    expect(playlist.reports).toMatchObject([{ uri: 'a128.m3u8', lastMsn: 11, lastPart: 0 }]);
  });

  it.each<[rule: string, fault: string, from: string | RegExp, to: string]>([
    ['A1.1', 'no target duration', '#EXT-X-TARGETDURATION:2\n', ''],
    ['A1.1', 'a target duration of 0', 'TARGETDURATION:2', 'TARGETDURATION:0'],
    ['A1.1', 'parts without PART-INF', '#EXT-X-PART-INF:PART-TARGET=1.000000\n', ''],
    ['A1.1', 'PART-INF without PART-TARGET', 'PART-TARGET=1.000000', 'X=1'],
    ['A1.1', 'PART-INF without SERVER-CONTROL', /#EXT-X-SERVER-CONTROL.*\n/, ''],
    ['A1.1', 'parts without PART-HOLD-BACK', 'PART-HOLD-BACK=3.000,', ''],
    [
      'A1.1',
      'MEDIA-SEQUENCE after the first segment',
      /#EXT-X-MEDIA-SEQUENCE:7\n([\s\S]*7\.m4s\n)/,
      '$1#EXT-X-MEDIA-SEQUENCE:7\n',
    ],
    ['A1.2', 'a byte order mark', '#EXTM3U', '\uFEFF#EXTM3U'],
    ['A1.2', 'another first line', '#EXTM3U\n', '\n#EXTM3U\n'],
    ['A1.2', 'no end of the last line', /\n$/, ''],
    ['A1.2', 'a control character', 'v720/7.m4s', 'v720/7\u0007.m4s'],
    ['A1.2', 'a carriage return', '#EXTM3U\n', '#EXTM3U\r\n'],
    ['A1.2', 'a blank after a line', 'v720/7.m4s\n', 'v720/7.m4s \n'],
    ['A1.2', 'a tag twice', '#EXT-X-VERSION:9\n', '#EXT-X-VERSION:9\n#EXT-X-VERSION:9\n'],
    ['A1.2', 'a multivariant tag', '#EXT-X-VERSION:9\n', '#EXT-X-VERSION:9\n#EXT-X-STREAM-INF:BANDWIDTH=1\n'],
    ['A1.2', 'an attribute twice', 'HOLD-BACK=6.000', 'HOLD-BACK=6.000,HOLD-BACK=6.000'],
    ['A1.2', 'a blank in an attribute list', ',PART-HOLD-BACK', ', PART-HOLD-BACK'],
    ['A1.2', 'a comma at the end of an attribute list', 'HOLD-BACK=6.000\n', 'HOLD-BACK=6.000,\n'],
    ['A1.2', 'a number that is none', 'TARGETDURATION:2', 'TARGETDURATION:2.0'],
    ['A1.3', 'a version below that of EXT-X-MAP', 'VERSION:9', 'VERSION:5'],
    ['A1.3', 'no version', '#EXT-X-VERSION:9\n', ''],
    ['A1.4', 'an EXTINF over the target duration', '#EXTINF:2.000000', '#EXTINF:2.500000'],
    ['A1.4', 'an EXTINF without its comma', '#EXTINF:2.000000,', '#EXTINF:2.000000'],
    ['A1.4', 'an EXTINF twice', '#EXTINF:2.000000,\n', '#EXTINF:2.000000,\n#EXTINF:2.000000,\n'],
    ['A1.4', 'a segment without EXTINF', '#EXTINF:2.000000,\n', ''],
    ['A1.6', 'a part a microsecond over its target', 'DURATION=1.000000', 'DURATION=1.000001'],
    ['A1.6', 'a part without URI', 'URI="v720/9.1.m4s"', 'X=1'],
    ['A1.6', 'a part without DURATION', PART_9_1, '#EXT-X-PART:URI="v720/9.1.m4s"\n'],
    [
      'A1.7',
      'a short part within a segment',
      PART_9_1,
      `${PART_9_1.replace('1.0', '0.8')}${PART_9_1.replace('9.1', '9.2')}`,
    ],
    ['A1.8', 'PART-HOLD-BACK under three part targets', 'PART-HOLD-BACK=3.000', 'PART-HOLD-BACK=2.999'],
    ['A1.8', 'HOLD-BACK under three target durations', ',HOLD-BACK=6.000', ',HOLD-BACK=5.999'],
    ['A1.9', 'CAN-SKIP-UNTIL under six target durations', 'HOLD-BACK=6.000', 'HOLD-BACK=6.000,CAN-SKIP-UNTIL=11.9'],
    ['A1.11', 'EXT-X-MAP after a part', PART_9_0, `${PART_9_0}#EXT-X-MAP:URI="v720/init-0.mp4"\n`],
    ['A1.11', 'a date after a part', `${DATE_9}${PART_9_0}`, `${PART_9_0}${DATE_9}`],
    ['A1.11', 'EXT-X-DISCONTINUITY after a part', PART_9_0, `${PART_9_0}#EXT-X-DISCONTINUITY\n`],
    ['A1.11', 'EXT-X-KEY after a part', PART_9_0, `${PART_9_0}#EXT-X-KEY:METHOD=NONE\n`],
    ['A1.11', 'a part between EXTINF and its URI', /(#EXT-X-PART:.*9\.1.*\n)(#EXTINF.*\n)/, '$2$1'],
    ['A1.12', 'no EXT-X-MAP', '#EXT-X-MAP:URI="v720/init-0.mp4"\n', ''],
    ['A1.12', 'EXT-X-MAP without URI', 'MAP:URI="v720/init-0.mp4"', 'MAP:X=1'],
    ['A1.13', 'parts that do not add up to their segment', PART_9_1, PART_9_1.replace('1.0', '0.9')],
    ['A1.15', 'a segment that begins with a dependent part', '9.0.m4s",INDEPENDENT=YES', '9.0.m4s"'],
    ['A1.15', 'no EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-INDEPENDENT-SEGMENTS\n', ''],
    ['A1.16', 'a segment without its date', DATE_9, ''],
    ['A1.16', 'the open segment without its date', '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:20.000Z\n', ''],
    ['A1.16', 'a date without zone', '12:00:16.000Z', '12:00:16.000'],
    ['A1.16', 'a date without milliseconds', '12:00:16.000Z', '12:00:16Z'],
    ['A1.17', 'a date that is not the one before plus EXTINF', '12:00:16.000Z', '12:00:16.002Z'],
    [
      'A1.18',
      'a sliding window under three target durations',
      /#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:12[\s\S]*8\.m4s\n/,
      '',
    ],
    ['A1.19', 'a playlist type', '#EXT-X-VERSION:9\n', '#EXT-X-VERSION:9\n#EXT-X-PLAYLIST-TYPE:EVENT\n'],
    ['A1.19', 'a hint in an ended playlist', /\n$/, '\n#EXT-X-ENDLIST\n'],
    ['A1.19', 'an open segment in an ended playlist', HINT, '#EXT-X-ENDLIST\n'],
    ['A1.20', 'a media sequence of 0', 'MEDIA-SEQUENCE:7', 'MEDIA-SEQUENCE:0'],
    ['A2.21', 'a directive in a segment URI', 'v720/7.m4s', 'v720/7.m4s?_HLS_msn=7'],
    ['A2.21', 'a directive in a part URI', 'v720/9.1.m4s"', 'v720/9.1.m4s?a=1&_HLS_part=1"'],
    [
      'A2.22',
      'a discontinuity without its sequence',
      /#EXT-X-DISCONTINUITY-SEQUENCE:0\n([\s\S]*7\.m4s\n)/,
      '$1#EXT-X-DISCONTINUITY\n',
    ],
    [
      'A2.22',
      'the discontinuity sequence after a segment',
      /(#EXT-X-DISCONTINUITY-SEQUENCE:0\n)([\s\S]*7\.m4s\n)/,
      '$2$1',
    ],
    ['A2.23', 'a gap part in a segment that is none', 'URI="v720/9.1.m4s"', 'URI="v720/9.1.m4s",GAP=YES'],
    ['A2.25', 'parts over three target durations from the end', SEGMENT_7, `${PART_7.repeat(2)}${SEGMENT_7}`],
    ['A2.25', 'parts that do not reach PART-HOLD-BACK', /(#EXT-X-PART:.*\/10\..*\n){2}/, ''],
    ['A5.41', 'no hint', HINT, ''],
    ['A5.41', 'two hints', HINT, `${HINT}${HINT.replace('11.1', '11.2')}`],
    ['A5.41', 'two hints of init segments', HINT, `${HINT}${HINT.replace('PART', 'MAP').repeat(2)}`],
    ['A5.41', 'a hint of a listed part', 'URI="v720/11.1.m4s"', 'URI="v720/11.0.m4s"'],
    ['A5.41', 'a hint of no known type', 'TYPE=PART', 'TYPE=SEGMENT'],
    ['A5.41', 'a hint without URI', 'TYPE=PART,URI="v720/11.1.m4s"', 'TYPE=PART'],
    ['A5.44', 'a report without URI', 'URI="a128.m3u8",', ''],
  ])('finds rule %s broken by %s', (rule, _fault, from, to) => {
    expect(broken(from, to)).toContain(rule);
  });

  it.each<[rule: string, what: string, from: string | RegExp, to: string]>([
    [
      'A1.7',
      'a short part that is independent',
      PART_9_0,
      PART_9_0.replace('1.0', '0.5').concat(PART_9_0.replace('1.0', '0.5').replace('9.0', '9.x')),
    ],
    [
      'A1.7',
      'a short part before a gap',
      PART_9_1,
      `${PART_9_1.replace('1.0', '0.5')}#EXT-X-PART:DURATION=0.500000,URI="x",GAP=YES\n#EXT-X-GAP\n`,
    ],
    [
      'A1.7',
      'a short last part of an open segment',
      HINT,
      `#EXT-X-PART:DURATION=0.100000,URI="v720/11.9.m4s"\n${HINT}`,
    ],
    ['A1.4', 'an EXTINF that rounds down to the target', '#EXTINF:2.000000,\nv720/7', '#EXTINF:2.499999,\nv720/7'],
    [
      'A1.17',
      'a new date after a discontinuity',
      /(#EXT.*12:00:)16(\.000Z[\s\S]*12:00:)18(\.000Z[\s\S]*12:00:)20/,
      '#EXT-X-DISCONTINUITY\n$117$219$321',
    ],
    ['A5.41', 'a hint of the next init segment beside that of the part', HINT, `${HINT}${HINT.replace('PART', 'MAP')}`],
  ])('does not take for a fault against %s %s', (rule, _what, from, to) => {
    expect(broken(from, to)).not.toContain(rule);
  });
});
