import { describe, expect, it } from 'vitest';
import { GOOD_MULTIVARIANT_PLAYLIST, seeded } from '../testing/good-playlist.ts';
import { checkMultivariantPlaylist } from './playlist-check.ts';

describe('the checker of a multivariant playlist', () => {
  it('finds nothing wrong with a good one, and reads it', () => {
    const { violations, playlist } = checkMultivariantPlaylist(GOOD_MULTIVARIANT_PLAYLIST);
    expect(violations).toEqual([]);
    expect(playlist.variants.map(({ uri }) => uri)).toEqual(['b/v720.m3u8']);
    expect(playlist.media).toHaveLength(1);
  });

  it.each<[rule: string, fault: string, from: string | RegExp, to: string]>([
    ['A1.2', 'a media playlist tag', '#EXT-X-VERSION:9\n', '#EXT-X-VERSION:9\n#EXT-X-TARGETDURATION:2\n'],
    ['A1.2', 'a tag between EXT-X-STREAM-INF and its URI', 'b/v720.m3u8', '#EXT-X-VERSION:9\nb/v720.m3u8'],
    ['A1.2', 'a URI without EXT-X-STREAM-INF', /#EXT-X-STREAM-INF.*\n/, ''],
    ['A6.52', 'no variant', /#EXT-X-STREAM-INF.*\n.*\n/, ''],
    ['A6.52', 'no BANDWIDTH', 'BANDWIDTH=3140000,', ''],
    ['A6.52', 'a BANDWIDTH that is no integer', '=3140000', '=3140000.5'],
    ['A6.52', 'an average over the peak', 'AVERAGE-BANDWIDTH=2500000', 'AVERAGE-BANDWIDTH=3140001'],
    ['A6.52', 'no CODECS', 'CODECS="avc1.64001F,mp4a.40.2",', ''],
    ['A6.52', 'an empty codec', 'avc1.64001F,mp4a', 'avc1.64001F,,mp4a'],
    ['A6.52', 'CODECS without those of its audio group', ',mp4a.40.2', ''],
    ['A6.52', 'a RESOLUTION that is none', '1280x720', '720p'],
    ['A6.52', 'no FRAME-RATE', 'FRAME-RATE=30.000,', ''],
    ['A6.52', 'a FRAME-RATE without three decimals', '30.000', '30'],
    ['A6.52', 'an audio group that nobody declares', 'GROUP-ID="a128"', 'GROUP-ID="a96"'],
    ['A6.52', 'EXT-X-MEDIA without NAME', 'NAME="Audio",', ''],
    ['A6.52', 'EXT-X-MEDIA without URI', ',URI="b/a128.m3u8"', ''],
  ])('finds rule %s broken by %s', (rule, _fault, from, to) => {
    const { violations } = checkMultivariantPlaylist(seeded(GOOD_MULTIVARIANT_PLAYLIST, from, to));
    expect(violations.map((violation) => violation.rule)).toContain(rule);
  });
});
