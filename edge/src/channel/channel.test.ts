import {
  Announcement,
  type BroadcastId,
  type Epoch,
  INIT_VERSIONS_A_LEASE,
  InitVersion,
  NodeId,
} from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { Channel, type PublisherClaims } from './channel.ts';
import { channelState } from './channel-state.ts';

const NODE_A = NodeId.parse('node-a');
const NODE_B = NodeId.parse('node-b');
const T0_MS = 1_000_000_000_000;
const broadcast = new TestBroadcast();

function claims(node: NodeId, takeover: PublisherClaims['takeover'] = 'take-over'): PublisherClaims {
  return { node, takeover, dvrWindowS: 30, isPrivate: false, delivery: 'separate', isRecorded: false };
}

/** A channel, and its clock. */
class Stage {
  readonly channel = new Channel({ lease: undefined, broadcasts: [] }, T0_MS);
  nowMs = T0_MS;
  #seed = 0;

  lease(node: NodeId, takeover?: PublisherClaims['takeover']) {
    this.#seed += 1;
    const random = new Uint8Array(16).fill(this.#seed);
    const request = { nodeId: node, standsBy: false };
    const reply = this.channel.askLease(claims(node, takeover), request, { nowMs: this.nowMs, random });
    if (reply.kind === 'refused') throw new Error(reply.code);
    return reply.answer;
  }

  standBy(node: NodeId) {
    const random = new Uint8Array(16).fill(99);
    return this.channel.askLease(claims(node), { nodeId: node, standsBy: true }, { nowMs: this.nowMs, random });
  }

  announce(node: NodeId, lease: { broadcastId: BroadcastId; epoch: Epoch }, rest: Partial<Announcement> = {}) {
    const { broadcastId, epoch } = lease;
    const announcement = Announcement.parse({ broadcastId, epoch, parts: [], ...rest });
    return this.channel.announce(claims(node), announcement, this.nowMs);
  }

  giveBack(node: NodeId, { broadcastId, epoch }: { broadcastId: BroadcastId; epoch: Epoch }, expectsSuccessor = false) {
    return this.channel.returnLease(claims(node), { broadcastId, epoch, expectsSuccessor }, this.nowMs);
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

  it('loses a node that announces nothing but what cannot be listed, and another may have the channel', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description });
    stage.passTime(3_000);
    const parts = [broadcast.part(0, V720, { durationTicks: 17_000 })];
    expect(stage.announce(NODE_A, first, { parts })).toMatchObject({ code: 'announcement-invalid' });
    stage.passTime(1_000);
    expect(stage.lease(NODE_B, 'refuse').broadcastId).toBe(first.broadcastId);
  });

  it('goes on with the same broadcast when another node takes over, and refuses the loser from then on', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    const second = stage.lease(NODE_B);
    expect(second).toMatchObject({
      broadcastId: first.broadcastId,
      epoch: first.epoch + 1,
      continues: broadcast.description,
      next: { v720: { msn: 2, partIndex: 1 }, a128: { msn: 2, partIndex: 1 } },
    });
    expect(stage.announce(NODE_A, first)).toMatchObject({ code: 'epoch-superseded' });
    expect(stage.giveBack(NODE_A, first)).toMatchObject({ code: 'epoch-superseded' });
    expect(stage.channel.current?.window?.isEnded).toBe(false);
    expect(stage.announce(NODE_B, second, { parts: broadcast.parts(5, 6) })).toMatchObject({
      kind: 'taken',
      answer: { needsDescription: false, next: { v720: { msn: 2, partIndex: 2 } } },
    });
  });

  it('begins anew when the first node never said what it sends', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    const second = stage.lease(NODE_B);
    expect(second.broadcastId).not.toBe(first.broadcastId);
    expect(second).toMatchObject({ next: {}, initVersion: 0 });
    expect(second.continues).toBeUndefined();
  });

  it('gives each lease of a broadcast init versions of its own', () => {
    const stage = new Stage();
    stage.announce(NODE_A, stage.lease(NODE_A), { description: broadcast.description });
    const versions = [1, 2, 3].map(() => stage.lease(NODE_B).initVersion);
    expect(versions).toEqual([INIT_VERSIONS_A_LEASE, 2 * INIT_VERSIONS_A_LEASE, 3 * INIT_VERSIONS_A_LEASE]);
  });

  it('begins anew when the names of init segments are used up', () => {
    const stage = new Stage();
    let lease = stage.lease(NODE_A);
    const { broadcastId } = lease;
    stage.announce(NODE_A, lease, { description: broadcast.description });
    while (lease.broadcastId === broadcastId) {
      expect(InitVersion.safeParse(lease.initVersion + INIT_VERSIONS_A_LEASE - 1).success).toBe(true);
      lease = stage.lease(NODE_B);
    }
    expect(lease).toMatchObject({ initVersion: 0 });
  });

  it('lists what comes from the new encoder behind a discontinuity, and counts on', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description, parts: broadcast.parts(0, 6) });
    const { initVersion, ...second } = stage.lease(NODE_B);
    const missed = broadcast.parts(6, 12).map((part) => ({ ...part, isGap: true, sizeBytes: 0 }));
    const made = broadcast.parts(12, 16).map((part) => ({ ...part, initVersion }));
    const renditions = broadcast.description.renditions.map((each) => ({ ...each, initVersion }));
    const description = { ...broadcast.description, renditions };
    const reply = stage.announce(NODE_B, second, { description, parts: [...missed, ...made] });
    expect(reply).toMatchObject({ kind: 'taken' });
    const segments = stage.channel.current?.rendition(V720)?.recent ?? [];
    expect(segments.map((each) => [each.msn, each.initVersion, each.isDiscontinuity])).toEqual([
      [1, 0, false],
      [2, 0, false],
      // A jump, for what was left of the segment before was cut off.
      [3, 0, false],
      [4, initVersion, true],
    ]);
  });

  it('takes from the next node what the one before had stored and not told, under the init segment of then', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description, parts: broadcast.parts(0, 6) });
    const { initVersion, ...second } = stage.lease(NODE_B);
    const renditions = broadcast.description.renditions.map((each) => ({ ...each, initVersion }));
    const parts = [
      ...broadcast.parts(6, 7),
      ...broadcast.parts(7, 8).map((part) => ({ ...part, isGap: true, sizeBytes: 0 })),
      ...broadcast.parts(8, 9).map((part) => ({ ...part, initVersion })),
    ];
    const reply = stage.announce(NODE_B, second, { description: { ...broadcast.description, renditions }, parts });
    expect(reply).toMatchObject({ kind: 'taken', answer: { next: { v720: { msn: 3, partIndex: 1 } } } });
    const segments = stage.channel.current?.rendition(V720)?.recent ?? [];
    expect(segments.map(({ initVersion: version, parts }) => [version, parts.map(({ isGap }) => isGap)])).toEqual([
      [0, [false, false, false, false]],
      [0, [false, false, false]],
      [initVersion, [false]],
    ]);
  });

  it('refuses a second node where the channel says so, until the first has been quiet for some seconds', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description });
    expect(() => stage.lease(NODE_B, 'refuse')).toThrow('channel-in-use');
    stage.passTime(4_000);
    expect(stage.lease(NODE_B, 'refuse').broadcastId).toBe(first.broadcastId);
  });

  it('tells a node of a backup that stands by, and gives the backup what the node hands on', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    const { description } = broadcast;
    expect(stage.announce(NODE_A, first, { description })).toMatchObject({ answer: { hasStandby: false } });
    expect(stage.standBy(NODE_B)).toMatchObject({ code: 'channel-in-use' });
    expect(stage.announce(NODE_A, first)).toMatchObject({ answer: { hasStandby: true } });
    stage.giveBack(NODE_A, first, true);
    const reply = stage.standBy(NODE_B);
    expect(reply).toMatchObject({
      kind: 'granted',
      answer: { broadcastId: first.broadcastId, continues: description },
    });
    // The primary comes back to its node, and the backup makes way for it.
    expect(stage.lease(NODE_A, 'refuse').broadcastId).toBe(first.broadcastId);
  });

  it('forgets a backup that has not asked for three seconds', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description });
    stage.standBy(NODE_B);
    stage.passTime(2_999);
    expect(stage.announce(NODE_A, first)).toMatchObject({ answer: { hasStandby: true } });
    stage.passTime(1);
    expect(stage.announce(NODE_A, first)).toMatchObject({ answer: { hasStandby: false } });
  });

  it('waits for another node when the first hands the lease on, but not for ever', () => {
    const stage = new Stage();
    const first = stage.lease(NODE_A);
    stage.announce(NODE_A, first, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    for (const _ of [1, 2]) expect(stage.giveBack(NODE_A, first, true)).toEqual({ kind: 'returned' });
    expect(stage.channel.current?.window?.isEnded).toBe(false);
    expect(stage.passTime(69_999)).toMatchObject({ isBroadcastEnded: false });
    expect(stage.lease(NODE_B, 'refuse').broadcastId).toBe(first.broadcastId);
    const second = stage.lease(NODE_B, 'refuse');
    stage.giveBack(NODE_B, second, true);
    expect(stage.passTime(70_000)).toMatchObject({ isBroadcastEnded: true });
    expect(stage.channel.current?.window?.isEnded).toBe(true);
  });

  it('ends when the lease is handed back, once or twice', () => {
    const stage = new Stage();
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description, parts: broadcast.parts(0, 5) });
    const { broadcastId, epoch } = lease;
    for (const _ of [1, 2]) {
      expect(stage.giveBack(NODE_A, { broadcastId, epoch })).toEqual({ kind: 'returned' });
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
    stage.giveBack(NODE_A, { broadcastId, epoch });
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
    stage.giveBack(NODE_A, lease);
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

describe('a broadcast that has ended says why', () => {
  const live = (stage: Stage) => {
    const lease = stage.lease(NODE_A);
    stage.announce(NODE_A, lease, { description: broadcast.description, parts: broadcast.parts(0, 8) });
    return lease;
  };
  const reason = (stage: Stage) => [...stage.channel.broadcasts][0]?.endReason;

  it('its publisher stopped, or had not come back when its node gave the lease back', () => {
    const stopped = new Stage();
    stopped.giveBack(NODE_A, live(stopped));
    expect(reason(stopped)).toBe('publisher-stopped');
    const gone = new Stage();
    const lease = live(gone);
    gone.announce(NODE_A, lease, { isPublisherAbsent: true });
    gone.giveBack(NODE_A, lease);
    expect(reason(gone)).toBe('publisher-gone');
  });

  it('nothing was heard of it any more', () => {
    const stage = new Stage();
    live(stage);
    stage.passTime(10_000);
    expect(reason(stage)).toBeUndefined();
    stage.passTime(60_000);
    expect(reason(stage)).toBe('publisher-gone');
  });

  it('another one began, which could not go on with it', () => {
    const stage = new Stage();
    stage.lease(NODE_A);
    stage.lease(NODE_B);
    expect(reason(stage)).toBe('superseded');
  });

  it('its channel was deleted, and then nobody has a lease on it', () => {
    const stage = new Stage();
    const lease = live(stage);
    stage.channel.close(stage.nowMs);
    expect([reason(stage), stage.channel.current, stage.channel.deadlineMs !== undefined]).toEqual([
      'channel-deleted',
      undefined,
      true,
    ]);
    expect(stage.announce(NODE_A, lease)).toMatchObject({ code: 'broadcast-ended' });
    stage.channel.empty();
    expect([[...stage.channel.broadcasts], stage.channel.deadlineMs]).toEqual([[], undefined]);
  });
});
