import { ClipId } from '@sluice/contracts';
import type { JobOutcome } from '../jobs/job.ts';
import type { MediaBucket } from '../media/media-bucket.ts';
import type { EdgeCaller } from '../playback/edge-caller.ts';
import type { Clips } from './clips.ts';

export interface RemoveBegunClipParts {
  readonly clips: Clips;
  readonly edge: Pick<EdgeCaller, 'deleteClip'>;
  readonly bucket: Pick<MediaBucket, 'remove'>;
}

/** The job: removes what the edge may have made of a clip whose maker did not live to hear of it. */
export async function removeBegunClip(
  name: string,
  { clips, edge, bucket }: RemoveBegunClipParts,
): Promise<JobOutcome> {
  const clipId = ClipId.parse(name);
  const begun = await clips.begun(clipId);
  if (begun === undefined) return { kind: 'done' };
  await edge.deleteClip(begun.channelId, clipId);
  await bucket.remove([`_clip/${clipId}.json`]);
  await clips.end(clipId);
  return { kind: 'done' };
}
