import {
  type AudioRendition,
  type BroadcastId,
  type Delivery,
  isWithinHeight,
  type VideoRendition,
} from '@sluice/contracts';
import { muxedId } from '../mux/muxed-id.ts';
import { independentSegmentsTag, openingTags } from './header-tags.ts';
import { attributeList, quoted } from './hls-values.ts';
import type { LiveWindow } from './live-window.ts';
import type { RenditionWindow } from './rendition-window.ts';

interface Track<R> {
  readonly rendition: R;
  readonly window: RenditionWindow;
}

export interface MultivariantOptions {
  /** No video above it is listed: the viewer's playback token does not go further. */
  readonly heightPxMax?: number | undefined;
  /** `muxed`: each video has its sound in it. `separate`, if absent. */
  readonly delivery?: Delivery | undefined;
}

/**
 * The multivariant playlist (rfc8216bis §4.4.6): audio in groups of its own, every video with each of them; or every
 * video with each of them in it. Its URIs are relative to `/live/{channelId}/index.m3u8`.
 */
export function multivariantPlaylist(
  window: LiveWindow,
  broadcastId: BroadcastId,
  { heightPxMax, delivery = 'separate' }: MultivariantOptions = {},
): string {
  const videos: Track<VideoRendition>[] = [];
  const audios: Track<AudioRendition>[] = [];
  for (const rendition of window.renditions.values()) {
    const described = rendition.rendition;
    if (!isWithinHeight(described.id, heightPxMax)) continue;
    if (described.kind === 'video') videos.push({ rendition: described, window: rendition });
    else audios.push({ rendition: described, window: rendition });
  }
  const lines = [
    ...openingTags,
    independentSegmentsTag,
    ...(videos.length === 0
      ? audios.flatMap((audio) => audioVariant(audio, broadcastId))
      : videoLines(videos, audios, { broadcastId, delivery })),
  ];
  return `${lines.join('\n')}\n`;
}

function videoLines(
  videos: readonly Track<VideoRendition>[],
  audios: readonly Track<AudioRendition>[],
  { broadcastId, delivery }: { readonly broadcastId: BroadcastId; readonly delivery: Delivery },
): string[] {
  if (delivery === 'muxed' && audios.length > 0) {
    return videos.flatMap((video) => audios.flatMap((audio) => muxedVariant(video, audio, broadcastId)));
  }
  return [
    ...audios.map((audio) => mediaTag(audio.rendition, broadcastId)),
    ...videos.flatMap((video) => videoVariants(video, audios, broadcastId)),
  ];
}

function videoVariants(
  video: Track<VideoRendition>,
  audios: readonly Track<AudioRendition>[],
  broadcastId: BroadcastId,
): string[] {
  const uri = playlistUri(broadcastId, video.rendition.id);
  if (audios.length === 0) return [streamInfTag(video, { audio: undefined, group: undefined }), uri];
  return audios.flatMap((audio) => [streamInfTag(video, { audio, group: audio.rendition.id }), uri]);
}

/** The sound is in the variant's own playlist, so it is of no group. */
function muxedVariant(video: Track<VideoRendition>, audio: Track<AudioRendition>, broadcastId: BroadcastId): string[] {
  const id = muxedId({ videoId: video.rendition.id, audioId: audio.rendition.id });
  return [streamInfTag(video, { audio, group: undefined }), playlistUri(broadcastId, id)];
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
function streamInfTag(
  video: Track<VideoRendition>,
  { audio, group }: { readonly audio: Track<AudioRendition> | undefined; readonly group: string | undefined },
): string {
  const { rendition } = video;
  const codecs = audio === undefined ? rendition.codecs : `${rendition.codecs},${audio.rendition.codecs}`;
  const attributes = attributeList({
    ...bandwidths(audio === undefined ? [video.window] : [video.window, audio.window]),
    CODECS: quoted(codecs),
    RESOLUTION: `${rendition.widthPx}x${rendition.heightPx}`,
    'FRAME-RATE': (rendition.frameRate.num / rendition.frameRate.den).toFixed(3),
    AUDIO: group === undefined ? undefined : quoted(group),
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
