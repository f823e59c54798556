import {
  type AudioRendition,
  type Delivery,
  isWithinHeight,
  type Rendition,
  type RenditionId,
  type VideoRendition,
} from '@sluice/contracts';
import { muxedId } from '../mux/muxed-id.ts';
import type { BitrateMeter } from './bitrate-meter.ts';
import { independentSegmentsTag, openingTags } from './header-tags.ts';
import { attributeList, quoted } from './hls-values.ts';

/** As much of a rendition as a multivariant playlist tells. */
export interface MeasuredRendition {
  readonly rendition: Rendition;
  readonly bitrate: Pick<BitrateMeter, 'peakBps' | 'averageBps'>;
}

interface Track<R> {
  readonly rendition: R;
  readonly measured: MeasuredRendition;
}

export interface MultivariantOptions {
  /** No video above it is listed: the viewer's playback token does not go further. */
  readonly heightPxMax?: number | undefined;
  /** `muxed`: each video has its sound in it. `separate`, if absent. */
  readonly delivery?: Delivery | undefined;
}

/** What it lists. */
export interface MultivariantSource {
  readonly renditions: ReadonlyMap<RenditionId, MeasuredRendition>;
}

/**
 * The multivariant playlist (rfc8216bis §4.4.6): audio in groups of its own, every video with each of them; or every
 * video with each of them in it.
 *
 * @param directory where the media playlists are, relative to this one, with a `/` at its end; empty: beside it.
 */
export function multivariantPlaylist(
  { renditions }: MultivariantSource,
  directory: string,
  { heightPxMax, delivery = 'separate' }: MultivariantOptions = {},
): string {
  const videos: Track<VideoRendition>[] = [];
  const audios: Track<AudioRendition>[] = [];
  for (const measured of renditions.values()) {
    const described = measured.rendition;
    if (!isWithinHeight(described.id, heightPxMax)) continue;
    if (described.kind === 'video') videos.push({ rendition: described, measured });
    else audios.push({ rendition: described, measured });
  }
  const lines = [
    ...openingTags,
    independentSegmentsTag,
    ...(videos.length === 0
      ? audios.flatMap((audio) => audioVariant(audio, directory))
      : videoLines(videos, audios, { directory, delivery })),
  ];
  return `${lines.join('\n')}\n`;
}

function videoLines(
  videos: readonly Track<VideoRendition>[],
  audios: readonly Track<AudioRendition>[],
  { directory, delivery }: { readonly directory: string; readonly delivery: Delivery },
): string[] {
  if (delivery === 'muxed' && audios.length > 0) {
    return videos.flatMap((video) => audios.flatMap((audio) => muxedVariant(video, audio, directory)));
  }
  return [
    ...audios.map((audio) => mediaTag(audio.rendition, directory)),
    ...videos.flatMap((video) => videoVariants(video, audios, directory)),
  ];
}

function videoVariants(
  video: Track<VideoRendition>,
  audios: readonly Track<AudioRendition>[],
  directory: string,
): string[] {
  const uri = playlistUri(directory, video.rendition.id);
  if (audios.length === 0) return [streamInfTag(video, { audio: undefined, group: undefined }), uri];
  return audios.flatMap((audio) => [streamInfTag(video, { audio, group: audio.rendition.id }), uri]);
}

/** The sound is in the variant's own playlist, so it is of no group. */
function muxedVariant(video: Track<VideoRendition>, audio: Track<AudioRendition>, directory: string): string[] {
  const id = muxedId({ videoId: video.rendition.id, audioId: audio.rendition.id });
  return [streamInfTag(video, { audio, group: undefined }), playlistUri(directory, id)];
}

function audioVariant(audio: Track<AudioRendition>, directory: string): string[] {
  const attributes = attributeList({ ...bandwidths([audio.measured]), CODECS: quoted(audio.rendition.codecs) });
  return [`#EXT-X-STREAM-INF:${attributes}`, playlistUri(directory, audio.rendition.id)];
}

/** rfc8216bis §4.4.6.1. Each audio rendition is a group: they differ in bit rate, not in what is said. */
function mediaTag(audio: AudioRendition, directory: string): string {
  const attributes = attributeList({
    TYPE: 'AUDIO',
    'GROUP-ID': quoted(audio.id),
    NAME: quoted('Audio'),
    DEFAULT: 'YES',
    AUTOSELECT: 'YES',
    CHANNELS: quoted(String(audio.channelCount)),
    URI: quoted(playlistUri(directory, audio.id)),
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
    ...bandwidths(audio === undefined ? [video.measured] : [video.measured, audio.measured]),
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

function bandwidths(tracks: readonly MeasuredRendition[]): Record<string, number | undefined> {
  const peaks = tracks.map(({ bitrate, rendition }) => bitrate.peakBps(rendition.bitrateBpsMax));
  const averages = tracks.map(({ bitrate }) => bitrate.averageBps());
  return {
    BANDWIDTH: sum(peaks),
    'AVERAGE-BANDWIDTH': averages.every((bps) => bps !== undefined) ? sum(averages) : undefined,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function playlistUri(directory: string, renditionId: string): string {
  return `${directory}${renditionId}.m3u8`;
}
