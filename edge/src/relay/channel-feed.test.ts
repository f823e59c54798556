import { type BroadcastId, ChannelId, type Epoch, LeaseRequest, NodeId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { ChannelAudience } from '../audience/channel-audience.ts';
import { FetchCounter } from '../audience/fetches.ts';
import { Channel } from '../channel/channel.ts';
import { STARTED_AT_MS, TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { ChannelFeed } from './channel-feed.ts';
import type { FeedEvent } from './feed-event.ts';
import { FeedReader } from './feed-lines.ts';
import type { RelayAddress } from './relay-address.ts';

const CLAIMS = {
  node: NodeId.parse('node-a'),
  takeover: 'take-over',
  dvrWindowS: 30,
  isPrivate: false,
  delivery: 'separate',
  isRecorded: false,
} as const;
const RELAY: RelayAddress = { channelId: ChannelId.parse('demo'), region: 'weur', shard: 0 };
const test = new TestBroadcast();

/** A channel with a feed, and a node that publishes to it. */
class Stage {
  readonly channel = new Channel({ lease: undefined, broadcasts: [] }, STARTED_AT_MS);
  readonly feed = new ChannelFeed(this.channel, new ChannelAudience(this.channel));

  begin(nowMs = STARTED_AT_MS): { broadcastId: BroadcastId; epoch: Epoch } {
    const request = LeaseRequest.parse({ nodeId: 'node-a' });
    const random = new Uint8Array(16).fill(nowMs % 200);
    const reply = this.channel.askLease(CLAIMS, request, { nowMs, random });
    this.feed.tellChanges();
    if (reply.kind === 'refused') throw new Error(reply.code);
    return reply.answer;
  }

  announce(lease: { broadcastId: BroadcastId; epoch: Epoch }, from: number, to: number): void {
    const announcement = { ...lease, description: test.description, parts: test.parts(from, to) };
    this.channel.announce(CLAIMS, announcement, STARTED_AT_MS + 1);
    this.feed.tellAnnounced(announcement);
    this.feed.tellChanges();
  }

  async listen(shards = 1): Promise<() => Promise<FeedEvent>> {
    const feed = this.feed.subscribe(RELAY, { policy: { version: 3, revocations: [] }, shards }, STARTED_AT_MS);
    if (feed === undefined) throw new Error('there was room');
    const reader = feed.getReader();
    const lines = new FeedReader();
    const events: FeedEvent[] = [];
    return async () => {
      while (events.length === 0) {
        const { value, done } = await reader.read();
        if (done) throw new Error('the feed has ended');
        events.push(...lines.push(value));
      }
      const event = events.shift();
      if (event === undefined) throw new Error('there is one');
      return event;
    };
  }
}

describe('a channel’s feed', () => {
  it('tells of a broadcast from its beginning to when it is forgotten', async () => {
    const stage = new Stage();
    const next = await stage.listen();
    expect(await next()).toMatchObject({ kind: 'snapshot', broadcasts: [], currentId: null, policy: { version: 3 } });
    const lease = stage.begin();
    stage.announce(lease, 0, 4);
    stage.channel.returnLease(CLAIMS, { ...lease, expectsSuccessor: false }, STARTED_AT_MS + 2);
    stage.feed.tellChanges();
    stage.channel.passTime(STARTED_AT_MS + 1_000_000);
    stage.feed.tellChanges();
    const { broadcastId } = lease;
    expect(await next()).toMatchObject({ kind: 'begun', broadcast: { broadcastId, states: {} } });
    expect(await next()).toMatchObject({ kind: 'announced', broadcastId, next: { v720: { msn: 2, partIndex: 0 } } });
    expect(await next()).toEqual({ kind: 'ended', broadcastId, endedAtMs: STARTED_AT_MS + 2 });
    expect(await next()).toEqual({ kind: 'forgotten', broadcastIds: [broadcastId] });
  });

  it('tells of a revocation, of a lost publisher, and what there is to those who come later', async () => {
    const stage = new Stage();
    const lease = stage.begin();
    stage.announce(lease, 0, 6);
    const next = await stage.listen();
    expect(await next()).toMatchObject({
      kind: 'snapshot',
      currentId: lease.broadcastId,
      broadcasts: [lease.broadcastId].map((broadcastId) => ({ broadcastId })),
    });
    stage.feed.tellPolicy({ version: 4, revocations: [] });
    stage.feed.tellPublisherLost();
    expect([await next(), await next()]).toEqual([
      { kind: 'policy', policy: { version: 4, revocations: [] } },
      { kind: 'publisher-lost' },
    ]);
  });

  it('takes what relays report of viewers, and tells all relays of all viewers once it knows', async () => {
    const stage = new Stage();
    const lease = stage.begin();
    const { broadcastId } = lease;
    stage.announce(lease, 0, 80);
    const next = await stage.listen();
    await next();
    const beatAt = (sinceMs: number) => {
      stage.feed.beat(STARTED_AT_MS + sinceMs);
      return next();
    };
    expect(await beatAt(1)).not.toHaveProperty('audience');
    const segment = { segments: 12, parts: 0 };
    const renditions = { [V720]: Object.fromEntries(Array.from({ length: 20 }, (_, index) => [index + 1, segment])) };
    const fetched = { fetches: { broadcastId, renditions }, overMs: 4_000 };
    stage.feed.report(RELAY, { requestsPerS: 10, fetched }, STARTED_AT_MS + 18_000);
    // Another one, which is not subscribed.
    stage.feed.report({ ...RELAY, shard: 1 }, { requestsPerS: 10, fetched }, STARTED_AT_MS + 18_000);
    expect(await beatAt(18_000)).not.toHaveProperty('audience');
    expect(await beatAt(19_001)).toMatchObject({
      kind: 'beat',
      shards: {},
      sentAtMs: STARTED_AT_MS + 19_001,
      audience: { broadcastId, viewers: 12, renditions: { v720: 12 } },
    });
  });

  it('takes what players say, and tells the newest bins in each beat and all of them to those who come later', async () => {
    const stage = new Stage();
    const lease = stage.begin();
    stage.announce(lease, 0, 4);
    const next = await stage.listen();
    expect(await next()).toMatchObject({ figures: { atMs: null, series: [] } });
    const counter = new FetchCounter(lease.broadcastId);
    counter.reported({ playedMs: 9_000, stalls: 1, stalledMs: 1_000, isLive: true, droppedFrames: 0 }, 1);
    counter.answered(80);
    stage.feed.report(RELAY, { fetched: { fetches: counter.take(), overMs: 4_000 } }, STARTED_AT_MS + 1);
    for (let bin = 1; bin <= 6; bin += 1) {
      stage.feed.report(RELAY, {}, STARTED_AT_MS + bin * 10_000 - 1);
      stage.feed.beat(STARTED_AT_MS + bin * 10_000);
    }
    const beats = [await next(), await next(), await next(), await next(), await next(), await next()];
    const points = beats.map((beat) => (beat.kind === 'beat' ? beat.figures?.series : undefined) ?? []);
    expect(points.map(({ length }) => length)).toEqual([1, 2, 3, 3, 3, 3]);
    expect(points[0]).toMatchObject([{ requestsPerS: 20, stalledRatio: 0.1, viewers: null }]);
    expect(beats[1]).toMatchObject({
      figures: { experience: { reports: 1 }, totals: { reports: 1, stalls: 1, playedMs: 9_000 } },
    });
    expect(beats[2]).toMatchObject({ figures: { experience: null, totals: { reports: 1 } } });
    expect(JSON.stringify(beats[5]).length).toBeLessThan(2_000);
    const later = await stage.listen();
    expect(await later()).toMatchObject({ figures: { series: { length: 6 } } });
  });

  it('has as many relays after a reset as they knew of, until there is little to do for a minute', async () => {
    const stage = new Stage();
    const next = await stage.listen(8);
    expect(await next()).toMatchObject({ kind: 'snapshot', shards: { weur: 8 } });
    stage.feed.beat(STARTED_AT_MS + 4_000);
    expect(await next()).toMatchObject({ shards: { weur: 8 } });
  });

  it('says at once that a region should have more relays', async () => {
    const stage = new Stage();
    const next = await stage.listen();
    await next();
    stage.feed.report(RELAY, { requestsPerS: 900 }, STARTED_AT_MS + 1);
    expect(await next()).toMatchObject({ kind: 'beat', shards: { weur: 4 } });
  });
});
