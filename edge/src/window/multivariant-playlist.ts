import type { AudioRendition, BroadcastId, VideoRendition } from '@sluice/contracts';
import { independentSegmentsTag, openingTags } from './header-tags.ts';
import { attributeList, quoted } from './hls-values.ts';
import type { LiveWindow } from './live-window.ts';
import type { RenditionWindow } from './rendition-window.ts';

interface Track<R> {
  readonly rendition: R;
  readonly window: RenditionWindow;
}

/**
 * The multivariant playlist (rfc8216bis §4.4.6): audio in groups of its own, every video with each of them. Its URIs
 * are relative to `/live/{channelId}/index.m3u8`.
 */
export function multivariantPlaylist(window: LiveWindow, broadcastId: BroadcastId): string {
  const videos: Track<VideoRendition>[] = [];
  const audios: Track<AudioRendition>[] = [];
  for (const rendition of window.renditions.values()) {
    const described = rendition.rendition;
    if (described.kind === 'video') videos.push({ rendition: described, window: rendition });
    else audios.push({ rendition: described, window: rendition });
  }
  const lines = [
    ...openingTags,
    independentSegmentsTag,
    ...(videos.length === 0 ? [] : audios.map((audio) => mediaTag(audio.rendition, broadcastId))),
    ...(videos.length === 0
      ? audios.flatMap((audio) => audioVariant(audio, broadcastId))
      : videos.flatMap((video) => videoVariants(video, audios, broadcastId))),
  ];
  return `${lines.join('\n')}\n`;
}

function videoVariants(
  video: Track<VideoRendition>,
  audios: readonly Track<AudioRendition>[],
  broadcastId: BroadcastId,
): string[] {
  const uri = playlistUri(broadcastId, video.rendition.id);
  if (audios.length === 0) return [streamInfTag(video, undefined), uri];
  return audios.flatMap((audio) => [streamInfTag(video, audio), uri]);
}

function audioVariant(audio: Track<AudioRendition>, broadcastId: BroadcastId): string[] {
  const attributes = attributeList({ ...bandwidths([audio.window]), CODECS: quoted(audio.rendition.codecs) });
  return [`#EXT-X-STREAM-INF:${attributes}`, playlistUri(broadcastId, audio.rendition.id)];
}

/** rfc8216bis §4.4.6.1. Each audio rendition is a group: they differ in bit rate, not in what is said. */
function mediaTag(audio: AudioRendition, broadcastId: BroadcastId): string {
  const attributes = attributeList({
    TYPE: 'AUDIO',
    'GROUP-ID': quoted(audio.id),
    NAME: quoted('Audio'),
    DEFAULT: 'YES',
    AUTOSELECT: 'YES',
    CHANNELS: quoted(String(audio.channelCount)),
    URI: quoted(playlistUri(broadcastId, audio.id)),
  });
  return `#EXT-X-MEDIA:${attributes}`;
}

/** rfc8216bis §4.4.6.2: BANDWIDTH and CODECS cover everything the variant plays, its audio group too. */
function streamInfTag(video: Track<VideoRendition>, audio: Track<AudioRendition> | undefined): string {
  const { rendition } = video;
  const codecs = audio === undefined ? rendition.codecs : `${rendition.codecs},${audio.rendition.codecs}`;
  const attributes = attributeList({
    ...bandwidths(audio === undefined ? [video.window] : [video.window, audio.window]),
    CODECS: quoted(codecs),
    RESOLUTION: `${rendition.widthPx}x${rendition.heightPx}`,
    'FRAME-RATE': (rendition.frameRate.num / rendition.frameRate.den).toFixed(3),
    AUDIO: audio === undefined ? undefined : quoted(audio.rendition.id),
    // Our encoders write none. Unless told so, Shaka loads segments to look for them before it plays, and fails on the
    // open one of a young broadcast (seen with 5.2.12).
    'CLOSED-CAPTIONS': 'NONE',
  });
  return `#EXT-X-STREAM-INF:${attributes}`;
}

function bandwidths(windows: readonly RenditionWindow[]): Record<string, number | undefined> {
  const peaks = windows.map((window) => window.bitrate.peakBps(window.rendition.bitrateBpsMax));
  const averages = windows.map((window) => window.bitrate.averageBps());
  return {
    BANDWIDTH: sum(peaks),
    'AVERAGE-BANDWIDTH': averages.every((bps) => bps !== undefined) ? sum(averages) : undefined,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function playlistUri(broadcastId: BroadcastId, renditionId: string): string {
  return `${broadcastId}/${renditionId}.m3u8`;
}
