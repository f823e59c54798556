import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import {
  checkMediaPlaylist,
  checkPresentation,
  checkSuccession,
  type ParsedMediaPlaylist,
} from '../playlist-check/playlist-check.ts';
import { bodyText, channelStub, directFetch, directHeld } from '../testing/edge-client.ts';
import { V720 } from '../testing/test-broadcast.ts';
import { partBytes, TestPublisher } from '../testing/test-publisher.ts';
import { untilStored } from '../testing/until-stored.ts';

async function presentation(publisher: TestPublisher): Promise<Map<string, ParsedMediaPlaylist>> {
  const uris = publisher.broadcast.description.renditions.map(({ id }) => `${id}.m3u8`);
  const entries = uris.map(async (uri) => {
    const { playlist, violations } = checkMediaPlaylist(await bodyText(await directFetch(`${publisher.path}/${uri}`)));
    expect(violations).toEqual([]);
    return [uri, playlist] as const;
  });
  return new Map(await Promise.all(entries));
}

function expectNoStepBack(before: Map<string, ParsedMediaPlaylist>, after: Map<string, ParsedMediaPlaylist>): void {
  for (const [uri, playlist] of before) {
    const later = after.get(uri);
    expect(later && checkSuccession(playlist, later)).toEqual([]);
  }
  expect(checkPresentation(after)).toEqual([]);
}

describe('after the channel’s object was evicted', () => {
  it('no playlist steps back: requests wait until the node has sent again what was lost', async () => {
    // Two whole segments, which are stored, and two parts of a third, which are not.
    const publisher = await TestPublisher.live(8);
    const { channelId, broadcast } = publisher;
    await untilStored(publisher, 2);
    await publisher.publish(8, 10);
    const before = await presentation(publisher);
    await evictDurableObject(channelStub(channelId));

    const plain = await directHeld(channelId, `${publisher.path}/a128.m3u8`);
    const reload = await directHeld(channelId, `${publisher.path}/v720.m3u8?_HLS_msn=3&_HLS_part=2`);
    const hinted = await directHeld(channelId, `${publisher.path}/v720/3.2.m4s`);
    await publisher.put(10, 11);
    const lost = await publisher.announce(broadcast.parts(10, 11));
    expect(lost).toMatchObject({ needsDescription: false, next: { v720: { msn: 3, partIndex: 0 } } });
    expect([plain.isAnswered(), reload.isAnswered(), hinted.isAnswered()]).toEqual([false, false, false]);

    await publisher.announce(broadcast.parts(8, 11));
    expect(await bodyText(await plain.answer)).toContain('a128/3.2.m4s');
    expect(await bodyText(await reload.answer)).toContain('v720/3.2.m4s');
    expect(new Uint8Array(await (await hinted.answer).arrayBuffer())).toEqual(partBytes(10, V720));
    expectNoStepBack(before, await presentation(publisher));
  });

  it('the lease and its epoch are what they were', async () => {
    const loser = await TestPublisher.live(4);
    const winner = await TestPublisher.live(4, { channelId: loser.channelId, nodeId: 'node-b' });
    await untilStored(winner, 1);
    await evictDurableObject(channelStub(loser.channelId));
    expect((await loser.post('announce', { parts: [] })).status).toBe(409);
    expect(await winner.publish(4, 5)).toMatchObject({ next: { v720: { msn: 2, partIndex: 1 } } });
    const third = await TestPublisher.begin({ channelId: loser.channelId, nodeId: 'node-b' });
    expect(third.epoch).toBe(winner.epoch + 1);
  });

  it('a lease that was only just given is still there', async () => {
    const publisher = await TestPublisher.begin();
    await evictDurableObject(channelStub(publisher.channelId));
    expect(await publisher.announce([])).toMatchObject({ next: {}, needsDescription: true });
    const next = await TestPublisher.begin({ channelId: publisher.channelId, nodeId: 'node-b' });
    expect(next.epoch).toBe(publisher.epoch + 1);
  });

  it('a description that was only just taken is still there: its node does not send it again', async () => {
    const publisher = await TestPublisher.live(8);
    const { broadcast } = publisher;
    const renditions = broadcast.description.renditions.map((each) => ({ ...each, initVersion: 16 }));
    await untilStored(publisher, 2);
    await publisher.announce([], { description: { ...broadcast.description, renditions } });
    await evictDurableObject(channelStub(publisher.channelId));
    const parts = broadcast.parts(8, 9).map((part) => ({ ...part, initVersion: 16 }));
    expect(await publisher.announce(parts)).toMatchObject({
      needsDescription: false,
      next: { v720: { msn: 3, partIndex: 1 } },
    });
  });

  it('an ended broadcast is as it was', async () => {
    const publisher = await TestPublisher.live(10);
    await publisher.returnLease();
    const before = await bodyText(await directFetch(`${publisher.path}/v720.m3u8`));
    // The third segment, of two parts, became whole with the end.
    await untilStored(publisher, 3);
    await evictDurableObject(channelStub(publisher.channelId));
    expect(await bodyText(await directFetch(`${publisher.path}/v720.m3u8`))).toBe(before);
    expect((await directFetch(`${publisher.path}/v720/3.m4s`)).status).toBe(200);
  });

  it('measured bandwidths go on from where they were', async () => {
    const publisher = await TestPublisher.live(4 * 15);
    const index = `/live/${publisher.channelId}/index.m3u8`;
    const before = await bodyText(await directFetch(index));
    await untilStored(publisher, 15);
    await evictDurableObject(channelStub(publisher.channelId));
    expect(await bodyText(await directFetch(index))).toBe(before);
  });
});

describe('when the channel’s object is reset', () => {
  it('who was held by it is held by the next one', async () => {
    const publisher = await TestPublisher.live(8);
    const { channelId } = publisher;
    await untilStored(publisher, 2);
    const reload = await directHeld(channelId, `${publisher.path}/v720.m3u8?_HLS_msn=3&_HLS_part=0`);
    const part = await directHeld(channelId, `${publisher.path}/v720/3.0.m4s`);
    const reset = runInDurableObject(channelStub(channelId), (_object, state) => state.abort('a new version'));
    await expect(reset).rejects.toThrow('a new version');
    await publisher.publish(8, 9);
    expect(await bodyText(await reload.answer)).toContain('v720/3.0.m4s');
    expect((await part.answer).status).toBe(200);
  });
});
