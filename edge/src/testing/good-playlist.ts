/**
 * A media playlist that keeps every rule, written by hand, so that the checker is not measured by what it checks. Two
 * whole segments without parts, two with parts, and an open one.
 */
export const GOOD_MEDIA_PLAYLIST = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=3.000,HOLD-BACK=6.000
#EXT-X-PART-INF:PART-TARGET=1.000000
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="v720/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:12.000Z
#EXTINF:2.000000,
v720/7.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:14.000Z
#EXTINF:2.000000,
v720/8.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:16.000Z
#EXT-X-PART:DURATION=1.000000,URI="v720/9.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1.000000,URI="v720/9.1.m4s"
#EXTINF:2.000000,
v720/9.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:18.000Z
#EXT-X-PART:DURATION=1.000000,URI="v720/10.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=1.000000,URI="v720/10.1.m4s"
#EXTINF:2.000000,
v720/10.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:20.000Z
#EXT-X-PART:DURATION=1.000000,URI="v720/11.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/11.1.m4s"
#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=11,LAST-PART=0
`;

/** The other rendition of the same presentation, at the same instant. */
export const GOOD_AUDIO_PLAYLIST = GOOD_MEDIA_PLAYLIST.replaceAll('v720/', 'a128/').replace(
  'URI="a128.m3u8"',
  'URI="v720.m3u8"',
);

/** The same rendition one part later. */
export const GOOD_NEXT_PLAYLIST = GOOD_MEDIA_PLAYLIST.replace(
  `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/11.1.m4s"
#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=11,LAST-PART=0`,
  `#EXT-X-PART:DURATION=1.000000,URI="v720/11.1.m4s"
#EXTINF:2.000000,
v720/11.m4s
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/12.0.m4s"
#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=11,LAST-PART=1`,
);

/** The rendition that lends, at the same instant. */
export const GOOD_LENDER_PLAYLIST = GOOD_MEDIA_PLAYLIST.replaceAll('v720/', 'v360/').replace(
  'URI="a128.m3u8"',
  'URI="v720.m3u8"',
);

/** A rendition that rested while its second and third segment were made, and rests again from the next one on. */
export const GOOD_LENT_PLAYLIST = GOOD_MEDIA_PLAYLIST.replace(
  '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:14',
  '#EXT-X-MAP:URI="v360/init-0.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:14',
)
  .replaceAll(/v720\/(8|9)\./g, 'v360/$1.')
  .replace(
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:18',
    '#EXT-X-MAP:URI="v720/init-0.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:18',
  )
  .replace(/#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:20[\s\S]*/, '')
  .concat(
    `#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="v360/init-0.mp4"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v360/11.0.m4s"
#EXT-X-RENDITION-REPORT:URI="v360.m3u8",LAST-MSN=11,LAST-PART=0
`,
  );

/** A part later. */
export const GOOD_NEXT_LENT_PLAYLIST = GOOD_LENT_PLAYLIST.replace(
  /#EXT-X-PRELOAD-HINT[\s\S]*/,
  `#EXT-X-MAP:URI="v360/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:20.000Z
#EXT-X-PART:DURATION=1.000000,URI="v360/11.0.m4s",INDEPENDENT=YES
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v360/11.1.m4s"
#EXT-X-RENDITION-REPORT:URI="v360.m3u8",LAST-MSN=11,LAST-PART=0
`,
);

export const GOOD_MULTIVARIANT_PLAYLIST = `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a128",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="b/a128.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=3140000,AVERAGE-BANDWIDTH=2500000,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30.000,AUDIO="a128"
b/v720.m3u8
`;

/** The playlist with one thing wrong. Throws when there was nothing to replace: a fault must be in the text to be found. */
export function seeded(text: string, from: string | RegExp, to: string): string {
  const changed = text.replace(from, to);
  if (changed === text) throw new Error(`nothing to seed a fault at: ${String(from)}`);
  return changed;
}
