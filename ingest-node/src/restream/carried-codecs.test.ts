import { describe, expect, it } from 'vitest';
import type { SourceConfig } from '../media/source.ts';
import { isEnhanced, unsupportedTrack } from './carried-codecs.ts';

function config(codec: SourceConfig['codec']): SourceConfig {
  const extradata = new Uint8Array();
  return codec === 'h264' || codec === 'hevc' || codec === 'av1' || codec === 'vp9'
    ? { kind: 'video-config', codec, extradata }
    : { kind: 'audio-config', codec, extradata, sampleRateHz: 0, channelCount: 0 };
}

describe('what a protocol carries', () => {
  it.each<[SourceConfig['codec'], string | undefined, string | undefined]>([
    ['h264', undefined, undefined],
    ['hevc', undefined, undefined],
    ['av1', undefined, 'SRT with MPEG-TS does not carry AV1.'],
    ['vp9', undefined, 'SRT with MPEG-TS does not carry VP9.'],
    ['aac', undefined, undefined],
    ['opus', undefined, undefined],
    ['mp3', undefined, undefined],
    ['mp2', 'RTMP does not carry MP2.', undefined],
  ])('%s', (codec, overRtmp, overSrt) => {
    expect(unsupportedTrack('rtmp', [config('h264'), config(codec)])).toBe(overRtmp);
    expect(unsupportedTrack('rtmps', [config(codec)])).toBe(overRtmp);
    expect(unsupportedTrack('srt', [config(codec), config('aac')])).toBe(overSrt);
  });

  it('is Enhanced RTMP where FLV has no number for it', () => {
    expect(isEnhanced([config('h264'), config('aac')])).toBe(false);
    for (const codec of ['hevc', 'av1', 'vp9', 'opus'] as const) expect(isEnhanced([config(codec)])).toBe(true);
  });
});
