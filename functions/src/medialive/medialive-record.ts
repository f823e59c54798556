import { ChannelId, LadderRung, LatencyProfileName } from '@sluice/contracts';
import { z } from 'zod';
import type { Channel } from '../channels/channel.ts';
import { StreamKeyId } from '../stream-keys/stream-key.ts';
import { TenantId } from '../tenants/tenant.ts';
import { MediaLiveState, nextMediaLiveState } from './medialive-life.ts';
import { MediaLiveSettings } from './medialive-settings.ts';

/** What a MediaLive was made for: changes of the channel count from the next time on. */
export const MediaLivePlan = z.object({
  profile: LatencyProfileName,
  ladder: z.array(LadderRung).min(1),
  settings: MediaLiveSettings,
});
export type MediaLivePlan = z.infer<typeof MediaLivePlan>;

/** What AWS said last that was no yes. */
export const MediaLiveWord = z.object({ atMs: z.int(), code: z.string(), sentence: z.string() });
export type MediaLiveWord = z.infer<typeof MediaLiveWord>;

/** Which of all the channels that ever had a name. */
export const MediaLiveOwner = z.object({ tenantId: TenantId, createdAtMs: z.int() });
export type MediaLiveOwner = z.infer<typeof MediaLiveOwner>;

/** A channel's MediaLive: what is wanted, and how far it is. One item, which outlives its channel. It holds secrets. */
export const MediaLiveRecord = z.object({
  channelId: ChannelId,
  /** Who wants it, or did last. Absent: nobody ever did, or an older version has written it. */
  owner: MediaLiveOwner.optional(),
  isWanted: z.boolean(),
  state: MediaLiveState,
  /** New each time that one is made: all requests that make something are named after it. */
  generation: z.string(),
  /** Of this generation. Absent where there is none. */
  plan: MediaLivePlan.optional(),
  /** What MediaLive publishes with; secret, here until MediaLive has it. `keyId` names it in the channel. */
  streamKey: z.string().optional(),
  keyId: StreamKeyId.optional(),
  /** AWS' names of what is there, as far as we heard of it. */
  securityGroupId: z.string().optional(),
  inputId: z.string().optional(),
  awsChannelId: z.string().optional(),
  /** Where the streamer pushes to; as secret as a stream key. None of one that is to go. */
  pushUrls: z.array(z.string()),
  lastWord: MediaLiveWord.optional(),
  changedAtMs: z.int(),
});
export type MediaLiveRecord = z.infer<typeof MediaLiveRecord>;

/** One of which nothing is there, and never was. */
export function absentMediaLive(channelId: ChannelId, changedAtMs: number): MediaLiveRecord {
  return { channelId, isWanted: false, state: 'absent', generation: '', pushUrls: [], changedAtMs };
}

export function mediaLiveOwner({ tenantId, createdAtMs }: Channel): MediaLiveOwner {
  return { tenantId, createdAtMs };
}

/** `false`: it is of a channel of the same name that was deleted. */
export function isMediaLiveOf({ owner, keyId }: MediaLiveRecord, channel: Channel): boolean {
  // An older version's: the channel that it was made for has its key.
  if (owner === undefined) return keyId === undefined || channel.streamKeys.some((key) => key.keyId === keyId);
  return owner.tenantId === channel.tenantId && owner.createdAtMs === channel.createdAtMs;
}

/** It is to go, wherever it is. */
export function unwantedMediaLive(record: MediaLiveRecord): MediaLiveRecord {
  return { ...record, isWanted: false, state: nextMediaLiveState(record.state, 'unwanted'), pushUrls: [] };
}

/** This channel is to have one. What was unwanted, has failed or was another channel's goes first. */
export function wantedMediaLive(record: MediaLiveRecord, channel: Channel): MediaLiveRecord {
  const owned = { owner: mediaLiveOwner(channel), isWanted: true };
  if (!isMediaLiveOf(record, channel)) return { ...unwantedMediaLive(record), ...owned, lastWord: undefined };
  const isAnother = !record.isWanted || record.state === 'failed';
  return { ...(isAnother ? unwantedMediaLive(record) : record), ...owned };
}

/** A record after a step, or a wish. */
export function changedMediaLive(before: MediaLiveRecord, to: MediaLiveRecord, nowMs: number): MediaLiveRecord {
  return { ...to, changedAtMs: to.state === before.state ? before.changedAtMs : nowMs };
}
