import { describe, expect, it } from 'vitest';
import { firstVariant, judgeCached, judgeFreshness, playlistEnd } from './playlist-freshness.ts';

const START = Date.UTC(2026, 10, 1, 18);
const PLAYLIST = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-PART-INF:PART-TARGET=0.53334
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-MAP:URI="v720/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-01T18:00:00.000Z
#EXT-X-PART:DURATION=1.00000,URI="v720/1.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1.00000,URI="v720/1.1.m4s"
#EXTINF:2.00000,
v720/1.m4s
#EXTINF:2.00000,
v720/2.m4s
#EXT-X-PART:URI="v720/3.0.m4s",DURATION=0.50000
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/3.1.m4s"
`;

describe('the end of a playlist', () => {
  it('is behind its last part', () => {
    expect(playlistEnd(PLAYLIST)).toEqual({ endsAtMs: START + 4_500, targetDurationS: 2, hasEnded: false });
  });

  it('counts from the last date', () => {
    const dated = PLAYLIST.replace(
      '#EXT-X-PART:URI',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-01T18:01:00.000Z\n#EXT-X-PART:URI',
    );
    expect(playlistEnd(dated)?.endsAtMs).toBe(START + 60_500);
  });

  it('is not known without a date', () => {
    expect(playlistEnd('#EXTM3U\n#EXTINF:2,\n1.m4s\n')).toBeUndefined();
    expect(playlistEnd('not a playlist')).toBeUndefined();
    expect(playlistEnd('#EXT-X-PROGRAM-DATE-TIME:never\n')).toBeUndefined();
  });

  it('may be for good', () => {
    expect(playlistEnd(`${PLAYLIST}#EXT-X-ENDLIST\n`)?.hasEnded).toBe(true);
  });
});

describe('a live playlist', () => {
  const end = playlistEnd(PLAYLIST);
  const judged = (lateMs: number) => judgeFreshness(end, START + 4_500 + lateMs);

  it.each([
    [500, 'ok', 'ends now'],
    [-1_500, 'ok', 'ends 2 s after now'],
    [6_000, 'ok', 'ends 6 s before now'],
    [6_001, 'warn', 'ends 6 s before now: it is late'],
    [16_001, 'fail', 'ends 16 s before now: it has stopped'],
    [-2_001, 'warn', 'ends 2 s after now'],
  ])('that is %i ms late is judged: %s', (lateMs, verdict, says) => {
    expect(judged(lateMs)).toMatchObject({ verdict, says });
  });

  it('is none where nothing is in it, or it has ended', () => {
    expect(judgeFreshness(undefined, START)).toMatchObject({ verdict: 'fail' });
    expect(judgeFreshness(playlistEnd(`${PLAYLIST}#EXT-X-ENDLIST\n`), START)).toMatchObject({ verdict: 'fail' });
  });
});

describe('a playlist out of a cache', () => {
  const end = playlistEnd(PLAYLIST);

  it('is fine for a few segments, and no longer', () => {
    expect([judgeCached(end, 0), judgeCached(end, 6_000)]).toEqual([undefined, undefined]);
    expect(judgeCached(end, 7_000)).toMatchObject({
      verdict: 'fail',
      says: 'is 7 s old: a cache before the Worker keeps playlists',
    });
  });

  it('is of no matter where there is no live one', () => {
    expect(judgeCached(undefined, 7_000)).toBeUndefined();
    expect(judgeCached(playlistEnd(`${PLAYLIST}#EXT-X-ENDLIST\n`), 7_000)).toBeUndefined();
  });
});

it('the first variant is the line behind its tag', () => {
  expect(
    firstVariant('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n\n# a comment\nv720.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nb'),
  ).toBe('v720.m3u8');
  expect(firstVariant('#EXTM3U\nv720.m4s\n')).toBeUndefined();
});
