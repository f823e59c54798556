import { Announcement, type BroadcastId, type Epoch, NodeId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { Channel, type PublisherClaims } from './channel.ts';
import { channelState } from './channel-state.ts';

const NODE_A = NodeId.parse('node-a');
const NODE_B = NodeId.parse('node-b');
const T0_MS = 1_000_000_000_000;
const broadcast = new TestBroadcast();

function claims(node: NodeId, takeover: PublisherClaims['takeover'] = 'take-over'): PublisherClaims {
  return { node, takeover, dvrWindowS: 30 };
}

/** A channel, and its clock. */
class Stage {
  readonly channel = new Channel({ lease: undefined, broadcasts: [] }, T0_MS);
  nowMs = T0_MS;
  #seed = 0;

  lease(node: NodeId, resume?: { broadcastId: BroadcastId; epoch: Epoch }) {
    this.#seed += 1;
    const random = new Uint8Array(16).fill(this.#seed);
    const request = resume === undefined ? { nodeId: node } : { nodeId: node, resume };
    const reply = this.channel.askLease(claims(node), request, { nowMs: this.nowMs, random });
    if (reply.kind === 'refused') throw new Error(reply.code);
    return reply.answer;
  }

  announce(node: NodeId, lease: { broadcastId: BroadcastId; epoch: Epoch }, rest: Partial<Announcement> = {}) {
    const { broadcastId, epoch } = lease;
    const announcement = Announcement.parse({ broadcastId, epoch, parts: [], ...rest });
    return this.channel.announce(claims(node), announcement, this.nowMs);
  }

  passTime(ms: number) {
    this.nowMs += ms;
    return this.channel.passTime(this.nowMs);
  }
}

describe('a channel', () => {
  it('asks for the description before it takes parts', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    const undescribed = stage.announce(NODE_A, lease, { parts: broadcast.parts(0, 1) });
    expect(undescribed).toMatchObject({ answer: { needsDescription: true, next: {} } });
    const { description } = broadcast;
    const taken = stage.announce(NODE_A, lease, { description, parts: broadcast.parts(0, 1) });
    expect(taken).toMatchObject({ answer: { needsDescription: false, next: { v720: { msn: 1, partIndex: 1 } } } });
  });

  it('says what is missing, and takes it when it is sent again', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description, parts: broadcast.parts(0, 3) });
    const behind = stage.announce(NODE_A, lease, { parts: broadcast.parts(4, 6) });
    expect(behind).toMatchObject({
      answer: { next: { v720: { msn: 1, partIndex: 3 }, a128: { msn: 1, partIndex: 3 } } },
    });
    const resent = stage.announce(NODE_A, lease, { parts: broadcast.parts(3, 6) });
    expect(resent).toMatchObject({ answer: { next: { v720: { msn: 2, partIndex: 2 } } } });
  });

  it('takes an announcement that comes twice as one', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    const announcement = { description: broadcast.description, parts: broadcast.parts(0, 5) };
    const once = stage.announce(NODE_A, lease, announcement);
    const { version } = stage.channel.current?.window ?? {};
    expect(stage.announce(NODE_A, lease, announcement)).toEqual(once);
    expect(stage.channel.current?.window?.version).toBe(version);
  });

  it('refuses parts that no playlist could list, and goes on', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    const parts = [broadcast.part(0, V720, { durationTicks: 17_000 })];
    const reply = stage.announce(NODE_A, lease, { description: broadcast.description, parts });
    expect(reply).toMatchObject({ kind: 'refused', code: 'announcement-invalid' });
    expect(stage.announce(NODE_A, lease, { parts: broadcast.parts(0, 1) })).toMatchObject({ kind: 'taken' });
  });

  it('ends a broadcast when another node takes over, and refuses the loser from then on', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    const second = stage.lease(NODE_B);
    expect(second.epoch).toBe(first.epoch + 1);
    expect(second.broadcastId).not.toBe(first.broadcastId);
    expect(stage.channel.broadcast(first.broadcastId)?.window?.isEnded).toBe(true);
    expect(stage.announce(NODE_A, first)).toMatchObject({ code: 'epoch-superseded' });
    expect(stage.channel.returnLease(claims(NODE_A), first, stage.nowMs)).toMatchObject({ code: 'epoch-superseded' });
    expect(() => stage.lease(NODE_A, first)).toThrow('epoch-superseded');
    expect(stage.announce(NODE_B, second)).toMatchObject({ kind: 'taken' });
  });

  it('lets the same node go on where it was', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    const { broadcastId, epoch } = lease;
    const resumed = stage.lease(NODE_A, { broadcastId, epoch });
    expect(resumed).toMatchObject({ broadcastId, epoch, isResumed: true, next: { a128: { msn: 2, partIndex: 1 } } });
  });

  it('ends when the lease is handed back, once or twice', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    const { broadcastId, epoch } = lease;
    for (const _ of [1, 2]) {
      expect(stage.channel.returnLease(claims(NODE_A), { broadcastId, epoch }, stage.nowMs)).toEqual({
        kind: 'returned',
      });
    }
    expect(stage.channel.current?.window?.isEnded).toBe(true);
    expect(stage.announce(NODE_A, lease)).toMatchObject({ code: 'broadcast-ended' });
  });

  it('loses a publisher after 10 s of silence, and the broadcast a minute later', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    expect(stage.channel.deadlineMs).toBe(T0_MS + 10_000);
    expect(stage.passTime(9_999)).toMatchObject({ isPublisherLost: false });
    expect(stage.passTime(1)).toMatchObject({ isPublisherLost: true, isBroadcastEnded: false });
    expect(stage.passTime(59_999)).toMatchObject({ isPublisherLost: false, isBroadcastEnded: false });
    expect(stage.passTime(1)).toMatchObject({ isBroadcastEnded: true });
    expect(stage.channel.current?.window?.isEnded).toBe(true);
  });

  it('has a lost publisher back with its next word', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description });
    stage.passTime(10_000);
    expect(stage.channel.lease?.state).toBe('lost');
    expect(stage.announce(NODE_A, lease, { parts: broadcast.parts(0, 1) })).toMatchObject({ kind: 'taken' });
    expect(stage.channel.lease?.state).toBe('held');
    expect(stage.channel.deadlineMs).toBe(stage.nowMs + 10_000);
  });

  it('catches up with all that a long sleep let pass', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description });
    expect(stage.passTime(1_000_000)).toMatchObject({ isPublisherLost: true, isBroadcastEnded: true });
  });

  it('forgets an ended broadcast after its DVR window and a minute', () => {
    const stage = new Stage();
    const { broadcastId, epoch } = stage.lease(NODE_A);
    stage.channel.returnLease(claims(NODE_A), { broadcastId, epoch }, stage.nowMs);
    expect(stage.channel.deadlineMs).toBe(stage.nowMs + 30_000 + 60_000);
    expect(stage.passTime(89_999).forgotten).toEqual([]);
    expect(stage.passTime(1).forgotten).toEqual([broadcastId]);
    expect(stage.channel.deadlineMs).toBeUndefined();
  });

  it('keeps no more than four ended broadcasts, however often one begins', () => {
    const stage = new Stage();
    const begun = [1, 2, 3, 4, 5, 6, 7].map(() => stage.lease(NODE_A).broadcastId);
    expect(stage.passTime(0).forgotten).toEqual(begun.slice(0, 2));
    expect([...stage.channel.broadcasts].map(({ broadcastId }) => broadcastId)).toEqual(begun.slice(2));
  });
});

