import { BroadcastId, Epoch } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../channel/broadcast.ts';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import { WatchedRenditions } from './watched-renditions.ts';

const test = new TestBroadcast();

/** A broadcast of two segments; `v720` is lent the second one. */
function broadcastOf(epoch: number): Broadcast {
  const broadcastId = BroadcastId.parse(`0mww8blwx4z6wtlh8p6${epoch}`);
  const broadcast = new Broadcast({ broadcastId, epoch: Epoch.parse(epoch), dvrWindowS: 30 });
  broadcast.describe(test.description);
  const { window } = broadcast;
  if (window === undefined) throw new Error('it was described');
  broadcast.append(window, test.parts(0, 4));
  const own = test.parts(4, 8).filter(({ renditionId }) => renditionId !== V720);
  const lenders = own.filter(({ renditionId }) => renditionId === V360);
  const lent = lenders.map((part) => ({
    ...part,
    renditionId: V720,
    lentBy: V360,
    ...(part.isLastOfSegment && { nextLentBy: V360 }),
  }));
  broadcast.append(window, [...own, ...lent]);
  return broadcast;
}

const KNOWN_MS = 10_000;

describe('which renditions are watched', () => {
  it('is not known at first: all that do not rest count', () => {
    const watched = new WatchedRenditions();
    const broadcast = broadcastOf(1);
    expect(watched.now(broadcast, 1_000)).toEqual([V360, A128]);
    expect(watched.now(broadcast, 1_000 + KNOWN_MS)).toEqual([]);
  });

  it('are those that were asked for within ten seconds, whether they rest or not', () => {
    const watched = new WatchedRenditions();
    const broadcast = broadcastOf(1);
    watched.now(broadcast, 0);
    watched.asked(broadcast, [V720, A128], KNOWN_MS);
    expect(watched.now(broadcast, 2 * KNOWN_MS - 1)).toEqual([V720, A128]);
    expect(watched.now(broadcast, 2 * KNOWN_MS)).toEqual([]);
  });

  it('are of one broadcast: with the next one it begins anew', () => {
    const watched = new WatchedRenditions();
    const first = broadcastOf(1);
    watched.asked(first, [V360], KNOWN_MS);
    const second = broadcastOf(2);
    watched.now(second, 2 * KNOWN_MS);
    expect(watched.now(second, 3 * KNOWN_MS)).toEqual([]);
    expect(watched.now(undefined, 3 * KNOWN_MS)).toEqual([]);
  });

  it('are renditions of the broadcast, whatever is asked for', () => {
    const watched = new WatchedRenditions();
    const broadcast = broadcastOf(1);
    watched.now(broadcast, 0);
    watched.asked(broadcast, ['v9999', 'v720+a128', '__proto__', V360], KNOWN_MS);
    watched.asked(undefined, [V720], KNOWN_MS);
    watched.asked(broadcast, [V360], KNOWN_MS);
    watched.now(broadcast, KNOWN_MS + 1);
    expect(watched.now(broadcast, 2 * KNOWN_MS - 1).filter((id) => id !== A128)).toEqual([V360]);
  });
});
