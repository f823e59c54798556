import { BroadcastId, Epoch } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { Broadcast, type KeptBroadcast } from './broadcast.ts';

const test = new TestBroadcast();
const OPTIONS = { broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63'), epoch: Epoch.parse(1), dvrWindowS: 30 };

function described(): { broadcast: Broadcast; window: LiveWindow } {
  const broadcast = new Broadcast(OPTIONS);
  broadcast.describe(test.description);
  const { window } = broadcast;
  if (window === undefined) throw new Error('it was described');
  return { broadcast, window };
}

/** What storage would give back after the first `segmentCount` segments were kept. */
function kept(segmentCount: number): KeptBroadcast {
  const { broadcast, window } = described();
  broadcast.append(window, test.parts(0, 4 * segmentCount));
  const states = new Map([...window.renditions].map(([id, rendition]) => [id, rendition.state()]));
  return { ...OPTIONS, description: test.description, endedAtMs: undefined, states };
}

describe('a broadcast after a restart', () => {
  it('is recovering until every rendition grew without lacking something', () => {
    const broadcast = Broadcast.restore(kept(3));
    const { window } = broadcast;
    if (window === undefined) throw new Error('it was described');
    broadcast.append(window, []);
    expect(broadcast.isRecovering).toBe(true);
    // What is known proves nothing, and what comes too early even less.
    broadcast.append(window, [...test.parts(11, 12), ...test.parts(14, 15)]);
    expect(broadcast.isRecovering).toBe(true);
    broadcast.append(window, [...test.parts(12, 15, V720), ...test.parts(12, 15, V360)]);
    expect(broadcast.isRecovering).toBe(true);
    // One part of three that were lost, and one that comes after them.
    broadcast.append(window, [test.part(12, A128), test.part(15, A128)]);
    expect(broadcast.isRecovering).toBe(true);
    broadcast.append(window, test.parts(12, 15, A128));
    expect(broadcast.isRecovering).toBe(false);
  });

  it('is not recovering when it had ended, and no more when it ends or gives up', () => {
    expect(Broadcast.restore({ ...kept(3), endedAtMs: 5 }).isRecovering).toBe(false);
    const ending = Broadcast.restore(kept(3));
    ending.end(5);
    expect(ending.isRecovering).toBe(false);
    const helpless = Broadcast.restore(kept(3));
    helpless.giveUpRecovery();
    expect(helpless.isRecovering).toBe(false);
  });
});
