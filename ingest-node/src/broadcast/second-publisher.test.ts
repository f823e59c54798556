import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PeerRequest, problemReply } from '../control/scripted-peer.ts';
import { fakeBroadcast, V720 } from '../package/packaging-fixture.ts';
import { BroadcastStage, StagePublisher, storageNamed } from './broadcast-stage.ts';

let stage: BroadcastStage;
beforeEach(async () => {
  stage = await BroadcastStage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('a second publisher of a channel', () => {
  it('is refused where the channel says so, and the first goes on', async () => {
    const first = await stage.livePublisher();
    expect((await stage.publish()).refusal?.code).toBe('channel-in-use');
    first.send();
    await stage.edge.untilListed(V720, 2);
    expect(first.closedWith).toBeUndefined();
  });

  it('takes over where the channel says so: the same broadcast goes on, and the first is sent away', async () => {
    stage.settings = { ...stage.settings, takeover: 'take-over' };
    const first = await stage.livePublisher();
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
    const first = await stage.livePublisher();
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
    const first = await stage.livePublisher();
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

  it('that has left before it is let in takes nothing over, and begins nothing', async () => {
    stage.settings = { ...stage.settings, takeover: 'take-over' };
    const first = await stage.livePublisher();
    const gone = new StagePublisher();
    gone.leave('peer-left');
    await stage.publish(undefined, gone);
    expect(first.closedWith).toBeUndefined();
    first.leave('unpublished');
    await stage.untilLogged('broadcast ended');
    await stage.publish(undefined, gone);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
    expect(stage.logLines.at(-1)).toContain('publisher left before it was let in');
  });

  it('at the very same time is one too many', async () => {
    const both = await Promise.all([stage.publish(), stage.publish()]);
    expect(both.map(({ refusal }) => refusal?.code).sort()).toEqual(['channel-in-use', undefined]);
    expect(stage.leaseRequests('POST')).toHaveLength(1);
  });
});

describe('a second publisher on another node', () => {
  it('can have the channel while nobody sends to this one: the edge is told so until somebody does', async () => {
    const first = await stage.livePublisher();
    const toldAbsent = () => stage.edge.announcements.at(-1)?.isPublisherAbsent;
    expect(toldAbsent()).toBeUndefined();
    first.send();
    first.leave('peer-left');
    await stage.edge.untilListed(V720, 2);
    expect(toldAbsent()).toBe(true);
    (await stage.publish()).send();
    await stage.edge.untilListed(V720, 3);
    expect(toldAbsent()).toBeUndefined();
  });
});

describe('a backup of a channel', () => {
  const asBackup = () => {
    stage.settings = { ...stage.settings, role: 'backup' };
  };

  it('stands by, and is on air when its primary is not, in the same broadcast', async () => {
    const primary = await stage.livePublisher();
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
    const backup = await stage.livePublisher();
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

  /** The node before has handed on, or died: the backup looks for what it left behind, with an answer to come. */
  async function lookingBackup() {
    asBackup();
    stage.storage.set('demo', storageNamed('backup'));
    stage.edge.leaseReply = problemReply(409, 'channel-in-use');
    const backup = await stage.publish();
    backup.send();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<number | undefined>();
    stage.store.faultOfLook = (key) => {
      asked.resolve();
      return key.endsWith('/1.1.m4s') ? Promise.resolve(undefined) : answer.promise;
    };
    const { description: continues } = fakeBroadcast('low', { num: 30, den: 1 });
    const next = Object.fromEntries(continues.renditions.map(({ id }) => [id, { msn: 1, partIndex: 0 }]));
    stage.edge.leaseReply = { status: 200, body: { ...stage.edge.lease(2), continues, next } };
    await asked.promise;
    return { backup, answer };
  }

  it('goes on behind what its primary’s node has stored and not told', async () => {
    const { answer } = await lookingBackup();
    answer.resolve(55);
    await stage.edge.untilListed(V720, 2);
    expect(stage.edge.names(V720)).toEqual(['1.0', '1.1']);
    expect(stage.edge.listed.get(V720)?.[0]?.sizeBytes).toBe(55);
    expect(new Set(stage.store.sessionTokens.values())).toEqual(new Set(['session-backup']));
  });

  it('that leaves while the bucket is looked at hands the channel on', async () => {
    const { backup, answer } = await lookingBackup();
    backup.leave('unpublished');
    answer.resolve(undefined);
    await stage.edge.peer.until(() => stage.leaseRequests('DELETE').length === 1);
    expect(stage.leaseRequests('DELETE')).toMatchObject([{ body: { epoch: 2, expectsSuccessor: true } }]);
    expect(await stage.broadcastCount()).toBe(0);
  });

  it('that has stood by for long goes on with the grant and the credentials of the last renewal', async () => {
    asBackup();
    stage.grantLifeMs = 2_000;
    stage.storage.set('demo', storageNamed('first'));
    const lease = stage.edge.leaseReply;
    stage.edge.leaseReply = problemReply(409, 'channel-in-use');
    const backup = await stage.publish();
    backup.send();
    stage.grant = 'the-second-grant';
    stage.grantLifeMs = 600_000;
    stage.storage.set('demo', storageNamed('second'));
    const isOfSecond = ({ authorization }: PeerRequest) => authorization === 'Bearer the-second-grant';
    await stage.edge.peer.until(() => stage.leaseRequests('POST').some(isOfSecond));
    stage.edge.leaseReply = lease;
    await stage.edge.untilListed(V720, 1);
    const announced = stage.edge.peer.requests.filter(({ path }) => path.endsWith('/announce'));
    expect(announced.every(isOfSecond)).toBe(true);
    expect(new Set(stage.store.sessionTokens.values())).toEqual(new Set(['session-second']));
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

  it('that leaves just when it gets the channel hands it on, and its key is forgotten', async () => {
    asBackup();
    const lease = stage.holdLease();
    const backup = await stage.publish();
    await lease.asked;
    backup.leave('unpublished');
    lease.release();
    await stage.edge.peer.until(() => stage.leaseRequests('DELETE').length === 1);
    expect(stage.leaseRequests('DELETE')).toMatchObject([{ body: { epoch: 1, expectsSuccessor: true } }]);
    expect(await stage.broadcastCount()).toBe(0);
    stage.control.script = () => ({ status: 503 });
    expect((await stage.publish()).refusal?.code).toBe('control-unreachable');
  });

  it('on another node gets the channel as soon as the publisher here is gone', async () => {
    const publisher = await stage.livePublisher();
    stage.edge.hasStandby = true;
    publisher.send();
    await stage.edge.untilListed(V720, 2);
    publisher.leave('peer-left');
    await stage.untilLogged('broadcast ended');
    expect(stage.logLines.at(-1)).toContain('handed-over');
    expect(stage.leaseRequests('DELETE')).toMatchObject([{ body: { expectsSuccessor: true } }]);
  });

  it('is who says so behind its stream key', async () => {
    const primary = await stage.livePublisher();
    const backup = await stage.publish('backup=1');
    expect([backup.refusal, primary.closedWith]).toEqual([undefined, undefined]);
    expect((await stage.publish()).refusal?.code).toBe('channel-in-use');
  });
});
