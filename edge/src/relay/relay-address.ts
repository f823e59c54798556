import { ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import { REGIONS } from './region.ts';

/** Relays of one channel in one region. More of them would take too much of the channel object's time a part. */
export const SHARDS_MAX = 16;

/** Which relay: a copy of one channel, in one region, one of several there. */
export const RelayAddress = z.object({
  channelId: ChannelId,
  region: z.enum(REGIONS),
  shard: z
    .int()
    .min(0)
    .max(SHARDS_MAX - 1),
});
export type RelayAddress = z.infer<typeof RelayAddress>;

/** The name of the relay's Durable Object. */
export function relayName({ channelId, region, shard }: RelayAddress): string {
  return `${channelId}/${region}/${shard}`;
}

/** Reads a relay's name back. Throws ZodError for one that `relayName` never gave: our own fault. */
export function readRelayName(name: string | undefined): RelayAddress {
  const [channelId, region, shard] = (name ?? '').split('/');
  return RelayAddress.parse({ channelId, region, shard: Number(shard) });
}
