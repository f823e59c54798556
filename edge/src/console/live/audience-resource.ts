import { ChannelFigures } from '../api/channel-figures.ts';
import { readEdge } from '../api/edge-answer.ts';
import { ResourceKind } from '../resource/resource-kind.ts';
import { playbackPrefix } from '../session/playback-access.ts';

/** Twice in each of its bins of ten seconds. */
const EVERY_MS = 5_000;
const PRIVATE = 'private ';

/** What `audienceKind` is asked by. */
export function audienceKey(channelId: string, isPrivate: boolean): string {
  return `${isPrivate ? PRIVATE : ''}${channelId}`;
}

/** How the live broadcast of a channel is for its viewers, by `audienceKey`. */
export const audienceKind = new ResourceKind<ChannelFigures>(async (key, signal) => {
  const isPrivate = key.startsWith(PRIVATE);
  const channelId = isPrivate ? key.slice(PRIVATE.length) : key;
  const prefix = await playbackPrefix(channelId, isPrivate);
  return await readEdge(`${prefix}/live/${channelId}/figures.json`, ChannelFigures, signal);
}, EVERY_MS);
