import { ChannelId, LadderRung, LatencyProfileName } from '@sluice/contracts';
import { z } from 'zod';
import { StreamKeyId } from '../stream-keys/stream-key.ts';
import { MediaLiveState } from './medialive-life.ts';
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

/** A channel's MediaLive: what is wanted, and how far it is. One item, which outlives its channel. It holds secrets. */
export const MediaLiveRecord = z.object({
  channelId: ChannelId,
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
  /** Where the streamer pushes to; as secret as a stream key. */
  pushUrls: z.array(z.string()),
  lastWord: MediaLiveWord.optional(),
  changedAtMs: z.int(),
});
export type MediaLiveRecord = z.infer<typeof MediaLiveRecord>;

/** One of which nothing is there. */
export function absentMediaLive(channelId: ChannelId, nowMs: number): MediaLiveRecord {
  return { channelId, isWanted: false, state: 'absent', generation: '', pushUrls: [], changedAtMs: nowMs };
}
