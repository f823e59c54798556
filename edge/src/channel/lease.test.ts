import { BroadcastId, Epoch, NodeId } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import {
  LEASE_LIFE,
  LEASE_MS,
  type Lease,
  LOST_MS_MAX,
  leaseAfter,
  leaseDeadlineMs,
  leaseInputAt,
  leaseRefusal,
} from './lease.ts';

const NODE_A = NodeId.parse('node-a');
const NODE_B = NodeId.parse('node-b');
const BROADCAST = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
const EARLIER_BROADCAST = BroadcastId.parse('0mww8blwx4z6wtlh8p00');

function epoch(value: number): Epoch {
  return Epoch.parse(value);
}

const HELD: Lease = {
  state: 'held',
  epoch: epoch(5),
  broadcastId: BROADCAST,
  nodeId: NODE_A,
  heardAtMs: 100_000,
  isBackup: false,
  isPublisherAbsent: false,
};
const LOST: Lease = { ...HELD, state: 'lost' };
const FREE: Lease = { ...HELD, state: 'free' };

describe('the life of a lease', () => {
  it.each([
    [HELD, 'heard', 'held'],
    [HELD, 'silent', 'lost'],
    [HELD, 'returned', 'free'],
    [HELD, 'released', 'lost'],
    [LOST, 'released', 'lost'],
    [LOST, 'heard', 'held'],
    [LOST, 'gone', 'free'],
    [LOST, 'returned', 'free'],
  ] as const)('$0.state $1: $2', (lease, input, state) => {
    expect(leaseAfter(lease, input, 200_000).state).toBe(state);
  });

  it('knows no input that its table lacks', () => {
    for (const lease of [HELD, LOST, FREE]) {
      for (const input of ['heard', 'silent', 'gone', 'returned', 'released'] as const) {
        if (input in LEASE_LIFE[lease.state]) continue;
        expect(() => leaseAfter(lease, input, 0)).toThrow(`a ${lease.state} lease knows no ${input}`);
      }
    }
  });

  it('is heard by a word of its holder', () => {
    expect(leaseAfter(HELD, 'heard', 200_000).heardAtMs).toBe(200_000);
    expect(leaseAfter(HELD, 'silent', 200_000).heardAtMs).toBe(100_000);
  });

  it('is lost after 10 s of silence and over after another minute, to the millisecond', () => {
    const lostAtMs = HELD.heardAtMs + LEASE_MS;
    expect(leaseDeadlineMs(HELD)).toBe(lostAtMs);
    expect(leaseInputAt(HELD, lostAtMs - 1)).toBeUndefined();
    expect(leaseInputAt(HELD, lostAtMs)).toBe('silent');
    expect(leaseDeadlineMs(LOST)).toBe(lostAtMs + LOST_MS_MAX);
    expect(leaseInputAt(LOST, lostAtMs + LOST_MS_MAX - 1)).toBeUndefined();
    expect(leaseInputAt(LOST, lostAtMs + LOST_MS_MAX)).toBe('gone');
    expect(leaseDeadlineMs(FREE)).toBeUndefined();
    expect(leaseInputAt(FREE, Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });
});

describe('who announces', () => {
  const claim = { broadcastId: BROADCAST, epoch: epoch(5), nodeId: NODE_A };

  it.each([
    ['the holder', HELD, claim, undefined],
    ['the holder, after it was lost', LOST, claim, undefined],
    ['a lower epoch', HELD, { ...claim, epoch: epoch(4) }, 'epoch-superseded'],
    ['another node under this epoch', HELD, { ...claim, nodeId: NODE_B }, 'epoch-superseded'],
    ['another broadcast under this epoch', HELD, { ...claim, broadcastId: EARLIER_BROADCAST }, 'announcement-invalid'],
    ['after the broadcast was over', FREE, claim, 'broadcast-ended'],
    ['on a channel that nobody has a lease on', undefined, claim, 'broadcast-ended'],
    ['an epoch that was never given', HELD, { ...claim, epoch: epoch(6) }, 'broadcast-ended'],
  ] as const)('%s', (_who, lease, given, refusal) => {
    expect(leaseRefusal(lease, given)).toBe(refusal);
  });
});
