import { PlaybackToken } from '../api/playback-token.ts';
import { api } from '../session/session.ts';

/** What a link to a private clip is good for, in hours. */
const PRIVATE_LINK_HOURS = 24;
/** What is said wherever such a link is copied. */
export const PRIVATE_LINK_SENTENCE = `Whoever has it can watch this channel for ${PRIVATE_LINK_HOURS} hours.`;

/** Where anybody can watch a clip. Of a private one a playback token stands in it: secret, and not for ever. Throws ApiProblem. */
export async function clipLink({
  clipId,
  channelId,
  isPrivate,
}: {
  readonly clipId: string;
  readonly channelId: string;
  readonly isPrivate: boolean;
}): Promise<string> {
  if (!isPrivate) return `${location.origin}/clip/${clipId}`;
  const body = { lifetimeS: PRIVATE_LINK_HOURS * 3_600 };
  const { value } = await api.post(`/channels/${channelId}/playback-tokens`, PlaybackToken, { body });
  return `${location.origin}/t/${value.token}/clip/${clipId}`;
}
