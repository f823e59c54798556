import { BroadcastId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { checkMultivariantPlaylist, decimalValue, quotedValue } from '../playlist-check/playlist-check.ts';
import { A128, TestBroadcast, type TestBroadcastOptions, V360, V720 } from '../testing/test-broadcast.ts';
import { LiveWindow } from './live-window.ts';
import { multivariantPlaylist } from './multivariant-playlist.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwx4z6wtlh8p63');

function playlist(partCount: number, options: TestBroadcastOptions = {}): string {
  const broadcast = new TestBroadcast(options);
  const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
  window.append(broadcast.parts(0, partCount));
  return multivariantPlaylist(window, `${BROADCAST_ID}/`);
}

describe('the multivariant playlist', () => {
  it('reads like this before anything was measured', () => {
    expect(playlist(0)).toBe(
      `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a128",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",URI="${BROADCAST_ID}/a128.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=3140000,CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=30.000,AUDIO="a128",CLOSED-CAPTIONS=NONE
${BROADCAST_ID}/v720.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=940000,CODECS="avc1.64001E,mp4a.40.2",RESOLUTION=640x360,FRAME-RATE=30.000,AUDIO="a128",CLOSED-CAPTIONS=NONE
${BROADCAST_ID}/v360.m3u8
`,
    );
  });

  it.each([
    ['all renditions', undefined],
    ['video alone', [V720, V360]],
    ['audio alone', [A128]],
  ])('keeps every rule with %s (rules A1.2, A6.52)', (_what, renditionIds) => {
    for (const partCount of [0, 8, 80]) {
      const options = renditionIds === undefined ? {} : { renditionIds };
      expect(checkMultivariantPlaylist(playlist(partCount, options)).violations).toEqual([]);
    }
  });

  it('offers audio alone as a variant without RESOLUTION', () => {
    const { variants, media } = checkMultivariantPlaylist(playlist(8, { renditionIds: [A128] })).playlist;
    expect(media).toEqual([]);
    expect(variants.map(({ uri }) => uri)).toEqual([`${BROADCAST_ID}/a128.m3u8`]);
    expect(variants[0]?.attributes.has('RESOLUTION')).toBe(false);
  });

  it('names no audio group where there is no audio', () => {
    const { variants, media } = checkMultivariantPlaylist(playlist(8, { renditionIds: [V720] })).playlist;
    expect(media).toEqual([]);
    expect(variants[0]?.attributes.has('AUDIO')).toBe(false);
    expect(variants[0] && quotedValue(variants[0].attributes, 'CODECS')).toBe('avc1.64001F');
  });

  it('prints frame rates with three decimals', () => {
    expect(playlist(0, { frameRate: { num: 30_000, den: 1_001 } })).toContain('FRAME-RATE=29.970');
    expect(playlist(0, { frameRate: { num: 60_000, den: 1_001 } })).toContain('FRAME-RATE=59.940');
  });

  it('measures BANDWIDTH and AVERAGE-BANDWIDTH over video and its audio together (rule A6.52)', () => {
    // 60 parts are 32 s, after which the measure is believed.
    const [variant] = checkMultivariantPlaylist(playlist(60)).playlist.variants;
    if (variant === undefined) throw new Error('there is no variant');
    const peakBps = decimalValue(variant.attributes, 'BANDWIDTH') ?? 0;
    const averageBps = decimalValue(variant.attributes, 'AVERAGE-BANDWIDTH') ?? 0;
    // Parts of `low` last 8/15 s and have 1000 and 100 bytes, and 0 to 49 more; the most are in parts 44 to 47.
    const bpsOfSegment = (bytes: number) => (bytes * 8) / (4 * (8 / 15));
    expect(peakBps).toBe(Math.ceil(bpsOfSegment(4_182)) + Math.ceil(bpsOfSegment(582)));
    expect(averageBps).toBeLessThan(peakBps);
    expect(averageBps).toBeGreaterThan(bpsOfSegment(4_400));
  });
});
