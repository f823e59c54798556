import { BroadcastId, Epoch } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import type { LiveWindow } from '../window/live-window.ts';
import { Broadcast, type KeptBroadcast } from './broadcast.ts';
import { StoreBacklog } from './store-backlog.ts';

const test = new TestBroadcast();
const OPTIONS = { broadcastId: BroadcastId.parse('0mww8blwx4z6wtlh8p63'), epoch: Epoch.parse(1), dvrWindowS: 30 };

function described(): { broadcast: Broadcast; window: LiveWindow; backlog: StoreBacklog } {
  const broadcast = new Broadcast(OPTIONS);
  const backlog = new StoreBacklog(broadcast, false);
  broadcast.describe(test.description);
  const { window } = broadcast;
  if (window === undefined) throw new Error('it was described');
  return { broadcast, window, backlog };
}

/** What storage would give back after the first `segmentCount` segments were kept. */
function kept(segmentCount: number): KeptBroadcast {
  const { broadcast, window } = described();
  broadcast.append(window, test.parts(0, 4 * segmentCount));
  const states = new Map([...window.renditions].map(([id, rendition]) => [id, rendition.state()]));
  return { ...OPTIONS, description: test.description, endedAtMs: undefined, states };
}

describe('what of a broadcast is worth a row', () => {
  it('is its window when a segment is whole in every rendition, and once', () => {
    const { broadcast, window, backlog } = described();
    broadcast.append(window, test.parts(0, 3));
    expect(backlog.takeIsWindowUnkept()).toBe(false);
    broadcast.append(window, [...test.parts(3, 4, V720), ...test.parts(3, 4, V360)]);
    expect(backlog.takeIsWindowUnkept()).toBe(false);
    broadcast.append(window, test.parts(3, 4, A128));
    expect([backlog.takeIsWindowUnkept(), backlog.takeIsWindowUnkept()]).toEqual([true, false]);
  });

  it('is its window when a segment lacks a rendition and another is a segment ahead, and again with the next', () => {
    const { broadcast, window, backlog } = described();
    broadcast.append(window, [...test.parts(0, 8, V720), ...test.parts(0, 4, V360)]);
    expect([backlog.takeIsWindowUnkept(), backlog.takeIsWindowUnkept()]).toEqual([true, false]);
    broadcast.append(window, [...test.parts(0, 8, A128), ...test.parts(4, 8, V360)]);
    expect(backlog.takeIsWindowUnkept()).toBe(true);
  });

  it('is its window when it has ended', () => {
    const { broadcast, window, backlog } = described();
    broadcast.append(window, test.parts(0, 6));
    backlog.takeIsWindowUnkept();
    broadcast.end(5);
    expect([backlog.takeIsWindowUnkept(), backlog.takeIsWindowUnkept()]).toEqual([true, false]);
  });

  it('is its window when gaps are held back, and when a date range is listed: neither comes with a segment', () => {
    const { broadcast, window, backlog } = described();
    broadcast.append(window, test.parts(0, 6));
    backlog.takeIsWindowUnkept();
    const renditions = test.description.renditions.map((rendition) => ({ ...rendition, initVersion: 16 }));
    broadcast.describe({ ...test.description, renditions });
    broadcast.append(window, [test.part(6, V720, { isGap: true, sizeBytes: 0 })]);
    expect([backlog.takeIsWindowUnkept(), backlog.takeIsWindowUnkept()]).toEqual([true, false]);
    broadcast.append(window, [], [{ class: 'slate', startMs: 3_000 }]);
    expect([backlog.takeIsWindowUnkept(), backlog.takeIsWindowUnkept()]).toEqual([true, false]);
  });

  it('is its own record when it begins, is described and ends', () => {
    const { broadcast, window, backlog } = described();
    expect([backlog.takeIsRowUnkept(), backlog.takeIsRowUnkept()]).toEqual([true, false]);
    broadcast.append(window, test.parts(0, 6));
    expect(backlog.takeIsRowUnkept()).toBe(false);
    broadcast.end(5);
    expect(backlog.takeIsRowUnkept()).toBe(true);
  });

  it('is its own record, too, when other encoders go on: where in all renditions those before them end', () => {
    const { broadcast, window, backlog } = described();
    broadcast.append(window, [...test.parts(0, 6, V720), ...test.parts(0, 5, V360), ...test.parts(0, 5, A128)]);
    const renditions = test.description.renditions.map((rendition) => ({ ...rendition, initVersion: 16 }));
    broadcast.describe({ ...test.description, renditions });
    backlog.takeIsRowUnkept();
    const gap = { isGap: true, sizeBytes: 0 };
    broadcast.append(
      window,
      [6, 7].map((ordinal) => test.part(ordinal, V720, gap)),
    );
    expect(backlog.takeIsRowUnkept()).toBe(false);
    broadcast.append(window, [test.part(8, V720, { initVersion: 16 })]);
    expect([backlog.takeIsRowUnkept(), window.cut]).toEqual([true, { msn: 2, partIndex: 2 }]);
  });

  it('is nothing of what storage has just given back', () => {
    const backlog = new StoreBacklog(Broadcast.restore(kept(3)), true);
    expect([backlog.takeIsWindowUnkept(), backlog.takeIsRowUnkept()]).toEqual([false, false]);
  });
});
