import {
  type ChannelId,
  PLAYBACK_KEYS_MAX,
  PLAYBACK_REVOCATIONS_MAX,
  type PlaybackRevocation,
  revocationEndsAtMs,
} from '@sluice/contracts';
import { z } from 'zod';
import { SigningKey } from '../ingest/signing-key.ts';
import { Records } from '../storage/records.ts';
import type { Table } from '../storage/table.ts';
import type { PlaybackKey } from './playback-key.ts';

const KeyRing = z.object({ keys: z.array(z.object({ signingKey: SigningKey, createdAtMs: z.int() })) });
const RING_KEY = { partition: 'keys', sort: 'playback-keys' };

const RevocationRecord = z.object({
  issuedBeforeMs: z.int(),
  jti: z.string().nullable(),
  subject: z.string().nullable(),
  isTold: z.boolean(),
});
type RevocationRecord = z.infer<typeof RevocationRecord>;

/** What of playback tokens the control API keeps: the keys, and what was revoked. The tokens themselves it does not. */
export class PlaybackStore {
  readonly #rings: Records<z.infer<typeof KeyRing>>;
  readonly #revocations: Records<RevocationRecord>;

  constructor(table: Table) {
    this.#rings = new Records(table, KeyRing);
    this.#revocations = new Records(table, RevocationRecord);
  }

  /** The newest first; `make` is asked for one the first time. */
  async playbackKeys(make: () => Promise<PlaybackKey>): Promise<PlaybackKey[]> {
    const kept = await this.#rings.get(RING_KEY);
    if (kept !== undefined) return kept.value.keys;
    // Another process may be first: all sign with the same one.
    await this.#rings.put(RING_KEY, { keys: [await make()] }, { if: 'absent' });
    return (await this.#rings.get(RING_KEY))?.value.keys ?? [];
  }

  /**
   * Adds a key that is newer than all others, and drops those that are over. `full`: too many are not.
   *
   * @param live which keys are not over.
   */
  async addPlaybackKey(
    key: PlaybackKey,
    live: (newestFirst: PlaybackKey[]) => PlaybackKey[],
  ): Promise<'added' | 'full'> {
    const changed = await this.#rings.change<'full'>(RING_KEY, ({ value }) => {
      const kept = live(value.keys);
      if (kept.length >= PLAYBACK_KEYS_MAX) return { not: 'full' };
      // Two within a millisecond: the order of keys is that of their times.
      const createdAtMs = Math.max(key.createdAtMs, (kept[0]?.createdAtMs ?? 0) + 1);
      return { to: { keys: [{ ...key, createdAtMs }, ...kept] } };
    });
    return changed === 'full' ? 'full' : 'added';
  }

  /**
   * `signs`: it cannot be done without.
   *
   * @param signer which key signs.
   */
  async removePlaybackKey(
    kid: string,
    signer: (newestFirst: PlaybackKey[]) => PlaybackKey | undefined,
  ): Promise<'removed' | 'no-such-key' | 'signs'> {
    const is = (key: PlaybackKey) => key.signingKey.publicJwk.kid === kid;
    const changed = await this.#rings.change<'signs' | 'no-such-key'>(RING_KEY, ({ value }) => {
      const signing = signer(value.keys);
      if (signing !== undefined && is(signing)) return { not: 'signs' };
      return value.keys.some(is) ? { to: { keys: value.keys.filter((key) => !is(key)) } } : { not: 'no-such-key' };
    });
    if (changed === undefined) return 'no-such-key';
    return typeof changed === 'string' ? changed : 'removed';
  }

  /** Keeps it until all tokens that it hits are over. `full`: the channel has too many. */
  async revokePlayback(channelId: ChannelId, revocation: PlaybackRevocation): Promise<'revoked' | 'full'> {
    const { jti = null, subject = null, issuedBeforeMs } = revocation;
    const kept = await this.#all(channelId);
    const key = revocationKey(channelId, { jti, subject });
    const isForAll = jti === null && subject === null;
    const covered = isForAll
      ? kept.filter(({ sort, value }) => sort !== key.sort && value.issuedBeforeMs <= issuedBeforeMs)
      : [];
    const others = kept.filter(({ sort }) => sort !== key.sort).length - covered.length;
    if (others >= PLAYBACK_REVOCATIONS_MAX) return 'full';
    const same = kept.find(({ sort }) => sort === key.sort);
    // A later one that is less is no news; one that is more has to be told again.
    if (same !== undefined && same.value.issuedBeforeMs >= issuedBeforeMs) return 'revoked';
    const expiresAtMs = revocationEndsAtMs(revocation);
    await this.#revocations.put(key, { jti, subject, issuedBeforeMs, isTold: false }, { expiresAtMs });
    for (const { partition, sort, version } of covered) await this.#revocations.remove({ partition, sort }, version);
    return 'revoked';
  }

  /** Those that still matter. */
  async playbackRevocations(channelId: ChannelId): Promise<PlaybackRevocation[]> {
    return (await this.#all(channelId)).map(({ value }) => shown(value)).sort(byTime);
  }

  async untoldRevocations(channelId: ChannelId): Promise<PlaybackRevocation[]> {
    const untold = (await this.#all(channelId)).filter(({ value }) => !value.isTold);
    return untold.map(({ value }) => shown(value)).sort(byTime);
  }

  /** The edge has these. One that was changed meanwhile stays untold. */
  async markRevocationsTold(channelId: ChannelId, revocations: readonly PlaybackRevocation[]): Promise<void> {
    for (const { jti = null, subject = null, issuedBeforeMs } of revocations) {
      await this.#revocations.change<'changed'>(revocationKey(channelId, { jti, subject }), ({ value }) =>
        value.issuedBeforeMs === issuedBeforeMs ? { to: { ...value, isTold: true } } : { not: 'changed' },
      );
    }
  }

  #all(channelId: ChannelId) {
    return this.#revocations.query({ partition: `revocations#${channelId}`, limit: PLAYBACK_REVOCATIONS_MAX });
  }
}

function revocationKey(channelId: ChannelId, { jti, subject }: Pick<RevocationRecord, 'jti' | 'subject'>) {
  return { partition: `revocations#${channelId}`, sort: `jti=${jti ?? ''}&subject=${subject ?? ''}` };
}

function shown({ issuedBeforeMs, jti, subject }: RevocationRecord): PlaybackRevocation {
  return { issuedBeforeMs, ...(jti !== null && { jti }), ...(subject !== null && { subject }) };
}

function byTime(one: PlaybackRevocation, other: PlaybackRevocation): number {
  return one.issuedBeforeMs - other.issuedBeforeMs;
}
