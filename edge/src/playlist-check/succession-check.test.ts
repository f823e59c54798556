import { describe, expect, it } from 'vitest';
import { GOOD_MEDIA_PLAYLIST, GOOD_NEXT_PLAYLIST, seeded } from '../testing/good-playlist.ts';
import { checkMediaPlaylist, checkSuccession } from './playlist-check.ts';

function broken(before: string, after: string): string[] {
  return checkSuccession(checkMediaPlaylist(before).playlist, checkMediaPlaylist(after).playlist).map(
    ({ rule }) => rule,
  );
}

const ENDED = seeded(GOOD_NEXT_PLAYLIST, /#EXT-X-PRELOAD-HINT.*\n/, '#EXT-X-ENDLIST\n');
const FIRST_SEGMENT = /#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:12[\s\S]*7\.m4s\n/;
/** The next playlist, from which the first segment has gone as it should. */
const SLID = seeded(seeded(GOOD_NEXT_PLAYLIST, FIRST_SEGMENT, ''), 'SEQUENCE:7', 'SEQUENCE:8');

describe('the checker of a playlist against an earlier version of itself', () => {
  it.each([
    ['the same again', GOOD_MEDIA_PLAYLIST],
    ['one part more', GOOD_NEXT_PLAYLIST],
    ['one segment less in front', SLID],
    ['the end', ENDED],
  ])('finds nothing wrong with %s', (_what, after) => {
    expect(broken(GOOD_MEDIA_PLAYLIST, after)).toEqual([]);
  });

  it.each<[rule: string, fault: string, from: string | RegExp, to: string]>([
    ['A1.4', 'another target duration', 'TARGETDURATION:2', 'TARGETDURATION:3'],
    ['A1.5', 'another part target', 'PART-TARGET=1.000000', 'PART-TARGET=1.100000'],
    ['A1.5', 'another PART-HOLD-BACK', 'PART-HOLD-BACK=3.000', 'PART-HOLD-BACK=3.100'],
    ['A1.17', 'another date of a published segment', '12:00:14.000Z', '12:00:14.001Z'],
    ['A1.20', 'a media sequence that went back', 'SEQUENCE:7', 'SEQUENCE:6'],
    ['A2.21', 'a segment removed without counting it', FIRST_SEGMENT, ''],
    ['A2.21', 'another URI of a published segment', 'v720/8.m4s', 'v720/8b.m4s'],
    ['A2.21', 'another EXTINF of a published segment', '#EXTINF:2.000000,\nv720/8', '#EXTINF:1.900000,\nv720/8'],
    ['A2.21', 'another init segment of a published segment', 'init-0', 'init-1'],
    ['A2.21', 'a part that vanished', /#EXT-X-PART:.*10\.1.*\n/, ''],
    ['A2.21', 'another duration of a part', /1\.000000(,URI="v720\/10\.1)/, '0.900000$1'],
    [
      'A2.22',
      'another discontinuity number',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:14',
      '#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:14',
    ],
    ['A5.41', 'another part than the one that was hinted', 'URI="v720/11.1.m4s"', 'URI="v720/11.1b.m4s"'],
  ])('finds rule %s broken by %s', (rule, _fault, from, to) => {
    expect(broken(GOOD_MEDIA_PLAYLIST, seeded(GOOD_NEXT_PLAYLIST, from, to))).toContain(rule);
  });

  it('finds rule A1.19 broken by going on after the end', () => {
    expect(broken(ENDED, GOOD_NEXT_PLAYLIST)).toContain('A1.19');
  });

  it('finds rule A1.20 broken by a discontinuity sequence that went back', () => {
    const before = seeded(GOOD_MEDIA_PLAYLIST, 'DISCONTINUITY-SEQUENCE:0', 'DISCONTINUITY-SEQUENCE:1');
    expect(broken(before, GOOD_NEXT_PLAYLIST)).toContain('A1.20');
  });

  it('finds rule A2.21 broken by a segment that vanished from the end', () => {
    expect(broken(GOOD_NEXT_PLAYLIST, GOOD_MEDIA_PLAYLIST)).toContain('A2.21');
  });

  it('finds rule A5.41 broken by a hint that changed before its part came', () => {
    const after = seeded(GOOD_MEDIA_PLAYLIST, 'URI="v720/11.1.m4s"', 'URI="v720/11.2.m4s"');
    expect(broken(GOOD_MEDIA_PLAYLIST, after)).toContain('A5.41');
  });

  it('finds rule A2.27 broken by a date range that is gone while its media is listed, or that says something else', () => {
    const range = '#EXT-X-DATERANGE:ID="a",START-DATE="2026-11-25T12:00:13.000Z",END-DATE="2026-11-25T12:00:13.500Z"\n';
    const withRange = (text: string, tag: string) => seeded(text, '#EXT-X-MAP', `${tag}#EXT-X-MAP`);
    const before = withRange(GOOD_MEDIA_PLAYLIST, range);
    expect(broken(before, withRange(GOOD_NEXT_PLAYLIST, range))).toEqual([]);
    expect(broken(before, GOOD_NEXT_PLAYLIST)).toEqual(['A2.27']);
    // The first segment has gone, and with it all media of that time.
    expect(broken(before, SLID)).toEqual([]);
    expect(broken(before, withRange(GOOD_NEXT_PLAYLIST, range.replace('13.500', '13.600')))).toEqual(['A2.27']);
  });
});
