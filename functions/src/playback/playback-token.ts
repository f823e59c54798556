import { randomUUID } from 'node:crypto';
import {
  type ChannelId,
  PLAYBACK_TOKEN_AUDIENCE,
  PLAYBACK_TOKEN_CHARS_MAX,
  PLAYBACK_TOKEN_ISSUER,
  type PlaybackTokenAnswer,
  PlaybackTokenClaims,
  type PlaybackTokenRequest,
} from '@sluice/contracts';
import { Refusal } from '../http/refusal.ts';
import type { PlaybackKeyRing } from './playback-key-ring.ts';

export interface TokenOrder {
  readonly channelId: ChannelId;
  readonly request: PlaybackTokenRequest;
  readonly nowMs: number;
}

/** The claims of a new token. Throws Refusal where they cannot be. */
export function playbackClaims({ channelId, request, nowMs }: TokenOrder): PlaybackTokenClaims {
  const { lifetimeS, notBeforeMs = nowMs, subject, ...rest } = request;
  const expiresAtS = Math.floor(nowMs / 1_000) + lifetimeS;
  if (notBeforeMs >= expiresAtS * 1_000) {
    throw new Refusal('request-invalid', 'The token would have expired before notBeforeMs: lifetimeS counts from now.');
  }
  return PlaybackTokenClaims.parse({
    iss: PLAYBACK_TOKEN_ISSUER,
    aud: PLAYBACK_TOKEN_AUDIENCE,
    channel: channelId,
    jti: randomUUID(),
    ...(subject !== undefined && { sub: subject }),
    iat: nowMs / 1_000,
    nbf: notBeforeMs / 1_000,
    exp: expiresAtS,
    ...rest,
  });
}

/** A token and where to use it. Throws Refusal when it would not fit into an address. */
export async function mintPlaybackToken(
  keys: PlaybackKeyRing,
  edgeUrl: string,
  order: TokenOrder,
): Promise<PlaybackTokenAnswer> {
  const claims = playbackClaims(order);
  const token = await keys.sign(claims);
  if (token.length > PLAYBACK_TOKEN_CHARS_MAX) {
    const sentence = `The token would have ${token.length} characters, more than ${PLAYBACK_TOKEN_CHARS_MAX}. Name fewer.`;
    throw new Refusal('request-invalid', sentence);
  }
  const base = `${edgeUrl}/t/${token}`;
  const { channelId } = order;
  return {
    token,
    jti: claims.jti,
    notBeforeMs: claims.nbf * 1_000,
    expiresAtMs: claims.exp * 1_000,
    urls: {
      hls: `${base}/live/${channelId}/index.m3u8`,
      dash: `${base}/live/${channelId}/manifest.mpd`,
      watch: `${base}/watch/${channelId}`,
    },
  };
}
