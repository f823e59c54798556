import { BroadcastId, ChannelId, ClipId } from '@sluice/contracts';
import { z } from 'zod';
import { TenantId } from '../tenants/tenant.ts';

/**
 * What is to be removed, with all of its objects: the media of a broadcast that is no recording (any more); a recording; a
 * broadcast; a clip; a channel; or the parts of a recording, whose segments hold the same bytes.
 */
const Subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['media', 'parts', 'recording', 'broadcast']), broadcastId: BroadcastId }),
  z.object({ kind: z.literal('clip'), clipId: ClipId, broadcastId: BroadcastId }),
  z.object({ kind: z.literal('channel') }),
]);
export type DeletionSubject = z.infer<typeof Subject>;

/** A deletion that goes on until the bucket has been seen to hold nothing of it. */
export const Deletion = z.object({
  subject: Subject,
  channelId: ChannelId,
  tenantId: TenantId,
  requestedAtMs: z.int(),
  /** So far. */
  removedObjects: z.int().nonnegative(),
  removedBytes: z.int().nonnegative(),
});
export type Deletion = z.infer<typeof Deletion>;

/** Of the same subject there is one. */
export function deletionName({ channelId, subject }: Pick<Deletion, 'channelId' | 'subject'>): string {
  switch (subject.kind) {
    case 'channel':
      return `channel:${channelId}`;
    case 'clip':
      return `clip:${subject.clipId}`;
    default:
      return `${subject.kind}:${subject.broadcastId}`;
  }
}
