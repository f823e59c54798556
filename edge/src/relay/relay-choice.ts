import type { ChannelId } from '@sluice/contracts';
import type { Region } from './region.ts';
import type { RelayAddress } from './relay-address.ts';

/** Channels that an isolate remembers. Beyond it the one that was told of the longest ago goes. */
const CHANNELS_MAX = 10_000;

/**
 * Which of a region's relays an isolate asks. All requests of an isolate for a channel go to the same one, so that what
 * was collapsed here stays one request there.
 */
export class RelayChoice {
  readonly #seat: number;
  readonly #shards = new Map<string, number>();

  /** @param seat where this isolate sits among all, from 0 up to, not with, 1. */
  constructor(seat: number) {
    this.#seat = seat;
  }

  /** Whether it was told how many relays there are; until then `address` is the first one. */
  isTold(channelId: ChannelId, region: Region): boolean {
    return this.#shards.has(`${channelId}/${region}`);
  }

  address(channelId: ChannelId, region: Region): RelayAddress {
    const shards = this.#shards.get(`${channelId}/${region}`) ?? 1;
    return { channelId, region, shard: Math.floor(this.#seat * shards) };
  }

  /** A relay told how many of them there are now. */
  note({ channelId, region }: RelayAddress, shards: number): void {
    const name = `${channelId}/${region}`;
    this.#shards.delete(name);
    this.#shards.set(name, shards);
    const [oldest] = this.#shards.keys();
    if (this.#shards.size > CHANNELS_MAX && oldest !== undefined) this.#shards.delete(oldest);
  }
}
