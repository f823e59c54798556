import { ChannelId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { FeedEvent } from './feed-event.ts';
import { FeedHub, SUBSCRIBERS_MAX, SUBSCRIPTION_MS } from './feed-hub.ts';
import { FeedReader } from './feed-lines.ts';
import { REGIONS } from './region.ts';
import { type RelayAddress, SHARDS_MAX } from './relay-address.ts';

const SNAPSHOT: FeedEvent = { kind: 'snapshot', broadcasts: [], currentId: null, shards: {} };
const LOST: FeedEvent = { kind: 'publisher-lost' };

function relay(number: number): RelayAddress {
  const region = REGIONS[Math.floor(number / SHARDS_MAX)];
  if (region === undefined) throw new Error('there are not so many relays');
  return { channelId: ChannelId.parse('demo'), region, shard: number % SHARDS_MAX };
}

function subscribe(hub: FeedHub, number: number, nowMs = 0): ReadableStream<Uint8Array> {
  const feed = hub.subscribe(relay(number), SNAPSHOT, nowMs);
  if (feed === undefined) throw new Error('there was room');
  return feed;
}

/** The kinds of the events up to the end, and why it ended. */
async function kindsOf(feed: ReadableStream<Uint8Array>, count: number): Promise<string[]> {
  const reader = feed.getReader();
  const lines = new FeedReader();
  const kinds: string[] = [];
  try {
    while (kinds.length < count) {
      const { value, done } = await reader.read();
      if (done) return [...kinds, 'end'];
      kinds.push(...lines.push(value).map(({ kind }) => kind));
    }
  } catch (error) {
    kinds.push(error instanceof Error ? error.message : 'unknown');
  }
  return kinds;
}

describe('a channel’s feed to its relays', () => {
  it('begins with the snapshot, and says everything once to each', async () => {
    const hub = new FeedHub();
    const [one, other] = [subscribe(hub, 0), subscribe(hub, 1)];
    hub.publish(LOST);
    hub.beat({ shards: {}, sentAtMs: 1 }, 1);
    const expected = ['snapshot', 'publisher-lost', 'beat'];
    expect([await kindsOf(one, 3), await kindsOf(other, 3)]).toEqual([expected, expected]);
  });

  it('has a place for every relay that there may be, and one that leaves is forgotten', async () => {
    const hub = new FeedHub();
    const feeds = Array.from({ length: SUBSCRIBERS_MAX }, (_, number) => subscribe(hub, number));
    expect(hub.size).toBe(SUBSCRIBERS_MAX);
    await feeds[5]?.cancel();
    expect(hub.size).toBe(SUBSCRIBERS_MAX - 1);
  });

  it('takes a long snapshot for no backlog', async () => {
    const hub = new FeedHub();
    const broadcasts = Array.from({ length: 30_000 }, () => ({ broadcastId: 'x'.repeat(20) })) as never;
    const feed = hub.subscribe(relay(0), { ...SNAPSHOT, broadcasts } as FeedEvent, 0);
    hub.publish(LOST);
    expect(hub.size).toBe(1);
    await feed?.cancel();
  });

  it('cuts off who has not been heard from', async () => {
    const hub = new FeedHub();
    const [silent, alive] = [subscribe(hub, 0, 0), subscribe(hub, 1, 0)];
    expect(hub.heard(relay(1), SUBSCRIPTION_MS)).toBe(true);
    hub.beat({ shards: {}, sentAtMs: 1 }, SUBSCRIPTION_MS + 1);
    expect(hub.size).toBe(1);
    // What is on its way to who is cut off is lost with the line.
    expect((await kindsOf(silent, 9)).at(-1)).toBe('not heard from');
    expect(await kindsOf(alive, 2)).toEqual(['snapshot', 'beat']);
    expect(hub.heard(relay(0), SUBSCRIPTION_MS)).toBe(false);
  });

  it('cuts off who takes nothing, before its backlog fills the memory', async () => {
    const hub = new FeedHub();
    const stuck = subscribe(hub, 0);
    const big = { kind: 'forgotten', broadcastIds: Array.from({ length: 2_000 }, () => 'x'.repeat(20)) } as never;
    let published = 0;
    for (; hub.size > 0 && published < 1_000; published += 1) hub.publish(big);
    expect(published).toBeGreaterThan(5);
    expect(published).toBeLessThan(15);
    expect((await kindsOf(stuck, 2_000)).at(-1)).toBe('too far behind');
  });

  it('goes on with a relay that comes back under the same name, and ends its old line', async () => {
    const hub = new FeedHub();
    const old = subscribe(hub, 0);
    const fresh = subscribe(hub, 0);
    hub.publish(LOST);
    expect(hub.size).toBe(1);
    expect((await kindsOf(old, 9)).at(-1)).toBe('subscribed anew');
    expect(await kindsOf(fresh, 2)).toEqual(['snapshot', 'publisher-lost']);
    await old.cancel().catch(() => undefined);
    expect(hub.size).toBe(1);
  });
});
