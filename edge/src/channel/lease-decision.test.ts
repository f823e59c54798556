import { BroadcastId, Epoch, NodeId, takenOver } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import type { Lease } from './lease.ts';
import { decideLease, type LeaseAsk, leaseAfterLate, QUIET_MS } from './lease-decision.ts';

const NODE_A = NodeId.parse('node-a');
const NODE_B = NodeId.parse('node-b');
const HEARD_AT_MS = 100_000;
const HELD: Lease = {
  state: 'held',
  epoch: Epoch.parse(5),
  broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63'),
  nodeId: NODE_A,
  heardAtMs: HEARD_AT_MS,
  isBackup: false,
  isPublisherAbsent: false,
};
const LOST: Lease = { ...HELD, state: 'lost' };
const FREE: Lease = { ...HELD, state: 'free' };
const QUIET_AT_MS = HEARD_AT_MS + QUIET_MS;

function ask(changes: Partial<LeaseAsk>): LeaseAsk {
  return {
    nodeId: NODE_B,
    standsBy: false,
    takeover: 'refuse',
    isContinuable: true,
    nowMs: HEARD_AT_MS + 1_000,
    ...changes,
  };
}

describe('who asks for a channel', () => {
  it.each<[who: string, lease: Lease | undefined, changes: Partial<LeaseAsk>, kind: string]>([
    ['first of all', undefined, {}, 'begin'],
    ['when nobody publishes', FREE, {}, 'begin'],
    ['when somebody publishes, and the channel refuses a second', HELD, {}, 'refuse'],
    ['when somebody publishes, and the channel may be taken over', HELD, { takeover: 'take-over' }, 'continue'],
    ['when the holder has been quiet for a while', HELD, { nowMs: QUIET_AT_MS - 1 }, 'refuse'],
    ['when the holder has been quiet for too long', HELD, { nowMs: QUIET_AT_MS }, 'continue'],
    ['when nobody sends to the holder', { ...HELD, isPublisherAbsent: true }, {}, 'continue'],
    ['when the publisher is lost', LOST, {}, 'continue'],
    ['when the publisher was lost before it said what it sends', LOST, { isContinuable: false }, 'begin'],
    ['again from the same node, which lost the answer or restarted', HELD, { nodeId: NODE_A }, 'continue'],
    ['to stand by, though it might take over', HELD, { standsBy: true, takeover: 'take-over' }, 'refuse'],
    [
      'to stand by, when the holder has been quiet for too long',
      HELD,
      { standsBy: true, nowMs: QUIET_AT_MS },
      'continue',
    ],
    ['to stand by, and the holder will hand it on', { ...HELD, isPublisherAbsent: true }, { standsBy: true }, 'refuse'],
    ['as the primary of a backup', { ...HELD, isBackup: true }, {}, 'continue'],
    ['to stand by for another backup', { ...HELD, isBackup: true }, { standsBy: true }, 'refuse'],
    ['to take over what was not described yet', HELD, { takeover: 'take-over', isContinuable: false }, 'begin'],
  ])('%s', (_who, lease, changes, kind) => {
    expect(decideLease(lease, ask(changes)).kind).toBe(kind);
  });
});

describe('who takes over soon after a takeover', () => {
  const takeovers = takenOver(undefined, HEARD_AT_MS);
  const TAKEN: Lease = { ...HELD, takeovers };
  const take = (lease: Lease, changes: Partial<LeaseAsk> = {}) =>
    decideLease(lease, ask({ takeover: 'take-over', ...changes }));

  it('is told when it may', () => {
    const refused = { kind: 'refuse', code: 'channel-in-use', retryAfterMs: 9_000 };
    expect(take(TAKEN)).toEqual(refused);
  });

  it('gets it then', () => {
    const nowMs = HEARD_AT_MS + 10_000;
    const rivalry = { takeovers, takenFrom: HELD.epoch };
    expect(take({ ...TAKEN, heardAtMs: nowMs }, { nowMs })).toEqual({ kind: 'continue', rivalry });
  });

  it.each<[who: string, lease: Lease, changes: Partial<LeaseAsk>]>([
    ['the node that has it', TAKEN, { nodeId: NODE_A }],
    ['whoever comes when the holder is quiet', TAKEN, { nowMs: QUIET_AT_MS }],
    ['whoever comes when nobody sends to the holder', { ...TAKEN, isPublisherAbsent: true }, {}],
    ['whoever comes when the publisher is lost', { ...TAKEN, state: 'lost' }, {}],
    ['the primary of a backup', { ...TAKEN, isBackup: true }, {}],
  ])('does not wait if it is %s, and takes it from nobody', (_who, lease, changes) => {
    expect(take(lease, changes)).toEqual({ kind: 'continue', rivalry: { takeovers } });
  });

  it('does not wait where nobody publishes any more, and all begins anew', () => {
    expect(take({ ...TAKEN, state: 'free' })).toEqual({ kind: 'begin', rivalry: {} });
  });

  it('is not told a time where the channel refuses a second publisher anyhow', () => {
    expect(decideLease(TAKEN, ask({}))).toEqual({ kind: 'refuse', code: 'channel-in-use' });
  });
});

describe('a takeover', () => {
  const nowMs = HEARD_AT_MS + 300;
  const before = Epoch.parse(4);
  const TAKEN: Lease = { ...HELD, takenFrom: before };

  it('counts as one once the node that lost the lease is heard from', () => {
    const counted = leaseAfterLate(TAKEN, { epoch: before }, nowMs);
    expect(counted).toMatchObject({ takeovers: { lastMs: nowMs, restMs: 10_000 }, takenFrom: undefined });
    expect(leaseAfterLate(counted, { epoch: before }, nowMs + 1)).toBe(counted);
  });

  it.each([
    ['nobody sends to that node', { epoch: before, isPublisherAbsent: true }],
    ['it is a node that had lost it before', { epoch: Epoch.parse(3) }],
  ])('does not if %s', (_why, word) => {
    expect(leaseAfterLate(TAKEN, word, nowMs)).toBe(TAKEN);
  });

  it('is still to be told when the node that took it asks again, for its answer was lost', () => {
    const again = decideLease(TAKEN, ask({ nodeId: NODE_A }));
    expect(again).toEqual({ kind: 'continue', rivalry: { takenFrom: before } });
  });
});
