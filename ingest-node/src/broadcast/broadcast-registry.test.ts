import { ChannelId, IngestEvent, type PartAnnounced, RenditionId } from '@sluice/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { problemReply } from '../control/scripted-peer.ts';
import { A128, fakeBroadcast, V360, V720 } from '../package/packaging-fixture.ts';
import { BroadcastStage, GRANT, STREAM_KEY, type StagePublisher } from './broadcast-stage.ts';

const WHOLE_SEGMENT = ['1.0', '1.1', '1.2', '1.3'];

let stage: BroadcastStage;
beforeEach(async () => {
  stage = await BroadcastStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

/** A publisher whose first part is listed. */
async function livePublisher(): Promise<StagePublisher> {
  const publisher = await stage.publish();
  publisher.send();
  await stage.edge.untilListed(V720, 1);
  return publisher;
}

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

describe('a publisher with a right key', () => {
  it('is asked about, gets a lease with its grant, and is listed part by part', async () => {
    const publisher = await livePublisher();
    expect(publisher.refusal).toBeUndefined();
    expect(stage.control.requests).toMatchObject([
      { path: '/v1/ingest/authorize', body: { streamKey: STREAM_KEY, protocol: 'rtmp', clientAddress: '192.0.2.7' } },
    ]);
    expect(stage.leaseRequests('POST')).toMatchObject([
      { path: '/ingest/v1/channels/demo/lease', authorization: `Bearer ${GRANT}`, body: { nodeId: 'node-1' } },
    ]);
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    expect(await stage.broadcastCount()).toBe(1);
  });

  it('who stops has the last segment finished and stored, and the lease handed back; nothing is left', async () => {
    const publisher = await livePublisher();
    publisher.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(stage.store.stored.has('demo/0123456789abcde1/v720/1.m4s')).toBe(true);
    expect(stage.leaseRequests('DELETE')).toMatchObject([
      { body: { broadcastId: '0123456789abcde1', epoch: 1, expectsSuccessor: false } },
    ]);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('who leaves before anything was coded leaves nothing behind', async () => {
    const publisher = await stage.publish();
    publisher.leave('peer-left');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.announcements).toEqual([]);
    expect(stage.edge.isReturned).toBe(true);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('is held back while the transcoder is full, and no longer', async () => {
    const publisher = await livePublisher();
    publisher.send('sleep');
    while (publisher.pauses.length === 0) publisher.send('sleep', 100_000);
    expect(publisher.pauses[0]).toBe(true);
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    expect(publisher.pauses.at(-1)).toBe(false);
  });

  it('never has key, grant or token in the log', async () => {
    const publisher = await livePublisher();
    publisher.send('off the grid');
    await stage.untilLogged('broadcast ended');
    for (const line of stage.logLines) expect(line).not.toMatch(/secret/);
  });
});

describe('a publisher who is refused', () => {
  it.each([
    [403, 'unknown-stream-key', 'unknown-stream-key'],
    [403, 'stream-key-disabled', 'stream-key-disabled'],
    [403, 'channel-disabled', 'channel-disabled'],
    [401, 'node-token-invalid', 'internal-error'],
  ])('by the control API with %i %s is told %s, and no lease is asked for', async (status, code, told) => {
    stage.control.script = () => problemReply(status, code);
    const { refusal } = await stage.publish();
    expect(refusal?.code).toBe(told);
    expect(refusal?.sentence).not.toContain(STREAM_KEY);
    expect(stage.leaseRequests('POST')).toEqual([]);
  });

  it('because the control API does not answer is told that, after it was asked twice', async () => {
    stage.control.script = () => ({ status: 503 });
    expect((await stage.publish()).refusal?.code).toBe('control-unreachable');
    expect(stage.control.requests).toHaveLength(2);
  });

  it.each([
    ['channel-in-use', problemReply(409, 'channel-in-use')],
    ['control-unreachable', { status: 503 }],
    ['internal-error', problemReply(401, 'grant-invalid')],
  ] as const)('by the edge is told %s, and nothing is left', async (code, reply) => {
    stage.edge.leaseReply = reply;
    expect((await stage.publish()).refusal?.code).toBe(code);
    await stage.untilLogged('broadcast ended');
    expect(await stage.broadcastCount()).toBe(0);
    expect(stage.edge.isReturned).toBe(false);
  });

  it('for want of room is told so, and gets in when there is some', async () => {
    await using small = await BroadcastStage.open({ broadcastsMax: 1 });
    const first = await small.publish();
    expect(small.registry.isReady).toBe(false);
    small.settings = { ...small.settings, channelId: ChannelId.parse('other') };
    expect((await small.publish()).refusal?.code).toBe('server-full');
    first.leave('unpublished');
    await small.untilLogged('broadcast ended');
    expect((await small.publish()).refusal).toBeUndefined();
  });
});

describe('a publisher whose connection drops', () => {
  it('comes back into the same broadcast', async () => {
    const first = await livePublisher();
    first.leave('peer-left');
    const second = await stage.publish();
    expect(second.refusal).toBeUndefined();
    second.send();
    await stage.edge.untilListed(V720, 2);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    const told = (await stage.metrics.warnings.get()).values.map(({ labels }) => labels.code);
    expect(told).toEqual(['video-missing', 'timestamp-jump']);
  });

  it('comes back while the control API is away, with the key that was good a moment ago', async () => {
    const first = await livePublisher();
    first.leave('peer-left');
    stage.control.script = () => ({ status: 503 });
    const second = await stage.publish();
    expect(second.refusal).toBeUndefined();
    second.send();
    await stage.edge.untilListed(V720, 2);
    second.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    // With the broadcast it is forgotten.
    expect((await stage.publish()).refusal?.code).toBe('control-unreachable');
  });

  it('and does not come back ends it, when the window has passed', async () => {
    stage.settings = { ...stage.settings, reconnectWindowMs: 1 };
    const publisher = await livePublisher();
    publisher.leave('timed-out');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.at(-1)).toContain('reconnect-window-passed');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(stage.edge.isReturned).toBe(true);
  });

  it('ends it at once where the channel has no window', async () => {
    stage.settings = { ...stage.settings, reconnectWindowMs: 0 };
    const publisher = await livePublisher();
    publisher.leave('peer-left');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.at(-1)).toContain('publisher-stopped');
  });
});

describe('a second publisher of a channel', () => {
  it('is refused where the channel says so, and the first goes on', async () => {
    const first = await livePublisher();
    expect((await stage.publish()).refusal?.code).toBe('channel-in-use');
    first.send();
    await stage.edge.untilListed(V720, 2);
    expect(first.closedWith).toBeUndefined();
  });

  it('takes over where the channel says so: the same broadcast goes on, and the first is sent away', async () => {
    stage.settings = { ...stage.settings, takeover: 'take-over' };
    const first = await livePublisher();
    const second = await stage.publish();
    expect(second.refusal).toBeUndefined();
    expect(first.closedWith?.code).toBe('taken-over');
    second.send();
    await stage.edge.untilListed(V720, 2);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    expect(await stage.broadcastCount()).toBe(1);
    // What the first still had under way is nobody's.
    first.send();
    second.send();
    await stage.edge.untilListed(V720, 3);
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2']);
  });

  it('is refused soon after a takeover: two encoders would push each other out for ever', async () => {
    stage.settings = { ...stage.settings, takeover: 'take-over' };
    const first = await livePublisher();
    const second = await stage.publish();
    expect(first.closedWith?.code).toBe('taken-over');
    expect((await stage.publish()).refusal?.code).toBe('channel-in-use');
    expect(second.closedWith).toBeUndefined();
  });

  it('takes over also on a node that has no other room', async () => {
    await using small = await BroadcastStage.open({ broadcastsMax: 1 });
    small.settings = { ...small.settings, takeover: 'take-over' };
    const first = await small.publish();
    expect((await small.publish()).refusal).toBeUndefined();
    expect(first.closedWith?.code).toBe('taken-over');
  });

  it('that comes while the first is ending waits for its end', async () => {
    const first = await livePublisher();
    const held = Promise.withResolvers<undefined>();
    stage.edge.fault = () => held.promise;
    first.leave('unpublished');
    const second = stage.publish();
    await stage.control.until(() => stage.control.requests.length === 2);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    held.resolve(undefined);
    expect((await second).refusal).toBeUndefined();
    expect(stage.edge.peer.requests.filter(({ path }) => path.endsWith('/lease')).map(({ method }) => method)).toEqual([
      'POST',
      'DELETE',
      'POST',
    ]);
  });

  it('at the very same time is one too many', async () => {
    const both = await Promise.all([stage.publish(), stage.publish()]);
    expect(both.map(({ refusal }) => refusal?.code).sort()).toEqual(['channel-in-use', undefined]);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
  });
});

describe('a backup of a channel', () => {
  const asBackup = () => {
    stage.settings = { ...stage.settings, role: 'backup' };
  };

  it('stands by, and is on air when its primary is not, in the same broadcast', async () => {
    const primary = await livePublisher();
    asBackup();
    const backup = await stage.publish();
    expect(backup.refusal).toBeUndefined();
    expect(primary.closedWith).toBeUndefined();
    backup.send();
    primary.leave('peer-left');
    // What it sent while it stood by is what the decoder begins with.
    await stage.edge.untilListed(V720, 2);
    backup.send();
    await stage.edge.untilListed(V720, 3);
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2']);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
  });

  it('begins a broadcast where there is none, and makes room for its primary', async () => {
    asBackup();
    const backup = await livePublisher();
    stage.settings = { ...stage.settings, role: 'primary' };
    const primary = await stage.publish();
    expect(backup.closedWith).toBeUndefined();
    primary.send();
    await stage.edge.untilListed(V720, 2);
    expect(primary.refusal).toBeUndefined();
  });

  it('stands by for a primary on another node, and goes on with its broadcast when that one hands it on', async () => {
    asBackup();
    const { description: continues } = fakeBroadcast('low', { num: 30, den: 1 });
    const next = Object.fromEntries(continues.renditions.map(({ id }) => [id, { msn: 1, partIndex: 0 }]));
    const lease = stage.edge.leaseReply;
    stage.edge.leaseReply = problemReply(409, 'channel-in-use');
    const backup = await stage.publish();
    expect(backup.refusal).toBeUndefined();
    backup.send();
    await stage.edge.peer.until(() => stage.leaseRequests('POST').length >= 3);
    expect(stage.leaseRequests('POST')[0]).toMatchObject({ body: { nodeId: 'node-1', standsBy: true } });
    expect(await stage.broadcastCount()).toBe(0);
    stage.edge.isDescribed = true;
    stage.edge.leaseReply = { status: 200, body: { ...stage.edge.lease(2), continues, next } };
    // What it sent while it stood by is the first part.
    await stage.edge.untilListed(V720, 1);
    backup.send();
    await stage.edge.untilListed(V720, 2);
    expect(stage.edge.announcements.at(-1)?.epoch).toBe(2);
    stage.edge.leaseReply = lease;
  });

  it('that stands by and leaves asks no more', async () => {
    asBackup();
    stage.edge.leaseReply = problemReply(409, 'channel-in-use');
    const backup = await stage.publish();
    await stage.edge.peer.until(() => stage.leaseRequests('POST').length >= 1);
    backup.leave('unpublished');
    await stage.registry.drain();
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('on another node gets the channel as soon as the publisher here is gone', async () => {
    const publisher = await livePublisher();
    stage.edge.hasStandby = true;
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    publisher.leave('peer-left');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.at(-1)).toContain('handed-over');
    expect(stage.leaseRequests('DELETE')).toMatchObject([{ body: { expectsSuccessor: true } }]);
  });

  it('is who says so behind its stream key', async () => {
    const primary = await livePublisher();
    const backup = await stage.publish('backup=1');
    expect([backup.refusal, primary.closedWith]).toEqual([undefined, undefined]);
    expect((await stage.publish()).refusal?.code).toBe('channel-in-use');
  });
});

describe('a broadcast that is fenced', () => {
  it.each([
    ['epoch-superseded', 'taken-over'],
    ['broadcast-ended', 'internal-error'],
    ['grant-invalid', 'internal-error'],
  ])('by the edge with %s sends its publisher away (%s), and says nothing more to the edge', async (code, told) => {
    const publisher = await livePublisher();
    stage.edge.fault = () => problemReply(409, code);
    publisher.send();
    expect((await publisher.closed).code).toBe(told);
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(['1.0']);
    expect(stage.edge.isReturned).toBe(false);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('by the control API, when the grant is to be renewed, ends properly', async () => {
    stage.grantLifeMs = 0;
    const publisher = await livePublisher();
    stage.control.script = () => problemReply(403, 'stream-key-disabled');
    expect((await publisher.closed).code).toBe('stream-key-disabled');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(stage.edge.isReturned).toBe(true);
  });
});

describe('a publisher whose right to publish is taken away', () => {
  it.each(['stream-key-disabled', 'kicked'] as const)('is cut (%s), and viewers get a proper end', async (reason) => {
    await using checked = await BroadcastStage.open({ checkEveryMs: 1 });
    const publisher = await checked.publish();
    publisher.send();
    await checked.edge.untilListed(V720, 1);
    const named = { channelId: 'demo', keyId: 'key-1', authorizedAtMs: 1 };
    checked.control.script = ({ path, body }) => {
      expect([path, body]).toEqual(['/v1/ingest/check', { nodeId: 'node-1', publishers: [named] }]);
      return { status: 200, body: { ended: [{ ...named, reason }] } };
    };
    expect((await publisher.closed).code).toBe(reason);
    await checked.untilLogged('broadcast ended');
    expect(checked.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    expect(checked.leaseRequests('DELETE')).toMatchObject([{ body: { expectsSuccessor: false } }]);
  });
});

describe('what the control API is told of a broadcast', () => {
  it('is when it starts, when its publisher is away and back, and how it ends', async () => {
    const publisher = await livePublisher();
    publisher.leave('peer-left');
    const back = await stage.publish();
    back.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    const place = { channelId: 'demo', broadcastId: '0123456789abcde1' };
    const told = stage.told.filter(({ kind }) => kind !== 'health-warning');
    expect(told.map(({ kind }) => kind)).toEqual([
      'broadcast-started',
      'publisher-absent',
      'publisher-back',
      'broadcast-ended',
    ]);
    expect(told).toMatchObject([
      { ...place, protocol: 'rtmp', isResumed: false },
      { ...place, reason: 'peer-left' },
      place,
      { ...place, reason: 'publisher-stopped' },
    ]);
  });

  it('is what is wrong with what it is sent, as its transcoder and its protocol say, and nothing that is secret', async () => {
    const publisher = await livePublisher();
    publisher.warn('Only audio track 0 is used; track 1 was left out.');
    publisher.leave('peer-left');
    const back = await stage.publish();
    await stage.untilLogged('warning about the source', 3);
    back.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    const warnings = stage.told.filter((event) => event.kind === 'health-warning');
    expect(warnings.map(({ code }) => code)).toEqual(['source', 'video-missing', 'timestamp-jump']);
    expect(warnings[0]).toMatchObject({ channelId: 'demo', broadcastId: '0123456789abcde1' });
    for (const event of stage.told) {
      IngestEvent.parse(event);
      expect(JSON.stringify(event)).not.toMatch(/secret/);
    }
  });

  it('is nothing of one that never began', async () => {
    stage.edge.leaseReply = problemReply(409, 'channel-in-use');
    await stage.publish();
    await stage.untilLogged('broadcast ended');
    await stage.events.close();
    expect(stage.told).toEqual([]);
  });
});

describe('what a scrape shows of a channel', () => {
  const lag = async () => (await stage.metrics.registry.metrics()).match(/^.*encode_lag.*channel=.*$/gm) ?? [];

  it('is how far its encoders are behind, as long as the broadcast lives', async () => {
    const publisher = await livePublisher();
    publisher.send('tell how it goes');
    await stage.edge.untilListed(V720, 2);
    expect(await lag()).toEqual(['sluice_ingest_encode_lag_seconds{channel="demo"} 0.25']);
    publisher.leave('peer-left');
    expect(await lag()).toHaveLength(1);
    (await stage.publish()).leave('unpublished');
    // What the transcoder says while it finishes is of a broadcast that has ended.
    expect(await lag()).toEqual([]);
    await stage.untilLogged('broadcast ended');
    expect(await lag()).toEqual([]);
    expect(await stage.metrics.registry.metrics()).not.toMatch(/channel=/);
  });
});

describe('a transcoder in trouble', () => {
  it('that dies is started anew, and the broadcast goes on with the part that is due', async () => {
    const publisher = await livePublisher();
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
    const publisher = await livePublisher();
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

  it('that leaves the grid ends its broadcast, and no other', async () => {
    const publisher = await livePublisher();
    publisher.send('off the grid');
    expect((await publisher.closed).code).toBe('internal-error');
    await stage.untilLogged('broadcast ended');
    expect(stage.edge.isReturned).toBe(true);
    expect(stage.logLines.filter((line) => line.includes('cannot be packaged'))).toHaveLength(1);
    nextLease(2);
    await livePublisher();
  });
});

describe('a broadcast that another node began', () => {
  /** `changed`: the first node's encoders made v360 in another way. */
  function begun(changed: boolean): void {
    const { description } = fakeBroadcast('low', { num: 30, den: 1 });
    const renditions = description.renditions.map((each) =>
      changed && each.id === V360 ? { ...each, configuration: 'AQID' } : each,
    );
    const next = Object.fromEntries(renditions.map(({ id }) => [id, { msn: 1, partIndex: 3 }]));
    const continues = { ...description, renditions };
    stage.edge.leaseReply = { status: 200, body: { ...stage.edge.lease(2), continues, next, initVersion: 16 } };
    for (const { id } of renditions) stage.edge.listed.set(id, listedBefore(id, 3));
    stage.edge.isDescribed = true;
  }
  const versionsOf = (id: string) => stage.edge.listed.get(id)?.map(({ initVersion }) => initVersion);
  const initsStored = () => [...stage.store.stored.keys()].filter((key) => key.includes('/init-'));

  it('goes on with the part that is due, under its init segments', async () => {
    begun(false);
    const publisher = await stage.publish();
    for (const count of [4, 5]) {
      publisher.send();
      await stage.edge.untilListed(V720, count);
    }
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1', '1.2', '1.3', '2.0']);
    expect(versionsOf(V720)).toEqual([0, 0, 0, 0, 0]);
    expect(initsStored()).toEqual([]);
    expect(stage.edge.announcements.at(-1)).toMatchObject({ broadcastId: '0123456789abcde2', epoch: 2 });
  });

  it('goes on behind a gap, with a new segment, where it needs other init segments', async () => {
    begun(true);
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

describe('a node that goes down', () => {
  it('finishes every broadcast, tells its publisher, hands the lease back, and takes nobody any more', async () => {
    const publisher = await livePublisher();
    await stage.registry.drain();
    expect(publisher.closedWith?.code).toBe('server-draining');
    expect(stage.edge.names(V720)).toEqual(WHOLE_SEGMENT);
    // Its encoder comes back to another node, which goes on with the broadcast.
    expect(stage.leaseRequests('DELETE')).toMatchObject([{ body: { epoch: 1, expectsSuccessor: true } }]);
    expect(stage.registry.isReady).toBe(false);
    expect((await stage.publish()).refusal?.code).toBe('server-draining');
  });

  it('lets nobody in whose lease comes just then, and hands it back', async () => {
    const asked = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const answer = stage.edge.peer.script;
    stage.edge.peer.script = async (request) => {
      if (request.method === 'POST' && request.path.endsWith('/lease')) {
        asked.resolve();
        await held.promise;
      }
      return answer(request);
    };
    const publishing = stage.publish();
    await asked.promise;
    const drained = stage.registry.drain();
    held.resolve();
    expect((await publishing).refusal?.code).toBe('server-draining');
    await drained;
    expect(stage.edge.isReturned).toBe(true);
    expect(await stage.broadcastCount()).toBe(0);
  });
});
