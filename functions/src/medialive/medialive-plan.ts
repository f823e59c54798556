import type { Channel } from '../channels/channel.ts';
import type { MediaLivePlan } from './medialive-record.ts';

/** What MediaLive is made for, by a channel's settings; `undefined` where planFault says why not. */
export function mediaLivePlan(channel: Channel): MediaLivePlan | undefined {
  const { profile, ladder, medialive: settings } = channel;
  if (planFault(channel) !== undefined || settings === null || ladder === 'auto') return undefined;
  return { profile, ladder, settings };
}

/** Why a channel cannot be encoded by MediaLive, as a sentence; `undefined`: it can. */
export function planFault({ transcoder, medialive, ladder }: Channel): string | undefined {
  if (transcoder !== 'medialive') return 'The channel is encoded by our own nodes. Set `transcoder` to `medialive`.';
  if (medialive === null) return 'The channel has no settings for MediaLive. Set `medialive`.';
  // It is made before there is a source to go by.
  if (ladder === 'auto') return 'MediaLive cannot be told to go by the source. Name the rungs of the `ladder`.';
  const heights = new Set(ladder.map(({ heightPx }) => heightPx));
  return heights.size < ladder.length ? 'For MediaLive each rung of the `ladder` has a height of its own.' : undefined;
}
