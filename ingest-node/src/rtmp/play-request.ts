import { readStreamName } from './stream-name.ts';

/** Playback tokens are signed and name a channel and a time: some hundred characters. */
const TOKEN_CHARACTERS_MAX = 2_048;

/** What somebody wants to play, out of `connect` and `play`. */
export interface PlayRequest {
  /** As it came: it may be no channel's id at all. */
  readonly channelId: string;
  /** Secret. */
  readonly token: string | undefined;
}

/**
 * `rtmp://host/live/CHANNEL?token=TOKEN`, in each spelling that a stream key may have. `undefined` when there is no
 * channel in it, or the token is longer than any is.
 */
export function readPlayRequest(app: string, playName: string): PlayRequest | undefined {
  const name = readStreamName(app, playName);
  if (name === undefined) return undefined;
  const token = new URLSearchParams(name.query ?? '').get('token') ?? undefined;
  if (token !== undefined && token.length > TOKEN_CHARACTERS_MAX) return undefined;
  return { channelId: name.streamKey, token };
}
