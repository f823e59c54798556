import { type BroadcastId, type ChannelId, initFileName, segmentFileName } from '@sluice/contracts';
import { bucketUris } from '../media/bucket-uris.ts';
import { muxedInitFileName } from '../mux/muxed-file.ts';
import { initVersionsOf } from '../mux/muxed-segment.ts';
import type { MediaUris } from '../window/media-uris.ts';

/** Where a recording's media is. */
export interface RecordedPlace {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
}

/**
 * The broadcast's own media, at the address that it always had, relative to `/vod/{broadcastId}/` and `/clip/{clipId}/`:
 * whatever prefix a viewer came by stays on every request, and caches that have a segment have it for good.
 */
export function mediaDirectory({ channelId, broadcastId }: RecordedPlace): string {
  return `../../live/${channelId}/${broadcastId}/`;
}

/** Of a recording's media playlists, which list no parts. */
export function recordedUris(place: RecordedPlace): MediaUris {
  const directory = mediaDirectory(place);
  const segment = (renditionId: string, msn: number) => `${directory}${renditionId}/${segmentFileName(msn)}`;
  return {
    name: directory,
    init: (renditionId, initVersion) => `${directory}${renditionId}/${initFileName(initVersion)}`,
    segment,
    part: (renditionId, { msn }) => segment(renditionId, msn),
    hint: () => undefined,
  };
}

/** The same on the bucket's own domain, as far as live playlists have them there. */
export function recordedBucketUris(place: RecordedPlace, bucketUrl: string, listsParts: boolean): MediaUris {
  return bucketUris({ bucketUrl, broadcastId: place.broadcastId, listsParts, edgeUris: recordedUris(place) });
}

/** Of muxed renditions, which are the edge's own. */
export function recordedMuxedUris(place: RecordedPlace): MediaUris {
  const own = recordedUris(place);
  const init = (renditionId: string, initVersion: number) =>
    `${mediaDirectory(place)}${renditionId}/${muxedInitFileName(initVersionsOf(initVersion))}`;
  return { ...own, name: `muxed ${own.name}`, init };
}
