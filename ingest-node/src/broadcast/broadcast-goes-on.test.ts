import { ChannelId, type PartAnnounced, RenditionId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { A128, fakeBroadcast, V360, V720 } from '../package/packaging-fixture.ts';
import { StoreError } from '../publish/media-store.ts';
import { BroadcastStage } from './broadcast-stage.ts';

const WHOLE_SEGMENT = ['1.0', '1.1', '1.2', '1.3'];

let stage: BroadcastStage;
beforeEach(async () => {
  stage = await BroadcastStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

/** Parts of the first segment that another node announced. */
function listedBefore(renditionId: string, count: number): PartAnnounced[] {
  return Array.from({ length: count }, (_, partIndex) => ({
    renditionId: RenditionId.parse(renditionId),
    msn: 1,
    partIndex,
    startTicks: partIndex * 1_000,
    durationTicks: 1_000,
    sizeBytes: 10,
    isIndependent: true,
    isLastOfSegment: false,
    isGap: false,
    initVersion: 0,
  }));
}

/** The next lease is one of a broadcast of its own, under a name of its own. */
function nextLease(epoch: number): void {
  stage.edge.leaseReply = { status: 200, body: stage.edge.lease(epoch) };
  stage.edge.restart(true);
  stage.edge.listed.clear();
}

describe('a transcoder in trouble', () => {
  it('that dies is started anew, and the broadcast goes on with the part that is due', async () => {
    const publisher = await stage.livePublisher();
    // What killed it is given to the next one, too, as what came since the last keyframe; to the third it is not.
    publisher.send('die');
    await stage.untilLogged('the transcoder ended', 2);
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    publisher.send();
    await stage.edge.untilListed(V720, 3);
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2']);
    expect(publisher.closedWith).toBeUndefined();
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    // The configurations of its encoders are those of the one before, so the init segments are, too.
    expect(stage.edge.listed.get(V720)?.map(({ initVersion }) => initVersion)).toEqual([0, 0, 0]);
    expect([...stage.store.stored.keys()].filter((key) => key.includes('init-'))).toHaveLength(3);
  });

  it('that dies again and again ends the broadcast with what was coded, and the publisher is told', async () => {
    const publisher = await stage.livePublisher();
    for (const deaths of [2, 3, 4]) {
      publisher.send('die');
      await stage.untilLogged('the transcoder ended', deaths);
    }
    expect((await publisher.closed).code).toBe('internal-error');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(['1.0']);
    expect(stage.edge.isReturned).toBe(true);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('that hangs is killed and started anew, and the publisher that was held back for it goes on', async () => {
    await using impatient = await BroadcastStage.open({ transcoderLimits: { silentMsMax: 1_500 } });
    const publisher = await impatient.livePublisher();
    publisher.send('hang');
    while (publisher.pauses.length === 0) publisher.send('a part', 100_000);
    // What was sent last is a keyframe of its own, and so all that the next one is given.
    await impatient.edge.untilListed(V720, 2);
    expect(impatient.logLines.filter((line) => line.includes('"reason":"stuck"'))).toHaveLength(1);
    expect([publisher.pauses[0], publisher.pauses.at(-1)]).toEqual([true, false]);
    publisher.send();
    await impatient.edge.untilListed(V720, 3);
    expect(impatient.edge.names(V720)).toEqual(['1.0', '1.1', '1.2']);
    expect(publisher.closedWith).toBeUndefined();
  });

  it('that leaves the grid ends its broadcast, and no other', async () => {
    const publisher = await stage.livePublisher();
    publisher.send('off the grid');
    expect((await publisher.closed).code).toBe('internal-error');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.isReturned).toBe(true);
    expect(stage.logLines.filter((line) => line.includes('cannot be packaged'))).toHaveLength(1);
    nextLease(2);
    await stage.livePublisher();
  });
});

describe('a broadcast that another node began', () => {
  /** `hasChanged`: the first node's encoders made v360 in another way. `missedMs`: it died so long ago. */
  function begun({ hasChanged = false, missedMs = 0 } = {}): void {
    const { description } = fakeBroadcast('low', { num: 30, den: 1 });
    const renditions = description.renditions.map((each) =>
      hasChanged && each.id === V360 ? { ...each, configuration: 'AQID' } : each,
    );
    const next = Object.fromEntries(renditions.map(({ id }) => [id, { msn: 1, partIndex: 3 }]));
    const continues = { ...description, startedAtMs: description.startedAtMs - missedMs, renditions };
    stage.edge.leaseReply = { status: 200, body: { ...stage.edge.lease(2), continues, next, initVersion: 16 } };
    for (const { id } of renditions) stage.edge.listed.set(id, listedBefore(id, 3));
    stage.edge.isDescribed = true;
  }
  const versionsOf = (id: string) => stage.edge.listed.get(id)?.map(({ initVersion }) => initVersion);
  const initsStored = () => [...stage.store.stored.keys()].filter((key) => key.includes('/init-'));

  it('goes on with the part that is due, under its init segments', async () => {
    begun();
    const publisher = await stage.publish();
    for (const count of [4, 5]) {
      publisher.send();
      await stage.edge.untilListed(V720, count);
    }
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2', '1.3', '2.0']);
    expect(versionsOf(V720)).toEqual([0, 0, 0, 0, 0]);
    // Put once more: the node before may have died on its way to it.
    expect(initsStored().map((key) => key.split('/').at(-1))).toEqual(Array(3).fill('init-0.mp4'));
    expect(stage.edge.announcements.at(-1)).toMatchObject({ broadcastId: '0123456789abcde2', epoch: 2 });
  });

  it.each([
    ['it needs other init segments', { hasChanged: true }],
    ['too much was missed: a gap in a segment that viewers have begun would stop hls.js', { missedMs: 60_000 }],
  ])('goes on behind a gap, with a new segment and init segment, where %s', async (_, how) => {
    begun(how);
    const publisher = await stage.publish();
    publisher.send();
    for (const id of [V720, V360, A128]) {
      await stage.edge.untilListed(id, 9);
      const gaps = ['1.3 gap', '2.0 gap', '2.1 gap', '2.2 gap', '2.3 gap'];
      expect(stage.edge.names(id).slice(3)).toEqual([...gaps, '3.0']);
      expect(versionsOf(id)).toEqual([...Array(8).fill(0), 16]);
    }
    expect(initsStored().map((key) => key.split('/').at(-1))).toEqual(Array(3).fill('init-16.mp4'));
    // The first segment has parts, but not all of them.
    expect([...stage.store.stored.keys()].filter((key) => key.endsWith('/1.m4s'))).toEqual([]);
  });
});

describe('a broadcast whose node had stored parts and not told of them', () => {
  /** Two parts are listed, and the third is in the bucket. */
  async function lost(configuration?: string): Promise<void> {
    const { description } = fakeBroadcast('low', { num: 30, den: 1 });
    const renditions = description.renditions.map((each) => ({ ...each, ...(configuration && { configuration }) }));
    const next = Object.fromEntries(renditions.map(({ id }) => [id, { msn: 1, partIndex: 2 }]));
    const continues = { ...description, renditions };
    stage.edge.leaseReply = { status: 200, body: { ...stage.edge.lease(2), continues, next, initVersion: 16 } };
    stage.edge.isDescribed = true;
    for (const { id } of renditions) {
      stage.edge.listed.set(id, listedBefore(id, 2));
      for (const name of ['init-0.mp4', '1.2.m4s']) {
        const key = `demo/0123456789abcde2/${id}/${name}`;
        await stage.store.put(
          { key, bytes: new Uint8Array(77), contentType: 'video/mp4' },
          new AbortController().signal,
        );
      }
    }
  }
  const sizes = (id: string) => stage.edge.listed.get(id)?.map(({ sizeBytes }) => sizeBytes);
  const isUntold = (line: string) => line.includes('parts are in the bucket that the edge was not told of');

  it('goes on behind them, and nothing is a gap', async () => {
    await lost();
    const publisher = await stage.publish();
    publisher.send();
    for (const id of [V720, V360, A128]) {
      await stage.edge.untilListed(id, 4);
      expect(stage.edge.names(id)).toEqual(WHOLE_SEGMENT);
      expect(sizes(id)?.[2]).toBe(77);
    }
    expect(stage.logLines.filter(isUntold)).toHaveLength(1);
  });

  it('lists them before a seam, too', async () => {
    await lost('AQID');
    const publisher = await stage.publish();
    publisher.send();
    for (const id of [V720, V360, A128]) {
      await stage.edge.untilListed(id, 9);
      expect(stage.edge.names(id).slice(2)).toEqual([
        ...['1.2', '1.3 gap', '2.0 gap', '2.1 gap', '2.2 gap', '2.3 gap'],
        '3.0',
      ]);
      expect(stage.edge.listed.get(id)?.map(({ initVersion }) => initVersion)).toEqual([...Array(8).fill(0), 16]);
    }
  });

  it('does not look for them where the encoders are started anew under the same lease', async () => {
    await lost();
    const publisher = await stage.publish();
    publisher.send();
    await stage.edge.untilListed(V720, 4);
    const { length } = stage.store.lookedAt;
    publisher.send('die');
    await stage.untilLogged('the transcoder ended', 2);
    publisher.send();
    await stage.edge.untilListed(V720, 5);
    expect(stage.edge.names(V720)).toEqual([...WHOLE_SEGMENT, '2.0']);
    expect(stage.store.lookedAt).toHaveLength(length);
  });

  it('goes on without them where the bucket cannot be asked, and says why', async () => {
    await lost();
    stage.store.faultOfLook = () => Promise.reject(new StoreError('HEAD: 503', { isRetryable: true }));
    const publisher = await stage.publish();
    publisher.send();
    await stage.edge.untilListed(V720, 3);
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2']);
    const why = 'it could not be seen which parts are in the bucket';
    expect(stage.logLines.filter((line) => line.includes(why) && line.includes('HEAD: 503'))).toHaveLength(1);
  });

  it('is handed back, and nothing begins, where the node is told to stop meanwhile', async () => {
    await lost();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<undefined>();
    stage.store.faultOfLook = () => {
      asked.resolve();
      return answer.promise;
    };
    const publishing = stage.publish();
    await asked.promise;
    const drained = stage.registry.drain();
    answer.resolve(undefined);
    expect((await publishing).refusal?.code).toBe('server-draining');
    await drained;
    expect(stage.edge.isReturned).toBe(true);
    expect(stage.edge.announcements).toEqual([]);
  });
});

describe('a node that goes down', () => {
  it('finishes every broadcast, tells its publisher, hands the lease back, and takes nobody any more', async () => {
    const publisher = await stage.livePublisher();
    await stage.registry.drain();
    expect(publisher.closedWith?.code).toBe('server-draining');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    // Its encoder comes back to another node, which goes on with the broadcast.
    expect(stage.leaseRequests('DELETE')).toMatchObject([{ body: { epoch: 1, expectsSuccessor: true } }]);
    expect(stage.registry.isReady).toBe(false);
    expect((await stage.publish()).refusal?.code).toBe('server-draining');
  });

  it('lets nobody in who waited for the end of the broadcast before', async () => {
    const first = await stage.livePublisher();
    const held = Promise.withResolvers<undefined>();
    stage.edge.fault = () => held.promise;
    first.leave('unpublished');
    const second = stage.publish();
    await stage.control.until(() => stage.control.requests.length === 2);
    // Whoever came later, to another channel, is in: so the second one waits by now.
    stage.settings = { ...stage.settings, channelId: ChannelId.parse('other') };
    await stage.publish();
    const drained = stage.registry.drain();
    held.resolve(undefined);
    expect((await second).refusal?.code).toBe('server-draining');
    await drained;
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('lets nobody in whose lease comes just then, and hands it back', async () => {
    const lease = stage.holdLease();
    const publishing = stage.publish();
    await lease.asked;
    const drained = stage.registry.drain();
    lease.release();
    expect((await publishing).refusal?.code).toBe('server-draining');
    await drained;
    expect(stage.edge.isReturned).toBe(true);
    expect(await stage.broadcastCount()).toBe(0);
  });
});
