import { env } from 'cloudflare:workers';
import {
  EDGE_CALL_AUDIENCE,
  GRANT_ALGORITHM,
  GRANT_ISSUER,
  PLAYBACK_TOKEN_ALGORITHM,
  PLAYBACK_TOKEN_AUDIENCE,
  PLAYBACK_TOKEN_ISSUER,
  type PlaybackRevocation,
} from '@sluice/contracts';
import { type CryptoKey, importJWK, type JWTPayload, SignJWT } from 'jose';
import { edgeFetch } from './edge-client.ts';

export interface TestPlaybackTokenOptions {
  readonly channelId: string;
  /** Other claims, right or wrong. */
  readonly claims?: JWTPayload;
  readonly kid?: string;
  readonly algorithm?: string;
  /** Another key than the one that the edge fetches. */
  readonly signingKey?: CryptoKey | Uint8Array;
}

/** A playback token as the control API signs it: good for ten minutes from now, unless its claims say otherwise. */
export async function testPlaybackToken(options: TestPlaybackTokenOptions): Promise<string> {
  const { channelId, claims = {}, kid = 'playback', algorithm = PLAYBACK_TOKEN_ALGORITHM } = options;
  const nowS = Date.now() / 1_000;
  const usual = {
    iss: PLAYBACK_TOKEN_ISSUER,
    aud: PLAYBACK_TOKEN_AUDIENCE,
    channel: channelId,
    jti: crypto.randomUUID(),
    iat: nowS,
    nbf: nowS,
    exp: Math.floor(nowS) + 600,
  };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: algorithm, kid })
    .sign(options.signingKey ?? (await importJWK(JSON.parse(env.TEST_PLAYBACK_JWK), PLAYBACK_TOKEN_ALGORITHM)));
}

/** The bearer token of a call of the control API for that channel. */
export async function testEdgeCall(channelId: string, claims: JWTPayload = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1_000);
  const usual = { iss: GRANT_ISSUER, aud: EDGE_CALL_AUDIENCE, sub: channelId, iat: nowS, exp: nowS + 60 };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: GRANT_ALGORITHM, kid: 'test' })
    .sign(await importJWK(JSON.parse(env.TEST_SIGNING_JWK), GRANT_ALGORITHM));
}

/** The control API tells the edge of revocations. */
export async function revokeTokens(channelId: string, revocations: readonly PlaybackRevocation[]): Promise<Response> {
  return edgeFetch(`/control/v1/channels/${channelId}/revocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await testEdgeCall(channelId)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ revocations }),
  });
}
