import { describe, expect, it } from 'vitest';
import { broadcastIdOf, playlistSigns } from './playlist-signs.ts';

const PLAYLIST = `#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-DISCONTINUITY-SEQUENCE:3
#EXT-X-MAP:URI="v360/init-0.mp4"
#EXTINF:2.1333,
v360/7.m4s
#EXT-X-PART:DURATION=0.53333,URI="v360/8.0.m4s",GAP=YES
#EXT-X-PART:DURATION=0.53333,URI="v360/8.1.m4s",INDEPENDENT=YES
#EXT-X-GAP
#EXTINF:2.1333,
v360/8.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="v360/init-1.mp4"
#EXT-X-PART:DURATION=0.53333,URI="v360/9.0.m4s"
#EXTINF:2.1333,
v360/9.m4s
`;

describe('the signs of a media playlist', () => {
  it('are its gaps, discontinuities, maps and its end', () => {
    expect(playlistSigns(`${PLAYLIST}#EXT-X-ENDLIST\n`)).toEqual({
      gapSegments: ['v360/8.m4s'],
      gapParts: ['v360/8.0.m4s'],
      discontinuities: ['v360/9.m4s'],
      discontinuitySequence: 3,
      maps: ['v360/init-0.mp4', 'v360/init-1.mp4'],
      isEnded: true,
    });
  });

  it('name a discontinuity before a segment that is still open', () => {
    const signs = playlistSigns(`${PLAYLIST}#EXT-X-DISCONTINUITY\n#EXT-X-PART:DURATION=0.5,URI="v360/10.0.m4s"\n`);
    expect(signs.discontinuities).toEqual(['v360/9.m4s', '(the open segment)']);
    expect(signs.isEnded).toBe(false);
  });

  it('of a quiet playlist are none', () => {
    const quiet = '#EXTM3U\n#EXT-X-MAP:URI="a128/init-0.mp4"\n#EXTINF:2,\na128/1.m4s\n';
    expect(playlistSigns(quiet)).toMatchObject({ gapSegments: [], gapParts: [], discontinuities: [], isEnded: false });
  });

  it('tell a broadcast by the playlists that its multivariant playlist names', () => {
    expect(broadcastIdOf('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n0a1b/v360.m3u8\n')).toBe('0a1b');
    expect(broadcastIdOf('#EXTM3U\n')).toBeUndefined();
  });
});
