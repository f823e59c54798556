import type { ChannelId, LatencyProfileName } from '@sluice/contracts';
import { newChannel } from './channels/channel.ts';
import type { Channels } from './channels/channels.ts';
import { hashStreamKey, type StoredStreamKey, StreamKeyId } from './stream-keys/stream-key.ts';

/** A channel and a key that exist from the start, for a system on one machine. */
export interface Seed {
  readonly channelId: ChannelId;
  /** Chosen by a person and printed in the README: no secret, and the one key here that could be guessed. */
  readonly streamKey: string;
  readonly profile: LatencyProfileName;
}

/** The seeded key's id in its channel; no other key has it, for others' ids are longer. */
const SEED_KEY_ID = StreamKeyId.parse('seed');

/** Makes the channel and its key, or sets profile and key anew and enables both. What else was changed stays. */
export async function plantSeed(channels: Channels, { channelId, streamKey, profile }: Seed, nowMs: number) {
  const outcome = await channels.create(newChannel({ channelId, profile }, nowMs));
  if (outcome.kind === 'full') throw new Error(`there is no room for the channel ${channelId}`);
  if (outcome.kind === 'exists') await channels.change(channelId, { profile, isDisabled: false }, { nowMs });
  const kept: StoredStreamKey = {
    keyId: SEED_KEY_ID,
    hash: hashStreamKey(streamKey),
    label: 'from the start',
    role: 'primary',
    isDisabled: false,
    createdAtMs: nowMs,
    issuedAtMs: nowMs,
  };
  await channels.putStreamKey(channelId, kept);
}
