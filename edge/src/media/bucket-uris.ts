import { type BroadcastId, initFileName, isPrivateBroadcast, partFileName, segmentFileName } from '@sluice/contracts';
import { type MediaUris, RELATIVE_URIS } from '../window/media-uris.ts';

/** A bucket's own domain, as far as a broadcast's playlists point there. */
export interface BucketPlace {
  /** `https://media.example.com/demo`: below it the bucket has the channel's objects. */
  readonly bucketUrl: string;
  readonly broadcastId: BroadcastId;
  /** Its segments have parts. Then a segment's own object follows them, and is not there yet when it is listed. */
  readonly listsParts: boolean;
  /** Of what stays with the edge; beside the broadcast's playlists, if absent. */
  readonly edgeUris?: MediaUris;
}

/**
 * URIs on the bucket's own domain, of what is known to be stored: parts and init segments, and segments where they are
 * stored as parts are. A segment that is still put together out of its parts stays with the edge.
 *
 * Nothing is hinted at. Such a domain keeps a 404 for minutes, so a hint would have to be the edge's address, and the
 * URI of a hint must be that of the part (rfc8216bis §4.4.5.3; docs/adr/0027-media-through-layers.md).
 */
export function bucketUris(place: BucketPlace): MediaUris {
  const { bucketUrl, broadcastId, listsParts, edgeUris = RELATIVE_URIS } = place;
  // A token opens a private broadcast, and the bucket's domain knows of none.
  if (isPrivateBroadcast(broadcastId)) return edgeUris;
  const url = (renditionId: string, fileName: string) => `${bucketUrl}/${broadcastId}/${renditionId}/${fileName}`;
  return {
    name: `bucket ${bucketUrl}/${broadcastId} ${edgeUris.name}`,
    init: (renditionId, initVersion) => url(renditionId, initFileName(initVersion)),
    part: (renditionId, { msn, partIndex }) => url(renditionId, partFileName(msn, partIndex)),
    segment: (renditionId, msn) =>
      listsParts ? edgeUris.segment(renditionId, msn) : url(renditionId, segmentFileName(msn)),
    hint: () => undefined,
  };
}
