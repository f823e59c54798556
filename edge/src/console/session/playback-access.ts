import * as z from 'zod/mini';
import { api, onSignOut } from './session.ts';

/** An evening; a page that is open for longer asks again. */
const LIFETIME_S = 4 * 3_600;
/** So long before its end a token is not given to anybody any more. */
const SPARE_MS = 10 * 60_000;

const PlaybackToken = z.object({ token: z.string(), expiresAtMs: z.number() });
type PlaybackToken = z.infer<typeof PlaybackToken>;

const tokens = new Map<string, Promise<PlaybackToken>>();
onSignOut(() => tokens.clear());

/** A playback token of a private channel, for whoever is signed in. Secret. Throws ApiProblem. */
export async function playbackToken(channelId: string): Promise<string> {
  const kept = tokens.get(channelId);
  const known = await kept?.catch(() => undefined);
  if (known !== undefined && known.expiresAtMs - SPARE_MS > Date.now()) return known.token;
  // Somebody else may have asked meanwhile.
  const asked = tokens.get(channelId);
  const asking = asked === kept || asked === undefined ? askToken(channelId) : asked;
  tokens.set(channelId, asking);
  return (await asking).token;
}

/** What stands before `/live/…` in the addresses of a channel: nothing, or a playback token. Throws ApiProblem. */
export async function playbackPrefix(channelId: string, isPrivate: boolean): Promise<string> {
  return isPrivate ? `/t/${await playbackToken(channelId)}` : '';
}

async function askToken(channelId: string): Promise<PlaybackToken> {
  const body = { lifetimeS: LIFETIME_S, subject: 'console' };
  return (await api.post(`/channels/${channelId}/playback-tokens`, PlaybackToken, { body })).value;
}
