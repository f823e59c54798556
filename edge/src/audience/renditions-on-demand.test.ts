import { LeaseAnswer, type PartAnnounced, type RenditionId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { channelStub, directFetch, edgeFetch } from '../testing/edge-client.ts';
import { A128, V360, V720 } from '../testing/test-broadcast.ts';
import { testGrant } from '../testing/test-grant.ts';
import { ingestFetch, TestPublisher } from '../testing/test-publisher.ts';

// Only the clock is set: timers run as they do.
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** After so long without a word of viewers the edge knows that there are none. */
const KNOWN_MS = 10_000;

/** A broadcast of two segments, the second one lent to `v720`, that nobody has asked for. */
async function unwatched(): Promise<TestPublisher> {
  const publisher = await TestPublisher.live(4);
  await publisher.put(4, 8);
  await publisher.announce(withLent(publisher.broadcast.parts(4, 8)));
  vi.setSystemTime(Date.now() + KNOWN_MS);
  expect(await watched(publisher)).toEqual([]);
  return publisher;
}

function withLent(parts: readonly PartAnnounced[]): PartAnnounced[] {
  const own = parts.filter(({ renditionId }) => renditionId !== V720);
  const lenders = own.filter(({ renditionId }) => renditionId === V360);
  return [...own, ...lenders.map((part) => ({ ...part, renditionId: V720, lentBy: V360, nextLentBy: nextOf(part) }))];
}

function nextOf({ isLastOfSegment }: PartAnnounced): RenditionId | undefined {
  return isLastOfSegment ? V360 : undefined;
}

/** What the node is told. */
async function watched(publisher: TestPublisher): Promise<readonly string[] | undefined> {
  return (await publisher.announce([])).watched;
}

describe('the node is told at once that somebody wants a rendition that rests', () => {
  it.each([
    ['its playlist', 'v720.m3u8'],
    ['its playlist as it is after the newest part', 'v720.m3u8?_HLS_msn=2&_HLS_part=3'],
    ['it muxed with sound', 'v720+a128.m3u8'],
    ['a segment of it over DASH', 'v720/2.m4s?init=0'],
  ])('who asks for %s', async (_name, path) => {
    const publisher = await unwatched();
    const answer = await edgeFetch(`${publisher.path}/${path}`);
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
    await vi.waitFor(async () => expect(await watched(publisher)).toEqual([V720]), 10_000);
  });

  it('and not for a name that is none of it', async () => {
    const publisher = await unwatched();
    expect((await edgeFetch(`${publisher.path}/v1080.m3u8`)).status).toBe(404);
    await channelStub(publisher.channelId).wanted(publisher.broadcastId, ['v1080' as RenditionId]);
    expect(await watched(publisher)).toEqual([]);
  });
});

describe('the node is told which renditions are watched', () => {
  it('by what relays report', async () => {
    const publisher = await unwatched();
    const address = { channelId: publisher.channelId, region: 'weur', shard: 0 } as const;
    await channelStub(publisher.channelId).report(address, { asked: [V360, A128] });
    expect(await watched(publisher)).toEqual([V360, A128]);
    vi.setSystemTime(Date.now() + KNOWN_MS);
    expect(await watched(publisher)).toEqual([]);
  });

  it('where no relays are in between, too', async () => {
    const publisher = await unwatched();
    await (await directFetch(`${publisher.path}/v360.m3u8`)).arrayBuffer();
    expect(await watched(publisher)).toEqual([V360]);
  });

  it('as all that do not rest, as long as the edge cannot know', async () => {
    const publisher = await TestPublisher.live(4);
    expect(await watched(publisher)).toEqual([V720, V360, A128]);
  });
});

it('a node that goes on in the midst of a lent segment is told who lends it', async () => {
  const publisher = await unwatched();
  await publisher.put(8, 10);
  await publisher.announce(withLent(publisher.broadcast.parts(8, 10)));
  const { channelId } = publisher;
  const grant = await testGrant({ channelId, nodeId: 'node-b' });
  const answer = await ingestFetch(channelId, 'lease', { grant, body: { nodeId: 'node-b' } });
  const lease = LeaseAnswer.parse(await answer.json());
  expect(lease.next[V720]).toEqual({ msn: 3, partIndex: 2 });
  expect(lease.lent).toEqual({ [V720]: V360 });
});
