import { RenditionId } from '@sluice/contracts';
import { type ListedId, muxedId, muxedTracks } from '../mux/muxed-id.ts';
import { muxedArchive } from '../mux/muxed-runs.ts';
import type { LenderOf } from '../mux/muxed-segment.ts';
import type { Recording } from '../recording/recording.ts';
import { SegmentArchive } from '../window/segment-archive.ts';
import type { ListedRecording } from './recorded-playlist.ts';
import { recordedBucketUris, recordedMuxedUris, recordedUris } from './recorded-uris.ts';

/**
 * A rendition that a recording's playlist can be of; `undefined`: it has none of that id.
 *
 * @param bucketUrl media that is stored is listed there.
 */
export function listedRecording(
  recording: Recording,
  id: ListedId,
  bucketUrl: string | undefined,
): ListedRecording | undefined {
  const { renditions, timing } = recording;
  const tracks = muxedTracks(id);
  if (tracks !== undefined) return muxedRecording(recording, tracks.videoId, tracks.audioId);
  const encoded = renditions.get(RenditionId.parse(id));
  if (encoded === undefined) return undefined;
  const { rendition, archive } = encoded;
  const uris =
    bucketUrl === undefined ? recordedUris(recording) : recordedBucketUris(recording, bucketUrl, timing.listsParts);
  return { rendition, archive, uris };
}

function muxedRecording(recording: Recording, videoId: RenditionId, audioId: RenditionId): ListedRecording | undefined {
  const video = recording.renditions.get(videoId);
  const audio = recording.renditions.get(audioId);
  if (video === undefined || audio === undefined) return undefined;
  const lenderOf: LenderOf = (lentBy) => lentBy && muxedId({ videoId: RenditionId.parse(lentBy), audioId });
  const runs = muxedArchive({
    video: { runs: video.archive.runs, grid: video.grid },
    audio: { runs: audio.archive.runs, grid: audio.grid },
    endMsn: Infinity,
    lenderOf,
  });
  const { timescaleHz, partTargetTicks } = video.rendition;
  return {
    rendition: { id: muxedId({ videoId, audioId }), timescaleHz, partTargetTicks },
    archive: new SegmentArchive(video.grid, runs),
    uris: recordedMuxedUris(recording),
  };
}
