import { type MediaFile, recordingKey } from '@sluice/contracts';
import { type MediaReply, refused } from '../channel/channel-replies.ts';
import type { MediaAddress } from '../media/media-source.ts';
import type { Recording } from '../recording/recording.ts';
import type { SegmentClaim } from '../window/media-gate.ts';
import { findRecorded, type ShelfScope } from './recording-shelf.ts';

const ABSENT = refused('no-such-media');

/**
 * Of a file that is not in the bucket, and of whose broadcast no window is left: what its recording knows. A segment whose
 * own object never came is put together out of its parts, as it was while it was live.
 */
export async function askRecording(
  scope: ShelfScope,
  { place, file }: MediaAddress,
  claim: SegmentClaim = {},
): Promise<MediaReply> {
  if (file.kind !== 'segment') return ABSENT;
  const found = await findRecorded(scope, recordingKey(place.broadcastId));
  if (found.kind === 'refused') return found.code === 'unavailable' ? found : refused('no-such-broadcast');
  const isOfChannel = found.manifest.channelId === place.channelId;
  return isOfChannel ? recordedSegment(found.recording, place.renditionId, { ...claim, ...file }) : ABSENT;
}

function recordedSegment(
  { renditions, timing }: Recording,
  renditionId: MediaAddress['place']['renditionId'],
  { msn, initVersion }: Extract<MediaFile, { kind: 'segment' }> & SegmentClaim,
): MediaReply {
  const segment = renditions.get(renditionId)?.archive.segment(msn);
  if (segment === undefined || segment.gapParts.length > 0) return ABSENT;
  const lender = [...renditions.keys()].find((id) => id === segment.lentBy);
  // A playlist lists it as its lender's; an MPD of when it was live knows of no lenders.
  if (lender !== undefined && initVersion === undefined) return ABSENT;
  // Without parts a segment has no other object.
  if (timing.grid.partsPerSegment === 1) return ABSENT;
  return { kind: 'in-old-parts', partCount: segment.partTicks.length, ...(lender && { lentBy: lender }) };
}
