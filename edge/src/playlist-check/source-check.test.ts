import { describe, expect, it } from 'vitest';
import {
  GOOD_LENDER_PLAYLIST,
  GOOD_LENT_PLAYLIST,
  GOOD_NEXT_LENT_PLAYLIST,
  GOOD_NEXT_PLAYLIST,
  seeded,
} from '../testing/good-playlist.ts';
import { checkMediaPlaylist, checkPresentation, checkSuccession, type Violation } from './playlist-check.ts';

function parsed(text: string) {
  return checkMediaPlaylist(text).playlist;
}

function rules(violations: readonly Violation[]): string[] {
  return [...new Set(violations.map(({ rule }) => rule))];
}

/** Rules that the playlist of v720 breaks beside that of v360. */
function brokenBeside(lent: string, lender: string): string[] {
  const presentation = new Map([
    ['v720.m3u8', parsed(lent)],
    ['v360.m3u8', parsed(lender)],
  ]);
  return rules(checkPresentation(presentation));
}

const DATE_11 = '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:20';
const MAP_BACK = '#EXT-X-MAP:URI="v720/init-0.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:18';

describe('the checker of playlists that list another rendition’s segments', () => {
  it('finds nothing wrong with good ones', () => {
    for (const text of [GOOD_LENT_PLAYLIST, GOOD_NEXT_LENT_PLAYLIST, GOOD_LENDER_PLAYLIST])
      expect(checkMediaPlaylist(text).violations).toEqual([]);
    expect(rules(checkSuccession(parsed(GOOD_LENT_PLAYLIST), parsed(GOOD_NEXT_LENT_PLAYLIST)))).toEqual([]);
    expect(brokenBeside(GOOD_NEXT_LENT_PLAYLIST, GOOD_LENDER_PLAYLIST)).toEqual([]);
  });

  it.each<[rule: string, fault: string, from: string | RegExp, to: string]>([
    ['A1.12', 'a segment under its lender’s EXT-X-MAP that is not of it', 'v360/8.m4s', 'v720/8.m4s'],
    ['A1.12', 'a part that is not of it', 'URI="v360/9.1.m4s"', 'URI="v720/9.1.m4s"'],
    ['A1.12', 'no EXT-X-MAP of its own behind the lent ones', MAP_BACK, MAP_BACK.replace(/.*\n/, '')],
    ['A1.12', 'a lender under other encoders, without EXT-X-DISCONTINUITY', 'v360/init-0', 'v360/init-1'],
    ['A5.41', 'a hint without its EXT-X-MAP', /#EXT-X-PRELOAD-HINT:TYPE=MAP.*\n/, ''],
    ['A5.41', 'a hint with the EXT-X-MAP of another', 'TYPE=MAP,URI="v360', 'TYPE=MAP,URI="v720'],
  ])('finds rule %s broken by %s', (rule, _fault, from, to) => {
    expect(rules(checkMediaPlaylist(seeded(GOOD_LENT_PLAYLIST, from, to)).violations)).toContain(rule);
  });

  it('finds rule A1.12 broken by other encoders of the same rendition, without EXT-X-DISCONTINUITY', () => {
    const text = seeded(GOOD_NEXT_PLAYLIST, DATE_11, `#EXT-X-MAP:URI="v720/init-1.mp4"\n${DATE_11}`);
    expect(rules(checkMediaPlaylist(text).violations)).toContain('A1.12');
    const withTag = seeded(text, '#EXT-X-MAP:URI="v720/init-1', '#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="v720/init-1');
    expect(checkMediaPlaylist(withTag).violations).toEqual([]);
  });

  it.each<[fault: string, from: string | RegExp, to: string]>([
    ['another length than with its lender', '#EXTINF:2.000000,\nv360/8', '#EXTINF:1.999990,\nv360/8'],
    ['another part than its lender has', 'v360/9.1.m4s', 'v360/9.9.m4s'],
    ['another init segment than its lender has', /v360\/init-0/g, 'v360/init-00'],
    ['another date', '12:00:14.000Z', '12:00:14.001Z'],
    ['a lender that is not there', /v360\//g, 'v240/'],
  ])('finds rule A1.12 broken by %s', (_fault, from, to) => {
    expect(brokenBeside(seeded(GOOD_NEXT_LENT_PLAYLIST, from, to), GOOD_LENDER_PLAYLIST)).toContain('A1.12');
  });

  it('finds rule A5.41 broken by a part that comes under another EXT-X-MAP than was hinted', () => {
    const after = seeded(GOOD_NEXT_LENT_PLAYLIST, /#EXT-X-MAP:URI="v360\/init-0.mp4"\n(.*12:00:20)/, '$1');
    expect(rules(checkSuccession(parsed(GOOD_LENT_PLAYLIST), parsed(after)))).toContain('A5.41');
  });
});
