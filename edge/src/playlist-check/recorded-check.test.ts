import { describe, expect, it } from 'vitest';
import { seeded } from '../testing/good-playlist.ts';
import { checkMediaPlaylist, checkPresentation } from './playlist-check.ts';

/** Written by hand, so that the checker is not measured by what it checks. */
const GOOD = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="../../live/c/b/v720/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:00.000Z
#EXTINF:2.000000,
../../live/c/b/v720/1.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="../../live/c/b/v720/init-16.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02.000Z
#EXTINF:2.000000,
../../live/c/b/v720/2.m4s
#EXT-X-ENDLIST
`;

describe('the checker of a recording’s playlist', () => {
  it('finds nothing wrong with a good one, nor with two that report nothing of each other', () => {
    const { playlist, violations } = checkMediaPlaylist(GOOD);
    expect(violations).toEqual([]);
    const other = checkMediaPlaylist(GOOD.replaceAll('v720', 'v360')).playlist;
    const both = new Map([
      ['v720.m3u8', playlist],
      ['v360.m3u8', other],
    ]);
    expect(checkPresentation(both)).toEqual([]);
  });

  it.each([
    ['C80', '#EXT-X-ENDLIST\n', ''],
    ['C80', '#EXT-X-INDEPENDENT', '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=6.0\n#EXT-X-INDEPENDENT'],
    ['C80', '#EXT-X-INDEPENDENT', '#EXT-X-PART-INF:PART-TARGET=1.0\n#EXT-X-INDEPENDENT'],
    ['C80', '#EXT-X-ENDLIST', '#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=2\n#EXT-X-ENDLIST'],
    ['C80', 'DISCONTINUITY-SEQUENCE:0', 'DISCONTINUITY-SEQUENCE:3'],
    [
      'C80',
      '#EXT-X-MAP:URI="../../live/c/b/v720/init-0',
      '#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="../../live/c/b/v720/init-0',
    ],
    ['A1.19', 'TYPE:VOD', 'TYPE:EVENT'],
    ['A1.12', '#EXT-X-DISCONTINUITY\n', ''],
    ['A1.16', '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02.000Z\n', ''],
  ] as const)('names rule %s where %s is otherwise', (rule, from, to) => {
    const { violations } = checkMediaPlaylist(seeded(GOOD, from, to));
    expect(violations.map((violation) => violation.rule)).toContain(rule);
  });
});
