import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { relayName } from '../relay/relay-address.ts';
import { bodyText, channelStub, directFetch, edgeFetch } from '../testing/edge-client.ts';
import { type TestLoan, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPublisher } from '../testing/test-publisher.ts';
import { untilStored } from '../testing/until-stored.ts';

/** v720 rests from its third segment on. */
const LOANS: readonly TestLoan[] = [{ renditionId: V720, lentBy: V360, fromMsn: 3, toMsn: 40 }];
const NAMES = ['v720', 'v360', 'v720+a128'] as const;
const APAC = { continent: 'AS', country: 'JP' } as IncomingRequestCfProperties;

/** Of playlists that have that part of the eleventh segment, whole ones and deltas. */
async function texts(
  publisher: TestPublisher,
  part: number,
  ask: (path: string) => Promise<Response>,
): Promise<string[]> {
  const queries = [`_HLS_msn=11&_HLS_part=${part}`, `_HLS_msn=11&_HLS_part=${part}&_HLS_skip=v2`];
  const paths = NAMES.flatMap((name) => queries.map((query) => `${publisher.path}/${name}.m3u8?${query}`));
  return Promise.all(paths.map(async (path) => bodyText(await ask(path))));
}

describe('the playlists of a rendition that rests are byte for byte the same', () => {
  it('after the channel’s object was evicted, and the node has sent again what was lost', async () => {
    // Ten segments, eight of them lent, some too old for their parts; and half of the next.
    const publisher = await TestPublisher.live(4 * 10, { loans: LOANS });
    const { channelId, broadcast } = publisher;
    await untilStored(publisher, 10);
    await publisher.publish(40, 42);
    const before = await texts(publisher, 1, directFetch);
    expect(before[0]).toContain('URI="v360/11.1.m4s"');
    await evictDurableObject(channelStub(channelId));
    await publisher.announce(broadcast.parts(40, 42));
    expect(await texts(publisher, 1, directFetch)).toEqual(before);
  });

  it('in relays of every region, and of those that begin anew', async () => {
    const publisher = await TestPublisher.live(4 * 10, { loans: LOANS });
    const { channelId } = publisher;
    const far = (path: string) => edgeFetch(path, { cf: APAC });
    // It subscribes, and hears of the rest.
    await (await far(`${publisher.path}/v720.m3u8`)).arrayBuffer();
    await publisher.publish(40, 42);
    const own = await texts(publisher, 1, directFetch);
    expect(await texts(publisher, 1, edgeFetch)).toEqual(own);
    expect(await texts(publisher, 1, far)).toEqual(own);
    const relay = env.RELAY.getByName(relayName({ channelId, region: 'apac', shard: 0 }));
    const reset = runInDurableObject(relay, (_object, state) => state.abort('a new version'));
    await expect(reset).rejects.toThrow('a new version');
    await publisher.publish(42, 43);
    expect(await texts(publisher, 2, far)).toEqual(await texts(publisher, 2, directFetch));
  });
});
