import { BroadcastId, ChannelId, type ViewerReport } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { IsolateCounter } from './isolate-counter.ts';

const CHANNEL = { channelId: ChannelId.parse('demo'), region: 'weur' };
const PLACE = { ...CHANNEL, broadcastId: BroadcastId.parse('0mww8blwxoz6wtlh8p63') };
const REPORT: ViewerReport = { playedMs: 10_000, stalls: 0, stalledMs: 0, isLive: true, droppedFrames: 0 };

describe('requests for a channel', () => {
  it('are told with its broadcast, all of the last seconds, and once', () => {
    const counter = new IsolateCounter();
    counter.answered(CHANNEL, 1, 0);
    counter.seen(PLACE, 500);
    counter.answered(CHANNEL, 2, 1_000);
    expect(counter.due(PLACE, 2_499)).toBeUndefined();
    expect(counter.due(PLACE, 2_500)).toEqual({ broadcastId: PLACE.broadcastId, renditions: {}, requests: 3 });
    expect(counter.due(PLACE, 5_000)).toBeUndefined();
    counter.answered({ ...CHANNEL, region: 'apac' }, 1, 5_000);
    expect(counter.due(PLACE, 8_000)).toBeUndefined();
  });

  it('that were of a time when nobody could be told are not', () => {
    const counter = new IsolateCounter();
    counter.answered(CHANNEL, 1_000, 0);
    counter.seen(PLACE, 12_000);
    expect(counter.due(PLACE, 14_000)).toBeUndefined();
    counter.answered(CHANNEL, 1_000, 15_000);
    counter.answered(CHANNEL, 7, 30_000);
    expect(counter.due(PLACE, 30_001)).toMatchObject({ requests: 7 });
  });

  it('of a thousand channels at most are remembered, and none for good', () => {
    const counter = new IsolateCounter();
    const channel = (index: number) => ({ ...CHANNEL, channelId: ChannelId.parse(`made-up-${index}`) });
    for (let index = 0; index < 1_000; index += 1) counter.answered(channel(index), 1, 0);
    counter.answered(CHANNEL, 1, 0);
    counter.seen(PLACE, 0);
    expect(counter.due(PLACE, 3_000)).toBeUndefined();
    counter.answered(CHANNEL, 1, 10_001);
    expect(counter.due(PLACE, 13_000)).toMatchObject({ requests: 1 });
  });
});

describe('reports', () => {
  it('are taken of a broadcast that is known to be there', () => {
    const counter = new IsolateCounter();
    expect(counter.reported(PLACE, REPORT)).toBe(false);
    counter.seen(PLACE, 0);
    expect(counter.reported(PLACE, REPORT)).toBe(true);
    expect(counter.due(PLACE, 2_000)).toMatchObject({ reports: { sums: { reports: 1, playedMs: 10_000 } } });
    counter.isOver(PLACE);
    counter.seen(PLACE, 3_000);
    expect([counter.reported(PLACE, REPORT), counter.isKnownToBeOver(PLACE)]).toEqual([false, true]);
  });

  it('of a broadcast are taken so many at a time, and further ones are counted', () => {
    const counter = new IsolateCounter();
    counter.seen(PLACE, 0);
    for (let index = 0; index < 2_500; index += 1) counter.reported(PLACE, REPORT);
    expect(counter.due(PLACE, 2_000)).toMatchObject({ reports: { sums: { reports: 2_000, dropped: 500 } } });
    counter.reported(PLACE, REPORT);
    expect(counter.due(PLACE, 4_000)).toMatchObject({ reports: { sums: { reports: 1, dropped: 0 } } });
  });
});
