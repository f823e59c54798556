import { type Epoch, INIT_VERSIONS_A_LEASE, InitVersion, type LeaseAnswer, RenditionId } from '@sluice/contracts';
import type { LiveWindow } from '../window/live-window.ts';
import type { Broadcast } from './broadcast.ts';
import { type Refused, refused } from './channel-replies.ts';
import { LEASE_MS } from './lease.ts';

/**
 * The yes to a lease on a broadcast.
 *
 * @param continued its window, if it was begun under another lease.
 */
export function leaseAnswer(broadcast: Broadcast, epoch: Epoch, continued: LiveWindow | undefined): LeaseAnswer {
  return {
    broadcastId: broadcast.broadcastId,
    epoch,
    ...(continued && { continues: continued.description }),
    next: continued?.next() ?? {},
    ...(continued && lentNow(continued)),
    initVersion: initVersionOf(broadcast, epoch),
    leaseMs: LEASE_MS,
  };
}

/** Renditions that are in the midst of a segment that is lent. */
function lentNow({ renditions }: LiveWindow): Pick<LeaseAnswer, 'lent'> {
  const lent = [...renditions].flatMap(([id, { openSegment }]): [RenditionId, RenditionId][] => {
    const lender = RenditionId.safeParse(openSegment?.lentBy);
    return lender.success ? [[id, lender.data]] : [];
  });
  return lent.length === 0 ? {} : { lent: Object.fromEntries(lent) };
}

/** The no, with when to ask again where that is known. */
export function leaseRefused(code: 'channel-in-use', retryAfterMs: number | undefined): Refused {
  if (retryAfterMs === undefined) return refused(code);
  const retryAfterS = Math.ceil(retryAfterMs / 1_000);
  const detail = `It was taken over a short time ago, and may be taken over again in ${retryAfterS} s.`;
  return { ...refused(code, detail), retryAfterS };
}

/** Described, so that another node knows its grid; not ended; and with names left for the init segments of another. */
export function isContinuable(broadcast: Broadcast | undefined, epoch: Epoch): boolean {
  if (broadcast?.window === undefined || broadcast.endedAtMs !== undefined) return false;
  return InitVersion.safeParse(initVersionOf(broadcast, epoch) + INIT_VERSIONS_A_LEASE - 1).success;
}

/** Objects are never rewritten: each lease of a broadcast has init versions of its own. */
function initVersionOf(broadcast: Broadcast, epoch: Epoch): number {
  return (epoch - broadcast.epoch) * INIT_VERSIONS_A_LEASE;
}
