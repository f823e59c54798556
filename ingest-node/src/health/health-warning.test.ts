import { IngestEvent } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { avDrift, heldBack, highLoss, sourceAbovePlan, unstableBitrate, unstableConnection } from './health-warning.ts';

const LIMITS = { maxBps: 200_000_000, advisedBps: 160_000_000 };
const DRIFTS = [avDrift(-3_600_000), avDrift(201)];
const UNSTABLE = [unstableBitrate(), unstableConnection()];
const ALL = [...UNSTABLE, ...DRIFTS, sourceAbovePlan(1e9, LIMITS), highLoss(1), heldBack()];

describe('the sentences about a source', () => {
  it.each(ALL)('are as an event takes them, and say what to change: $code', (warning) => {
    const common = { eventId: 'an-event-id', channelId: 'demo', broadcastId: '0123456789abcdef', atMs: 1 };
    expect(IngestEvent.safeParse({ kind: 'health-warning', ...common, ...warning }).error).toBeUndefined();
    expect(warning.sentence).toMatch(/^[A-Z].*\b(Set|Choose|Raise)\b.*\.$/);
  });
});
