/**
 * A playlist long enough for a delta update, that delta update, and the version of a segment earlier. Written without
 * the code that writes playlists, so that the checker is not measured by what it checks. Segments have 2 s.
 */

function header(version: number): string {
  return `#EXTM3U
#EXT-X-VERSION:${version}
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.000,CAN-SKIP-DATERANGES=YES,PART-HOLD-BACK=3.000,HOLD-BACK=6.000
#EXT-X-PART-INF:PART-TARGET=1.000000
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
`;
}

const MAP = '#EXT-X-MAP:URI="v720/init-0.mp4"\n';
const RANGE_A = '#EXT-X-DATERANGE:ID="a-1",CLASS="a",START-DATE="2026-11-25T12:00:01.000Z"\n';
const RANGE_B =
  '#EXT-X-DATERANGE:ID="b-9",CLASS="b",START-DATE="2026-11-25T12:00:09.000Z",END-DATE="2026-11-25T12:00:10.000Z"\n';

function date(msn: number): string {
  const second = String((msn - 1) * 2).padStart(2, '0');
  return `#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:${second}.000Z\n`;
}

function whole(msn: number): string {
  return `#EXTINF:2.000000,\nv720/${msn}.m4s\n`;
}

function part(msn: number, index: number): string {
  const independent = index === 0 ? ',INDEPENDENT=YES' : '';
  return `#EXT-X-PART:DURATION=1.000000,URI="v720/${msn}.${index}.m4s"${independent}\n`;
}

function closed(...msns: number[]): string {
  return msns.map((msn) => date(msn) + whole(msn)).join('');
}

function withParts(...msns: number[]): string {
  return msns.map((msn) => date(msn) + part(msn, 0) + part(msn, 1) + whole(msn)).join('');
}

function open(msn: number): string {
  return `${date(msn)}${part(msn, 0)}#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/${msn}.1.m4s"
#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=${msn},LAST-PART=0
`;
}

/** Ends at 17 s: segment 2 ends 13 s before, segment 3 ends 11 s before. */
export const GOOD_LONG_PLAYLIST = `${header(9)}${RANGE_A}${RANGE_B}${MAP}${closed(1, 2, 3, 4, 5, 6)}${withParts(7, 8)}${open(9)}`;

/** The first date range was listed long ago. */
export const GOOD_DELTA = `${header(10)}${RANGE_B}#EXT-X-SKIP:SKIPPED-SEGMENTS=2,RECENTLY-REMOVED-DATERANGES=""
${MAP}${closed(3, 4, 5, 6)}${withParts(7, 8)}${open(9)}`;

/** Two seconds before; the second date range was not there yet. */
export const GOOD_EARLIER_PLAYLIST = `${header(9)}${RANGE_A}${MAP}${closed(1, 2, 3, 4, 5)}${withParts(6, 7)}${open(8)}`;