describe('the state that viewers are told', () => {
  it('changes its version with each step, and only then', () => {
    const stage = new Stage();
    const seen = [channelState(stage.channel.current)];
    const lease = stage.lease(NODE_A);
    seen.push(channelState(stage.channel.current));
    stage.announce(NODE_A, lease, { description: broadcast.description });
    seen.push(channelState(stage.channel.current));
    stage.announce(NODE_A, lease, { parts: broadcast.parts(0, 3) });
    seen.push(channelState(stage.channel.current));
    stage.announce(NODE_A, lease, { parts: [...broadcast.parts(3, 9), ...broadcast.parts(9, 10, A128)] });
    seen.push(channelState(stage.channel.current));
    stage.announce(NODE_A, lease, { parts: broadcast.parts(9, 12) });
    seen.push(channelState(stage.channel.current));
    stage.channel.returnLease(claims(NODE_A), lease, stage.nowMs);
    seen.push(channelState(stage.channel.current));
    expect(seen.map(({ state, version }) => [state, version])).toEqual([
      ['offline', '0-offline'],
      ['starting', '1-starting'],
      ['starting', '1-described'],
      ['starting', '1-described'],
      ['live', '1-live'],
      ['live', '1-live'],
      ['offline', '1-offline'],
    ]);
    expect(seen[4]?.broadcast).toMatchObject({ broadcastId: lease.broadcastId, profile: 'low' });
    expect(seen[6]?.broadcast).toBeNull();
  });
});
