import { PLAYBACK_TOKEN_LIFETIME_S } from '@sluice/contracts';
import { makeSigningKey, type SigningKey } from '../ingest/signing-key.ts';

/** A key pair that playback tokens are signed with, or were. Secret as a whole. */
export interface PlaybackKey {
  readonly signingKey: SigningKey;
  readonly createdAtMs: number;
}

/** A key as an administrator sees it. */
export interface ShownPlaybackKey {
  readonly kid: string;
  readonly createdAtMs: number;
  /** `signs`: the newest. `verifies`: tokens of it are still good. */
  readonly state: 'signs' | 'verifies';
  /** When the last token of it is over; `null`: it goes on signing. */
  readonly endsAtMs: number | null;
}

/** Another process may sign with the key that it has just read for so long after a newer one was made. */
const LATE_SIGNING_MS = 60_000;

export async function makePlaybackKey(nowMs: number): Promise<PlaybackKey> {
  return { signingKey: await makeSigningKey(), createdAtMs: nowMs };
}

/** The keys whose tokens can still be good, the newest first, as they are given. */
export function liveKeys(newestFirst: readonly PlaybackKey[], nowMs: number): PlaybackKey[] {
  return newestFirst.filter((_key, index) => (endsAtMs(newestFirst, index) ?? Number.POSITIVE_INFINITY) > nowMs);
}

export function shownKeys(newestFirst: readonly PlaybackKey[]): ShownPlaybackKey[] {
  return newestFirst.map(({ signingKey, createdAtMs }, index) => ({
    kid: signingKey.publicJwk.kid,
    createdAtMs,
    state: index === 0 ? 'signs' : 'verifies',
    endsAtMs: endsAtMs(newestFirst, index) ?? null,
  }));
}

/** A key has signed its last token when the next one was made. */
function endsAtMs(newestFirst: readonly PlaybackKey[], index: number): number | undefined {
  const next = newestFirst[index - 1];
  return next && next.createdAtMs + LATE_SIGNING_MS + PLAYBACK_TOKEN_LIFETIME_S.max * 1_000;
}
