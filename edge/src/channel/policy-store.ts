import { EmbedSitesNotice, PLAYBACK_REVOCATIONS_MAX, PlaybackRevocation } from '@sluice/contracts';
import { z } from 'zod';
import { log } from '../log.ts';
import type { ChannelPolicy } from './channel-policy.ts';

/** The row stays when the channel is deleted: its version never falls, and old tokens must not open a later channel. */
export const POLICY_KEY = 'playback-revocations';

/** The policy, as it is kept and as relays get it. */
export const PolicyRecord = z.object({
  version: z.int().nonnegative(),
  revocations: z.array(PlaybackRevocation).max(PLAYBACK_REVOCATIONS_MAX),
  embedding: EmbedSitesNotice.optional(),
});

/** The one row of a channel's policy, at most some hundred kilobytes. A channel of which nothing was said has none. */
export class PolicyStore {
  readonly #kv: SyncKvStorage;

  constructor(storage: DurableObjectStorage) {
    this.#kv = storage.kv;
  }

  /** Throws when the row cannot be read: to forget what was revoked would let in who is to stay out. */
  read(): ChannelPolicy | undefined {
    const record = this.#kv.get(POLICY_KEY);
    if (record === undefined) return undefined;
    const policy = PolicyRecord.safeParse(record);
    if (policy.success) return policy.data;
    log('error', 'the kept revocations cannot be read');
    throw policy.error;
  }

  write(policy: ChannelPolicy): void {
    this.#kv.put(POLICY_KEY, policy);
  }
}
