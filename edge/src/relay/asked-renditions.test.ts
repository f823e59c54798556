import { BroadcastId, Epoch } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { Broadcast } from '../channel/broadcast.ts';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import { AskedRenditions } from './asked-renditions.ts';

/** `v720` rests in its second segment, and after it. */
function restingBroadcast(): Broadcast {
  const test = new TestBroadcast({ loans: [{ renditionId: V720, lentBy: V360, fromMsn: 2, toMsn: 9 }] });
  const broadcastId = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
  const broadcast = new Broadcast({ broadcastId, epoch: Epoch.parse(1), dvrWindowS: 30 });
  broadcast.describe(test.description);
  const { window } = broadcast;
  if (window === undefined) throw new Error('it was described');
  broadcast.append(window, test.parts(0, 8));
  return broadcast;
}

describe('what a relay’s viewers ask for', () => {
  it('is told at once where it rests, and again only after a second', () => {
    const asked = new AskedRenditions();
    const broadcast = restingBroadcast();
    expect(asked.asked(broadcast, ['v720+a128', V360], 5_000)).toEqual([V720]);
    expect(asked.asked(broadcast, [V720], 5_999)).toEqual([]);
    expect(asked.asked(broadcast, [V720], 6_000)).toEqual([V720]);
  });

  it('is reported once, and again where that failed', () => {
    const asked = new AskedRenditions();
    asked.asked(restingBroadcast(), ['v720+a128', V360, 'v360'], 0);
    const taken = asked.take();
    expect(new Set(taken)).toEqual(new Set([V720, A128, V360]));
    expect(asked.take()).toEqual([]);
    asked.giveBack(taken);
    expect(new Set(asked.take())).toEqual(new Set(taken));
  });

  it('is nothing where there is no such rendition, or no broadcast', () => {
    const asked = new AskedRenditions();
    expect(asked.asked(restingBroadcast(), ['v1080', 'no rendition', ''], 0)).toEqual([]);
    expect(asked.asked(undefined, [V720], 0)).toEqual([]);
    expect(asked.take()).toEqual([]);
  });
});
