import type { RestreamAddress } from '@sluice/contracts';
import type { AudioCodec, SourceConfig, VideoCodec } from '../media/source.ts';

interface Carried {
  readonly name: string;
  readonly video: ReadonlySet<VideoCodec>;
  readonly audio: ReadonlySet<AudioCodec>;
}

/** With Enhanced RTMP where FLV has no number of its own (FFmpeg's muxer writes it). */
const RTMP: Carried = {
  name: 'RTMP',
  video: new Set(['h264', 'hevc', 'av1', 'vp9']),
  audio: new Set(['aac', 'mp3', 'opus']),
};
const MPEG_TS: Carried = {
  name: 'SRT with MPEG-TS',
  video: new Set(['h264', 'hevc']),
  audio: new Set(['aac', 'mp2', 'mp3', 'opus']),
};
/** What RTMP carried before Enhanced RTMP: a target need not know more. */
const CLASSIC: ReadonlySet<string> = new Set(['h264', 'aac', 'mp3']);

/** A sentence, where a track of the source cannot be pushed there. */
export function unsupportedTrack(
  protocol: RestreamAddress['protocol'],
  configs: readonly SourceConfig[],
): string | undefined {
  const carried = protocol === 'srt' ? MPEG_TS : RTMP;
  const track = configs.find((config) =>
    config.kind === 'video-config' ? !carried.video.has(config.codec) : !carried.audio.has(config.codec),
  );
  return track && `${carried.name} does not carry ${track.codec.toUpperCase()}.`;
}

/** Whether the target has to know Enhanced RTMP. */
export function isEnhanced(configs: readonly Pick<SourceConfig, 'codec'>[]): boolean {
  return configs.some(({ codec }) => !CLASSIC.has(codec));
}
