import { PLAYBACK_TOKEN_LIFETIME_S } from '@sluice/contracts';
import { z } from 'zod';
import { makeSigningKey, type SigningKey } from '../ingest/signing-key.ts';

/** A key pair that playback tokens are signed with, or were. Secret as a whole. */
export interface PlaybackKey {
  readonly signingKey: SigningKey;
  readonly createdAtMs: number;
}

/** A key as an administrator sees it. */
export const ShownPlaybackKey = z
  .object({
    kid: z.string().meta({
      description: 'Names the key, in tokens and in the JWK set.',
      examples: ['NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs'],
    }),
    createdAtMs: z.int().describe('When it was made.'),
    state: z.enum(['published', 'signs', 'verifies']).meta({
      description:
        '`published`: it will sign, once every edge can know it. `signs`: new tokens are signed with it. `verifies`: tokens of it are still good.',
      examples: ['signs'],
    }),
    endsAtMs: z
      .int()
      .nullable()
      .meta({ description: 'When the last token of it is over; `null`: no newer key is there.', examples: [null] }),
  })
  .meta({ id: 'PlaybackKey', description: 'A key that playback tokens are signed with, without its private half.' });
export type ShownPlaybackKey = z.infer<typeof ShownPlaybackKey>;

/**
 * A key is published for so long before it signs: an edge that fetched the keys just before it was made fetches them
 * again after 30 s, and would tell viewers meanwhile that their tokens are not valid.
 */
const PUBLISHED_MS = 35_000;
/** Another process may sign with the key that it has just read for so long after a newer one began to. */
const LATE_SIGNING_MS = 60_000;

export async function makePlaybackKey(nowMs: number): Promise<PlaybackKey> {
  return { signingKey: await makeSigningKey(), createdAtMs: nowMs };
}

/** The keys whose tokens can still be good, the newest first, as they are given. */
export function liveKeys(newestFirst: readonly PlaybackKey[], nowMs: number): PlaybackKey[] {
  return newestFirst.filter((_key, index) => (endsAtMs(newestFirst, index) ?? Number.POSITIVE_INFINITY) > nowMs);
}

/** The newest that every edge can know. Where there is none the oldest: it was the only one when it began. */
export function signingOne(newestFirst: readonly PlaybackKey[], nowMs: number): PlaybackKey | undefined {
  return newestFirst[signingIndex(newestFirst, nowMs)];
}

export function shownKeys(newestFirst: readonly PlaybackKey[], nowMs: number): ShownPlaybackKey[] {
  const signing = signingIndex(newestFirst, nowMs);
  return newestFirst.map(({ signingKey, createdAtMs }, index) => ({
    kid: signingKey.publicJwk.kid,
    createdAtMs,
    state: index < signing ? 'published' : index === signing ? 'signs' : 'verifies',
    endsAtMs: endsAtMs(newestFirst, index) ?? null,
  }));
}

function signingIndex(newestFirst: readonly PlaybackKey[], nowMs: number): number {
  const known = newestFirst.findIndex((key) => signsFromMs(key) <= nowMs);
  return known === -1 ? newestFirst.length - 1 : known;
}

function signsFromMs({ createdAtMs }: PlaybackKey): number {
  return createdAtMs + PUBLISHED_MS;
}

/** A key has signed its last token when the next one begins to sign. */
function endsAtMs(newestFirst: readonly PlaybackKey[], index: number): number | undefined {
  const next = newestFirst[index - 1];
  return next && signsFromMs(next) + LATE_SIGNING_MS + PLAYBACK_TOKEN_LIFETIME_S.max * 1_000;
}
