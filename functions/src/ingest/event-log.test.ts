import { ChannelId, LoggedIngestEvent, NodeId } from '@sluice/contracts';
import { expect, it } from 'vitest';
import { describeOnBothTables } from '../storage/both-tables.ts';
import { EventLog } from './event-log.ts';

const CHANNEL = ChannelId.parse('one');
const NODE = NodeId.parse('node-1');

function figures(index: number): LoggedIngestEvent {
  const place = { channelId: CHANNEL, broadcastId: '0123456789abcdef', atMs: 1_800_000_000_000 + index };
  return LoggedIngestEvent.parse({
    kind: 'figures',
    eventId: `figures-${100 + index}`,
    ...place,
    fps: 30,
    bitrateBps: index,
  });
}

describeOnBothTables('figures of a channel', (fresh) => {
  const bitrates = (kept: Awaited<ReturnType<EventLog['newest']>>) =>
    kept.map(({ event }) => (event.kind === 'figures' ? event.bitrateBps : undefined));

  it('are read from the newest back or from a place on, and come in the same order', async () => {
    const log = new EventLog(fresh.table);
    const events = Array.from({ length: 12 }, (_, index) => figures(index));
    await log.keep({ nodeId: NODE, events }, new Set([CHANNEL]), fresh.nowMs);
    const newest = await log.newest(CHANNEL, 'figures', 5);
    expect(bitrates(newest)).toEqual([7, 8, 9, 10, 11]);
    expect(bitrates(await log.newest(CHANNEL, 'figures', 100))).toEqual([...events.keys()]);
    const after = newest.at(1)?.sequence ?? 0;
    expect(bitrates(await log.page(CHANNEL, 'figures', { after, limit: 2 }))).toEqual([9, 10]);
    expect(await log.newest(CHANNEL, 'events', 5)).toEqual([]);
  });
});
