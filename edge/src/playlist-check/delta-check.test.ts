import { describe, expect, it } from 'vitest';
import { GOOD_DELTA, GOOD_EARLIER_PLAYLIST, GOOD_LONG_PLAYLIST } from '../testing/good-delta.ts';
import { seeded } from '../testing/good-playlist.ts';
import { appliedDelta, checkDelta, checkMediaPlaylist, type ParsedMediaPlaylist } from './playlist-check.ts';

function parsed(text: string): ParsedMediaPlaylist {
  return checkMediaPlaylist(text).playlist;
}

/** Rules that a delta update breaks by itself. */
function broken(text: string): string[] {
  return [...new Set(checkMediaPlaylist(text).violations.map(({ rule }) => rule))];
}

/** Rules that it breaks for a client that has the playlist before. */
function brokenFor(before: string, delta: string): string[] {
  return checkDelta(parsed(before), parsed(delta), parsed(GOOD_LONG_PLAYLIST)).map(({ rule }) => rule);
}

const SKIP = '#EXT-X-SKIP:SKIPPED-SEGMENTS=2,RECENTLY-REMOVED-DATERANGES=""\n';
const SEGMENT_3 = /#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:04[\s\S]*?3\.m4s\n/;

describe('the checker of a delta update', () => {
  it('finds nothing wrong with good ones', () => {
    expect([broken(GOOD_LONG_PLAYLIST), broken(GOOD_DELTA)]).toEqual([[], []]);
    for (const before of [GOOD_EARLIER_PLAYLIST, GOOD_LONG_PLAYLIST]) expect(brokenFor(before, GOOD_DELTA)).toEqual([]);
  });

  it('numbers segments from behind the skipped ones', () => {
    const { segments, skip } = parsed(GOOD_DELTA);
    expect([segments[0]?.msn, segments[0]?.uri, skip?.segmentCount]).toEqual([3, 'v720/3.m4s', 2]);
  });

  it('reads the IDs of date ranges that were removed, which are separated by tabs', () => {
    const text = seeded(GOOD_DELTA, 'DATERANGES=""', 'DATERANGES="a-1\tb-2"');
    expect(broken(text)).toEqual([]);
    expect(parsed(text).skip?.removedDateRanges).toEqual(['a-1', 'b-2']);
  });

  it.each<[rule: string, fault: string, from: string | RegExp, to: string]>([
    ['A1.2', 'a second one', SKIP, `${SKIP}${SKIP}`],
    ['A1.2', 'a tab in another tag', '#EXT-X-INDEPENDENT-SEGMENTS\n', '#EXT-X-INDEPENDENT-SEGMENTS\t\n'],
    ['A1.3', 'a version below 9', 'VERSION:10', 'VERSION:8'],
    ['A1.9', 'CAN-SKIP-DATERANGES by itself', 'CAN-SKIP-UNTIL=12.000,', ''],
    ['A1.12', 'no EXT-X-MAP behind it', '#EXT-X-MAP:URI="v720/init-0.mp4"\n', ''],
    ['A4.38', 'a segment that is not as far from the end as CAN-SKIP-UNTIL', SEGMENT_3, ''],
    ['A4.38', 'no segment skipped', 'SEGMENTS=2', 'SEGMENTS=0'],
    ['A4.38', 'no number of segments', 'SKIPPED-SEGMENTS=2,', ''],
    ['A4.38', 'segments before it', new RegExp(`(${SKIP})([\\s\\S]*v720/3.m4s\\n)`), '$2$1'],
    ['A4.38', 'an end of the broadcast', /#EXT-X-PRELOAD-HINT.*\n/, '#EXT-X-ENDLIST\n'],
    ['A4.39', 'date ranges skipped that may not be', ',CAN-SKIP-DATERANGES=YES', ''],
    ['A4.40', 'nothing that says it may be', 'CAN-SKIP-UNTIL=12.000,CAN-SKIP-DATERANGES=YES,', ''],
  ])('finds rule %s broken by %s', (rule, _fault, from, to) => {
    expect(broken(seeded(GOOD_DELTA, from, to))).toContain(rule);
  });

  it('finds rule A4.38 broken by a segment that is not skipped and should be', () => {
    const segment2 = /#EXT-X-PROGRAM-DATE-TIME:.*\n.*\nv720\/2\.m4s\n/.exec(GOOD_LONG_PLAYLIST)?.[0] ?? '';
    const text = seeded(GOOD_DELTA, /(#EXT-X-MAP.*\n)/, `$1${segment2}`);
    const kept = seeded(text, 'SEGMENTS=2', 'SEGMENTS=1');
    expect(broken(kept)).toEqual(['A4.38']);
    // Nobody made what is open: then the boundary has not moved on, and it is right to list it.
    expect(broken(seeded(kept, '9.0.m4s",INDEPENDENT=YES', '9.0.m4s",GAP=YES'))).toEqual([]);
  });

  it.each<[fault: string, from: string | RegExp, to: string]>([
    ['another EXTINF of a segment', '#EXTINF:2.000000,\nv720/4', '#EXTINF:1.999999,\nv720/4'],
    ['another date', '12:00:10.000Z', '12:00:10.001Z'],
    ['a part less', /#EXT-X-PART:.*\/8\.1.*\n/, ''],
    ['a date range less', /#EXT-X-DATERANGE:ID="b.*\n/, ''],
    ['a date range removed that is there', 'DATERANGES=""', 'DATERANGES="a-1"'],
    ['another report', 'LAST-PART=0', 'LAST-PART=1'],
    ['another number of skipped segments', 'SEGMENTS=2', 'SEGMENTS=1'],
  ])('finds rule A4.38 broken by %s: applied, it is another playlist', (_fault, from, to) => {
    expect(brokenFor(GOOD_EARLIER_PLAYLIST, seeded(GOOD_DELTA, from, to))).toContain('A4.38');
  });

  it('finds that a client lacks what was skipped', () => {
    const old = seeded(GOOD_EARLIER_PLAYLIST, /#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02[\s\S]*7\.m4s\n/, '');
    expect(appliedDelta(parsed(old), parsed(GOOD_DELTA))).toBeUndefined();
    expect(brokenFor(old, GOOD_DELTA)).toContain('A4.38');
  });

  it('finds rule A1.3 broken by date ranges that were skipped under version 9', () => {
    expect(brokenFor(GOOD_EARLIER_PLAYLIST, seeded(GOOD_DELTA, 'VERSION:10', 'VERSION:9'))).toEqual(['A1.3']);
  });

  it('goes on with the discontinuity number of the last skipped segment', () => {
    const discontinuity = (text: string) =>
      seeded(
        text,
        '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02',
        '#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02',
      );
    const applied = appliedDelta(parsed(discontinuity(GOOD_EARLIER_PLAYLIST)), parsed(GOOD_DELTA));
    expect(applied?.segments.map(({ discontinuityNumber }) => discontinuityNumber)).toEqual([0, ...Array(8).fill(1)]);
  });
});

describe('the checker of date ranges (rule A2.27)', () => {
  const A = '#EXT-X-DATERANGE:ID="a-1",CLASS="a",START-DATE="2026-11-25T12:00:01.000Z"\n';
  const B_ENDED = ',END-DATE="2026-11-25T12:00:10.000Z"';

  it.each<[fault: string, from: string | RegExp, to: string]>([
    ['no ID', 'ID="a-1",', ''],
    ['no START-DATE', ',START-DATE="2026-11-25T12:00:01.000Z"', ''],
    ['a malformed date', '2026-11-25T12:00:01.000Z', 'yesterday'],
    ['an end before its start', B_ENDED, ',END-DATE="2026-11-25T12:00:01.000Z"'],
    ['an attribute that says two things', A, `${A}${A.replace('CLASS="a"', 'CLASS="b"')}`],
    ['a malformed duration', A, A.replace('\n', ',DURATION=-1\n')],
    ['END-ON-NEXT and an end', B_ENDED, `${B_ENDED},END-ON-NEXT=YES`],
    ['END-ON-NEXT without CLASS', A, A.replace('CLASS="a"', 'END-ON-NEXT=YES')],
  ])('finds %s', (_fault, from, to) => {
    expect(broken(seeded(GOOD_LONG_PLAYLIST, from, to))).toContain('A2.27');
  });

  it('finds a date range in a playlist without dates', () => {
    expect(broken(GOOD_LONG_PLAYLIST.replaceAll(/#EXT-X-PROGRAM-DATE-TIME.*\n/g, ''))).toContain('A2.27');
  });

  it('lets a date range have two tags', () => {
    expect(broken(seeded(GOOD_LONG_PLAYLIST, A, `${A}${A.replace('\n', ',DURATION=1.5\n')}`))).toEqual([]);
  });
});
