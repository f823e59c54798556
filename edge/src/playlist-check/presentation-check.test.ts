import { describe, expect, it } from 'vitest';
import { GOOD_AUDIO_PLAYLIST, GOOD_MEDIA_PLAYLIST, seeded } from '../testing/good-playlist.ts';
import { checkMediaPlaylist, checkPresentation } from './playlist-check.ts';

function broken(video: string, audio: string): string[] {
  const presentation = new Map([
    ['v720.m3u8', checkMediaPlaylist(video).playlist],
    ['a128.m3u8', checkMediaPlaylist(audio).playlist],
  ]);
  return checkPresentation(presentation).map(({ rule }) => rule);
}

const REPORT = '#EXT-X-RENDITION-REPORT:URI="v720.m3u8",LAST-MSN=11,LAST-PART=0\n';

describe('the checker of the playlists of one presentation', () => {
  it('finds nothing wrong with good ones', () => {
    expect(broken(GOOD_MEDIA_PLAYLIST, GOOD_AUDIO_PLAYLIST)).toEqual([]);
    expect(checkPresentation(new Map())).toEqual([]);
  });

  it.each<[rule: string, fault: string, from: string | RegExp, to: string]>([
    [
      'A1.8',
      'PART-HOLD-BACK under three part targets of another rendition',
      'PART-TARGET=1.000000',
      'PART-TARGET=1.000001',
    ],
    ['A1.10', 'another target duration', 'TARGETDURATION:2', 'TARGETDURATION:3'],
    ['A1.10', 'another EXT-X-SERVER-CONTROL', 'HOLD-BACK=6.000', 'HOLD-BACK=7.000'],
    ['A1.10', 'no EXT-X-SERVER-CONTROL', /#EXT-X-SERVER-CONTROL.*\n/, ''],
    ['A1.16', 'segments that begin at other times', /12:00:(1\d|20)\.000Z/g, '12:00:$1.023Z'],
    ['A2.22', 'another discontinuity number', 'DISCONTINUITY-SEQUENCE:0', 'DISCONTINUITY-SEQUENCE:1'],
    [
      'A2.27',
      'a date range that others lack',
      '#EXT-X-MAP',
      '#EXT-X-DATERANGE:ID="a",START-DATE="2026-11-25T12:00:13.000Z"\n#EXT-X-MAP',
    ],
    ['A5.44', 'no report of the other rendition', REPORT, ''],
    ['A5.44', 'a report of itself', REPORT, `${REPORT}${REPORT.replace('v720', 'a128')}`],
    ['A5.44', 'a report given twice', REPORT, `${REPORT}${REPORT}`],
    ['A5.44', 'a report that is a segment old', 'LAST-MSN=11', 'LAST-MSN=10'],
    ['A5.44', 'a report that is a part off', 'LAST-PART=0', 'LAST-PART=1'],
  ])('finds rule %s broken by %s', (rule, _fault, from, to) => {
    expect(broken(GOOD_MEDIA_PLAYLIST, seeded(GOOD_AUDIO_PLAYLIST, from, to))).toContain(rule);
  });

  it('lets audio begin up to one AAC frame before video', () => {
    const early = seeded(GOOD_AUDIO_PLAYLIST, /12:00:(1\d|20)\.000Z/g, '12:00:$1.021Z');
    expect(broken(GOOD_MEDIA_PLAYLIST, early)).toEqual([]);
  });
});
