import { ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import { command } from '../command.ts';
import type { CommandGroup } from '../help.ts';
import { Limit, needed } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { durationText, groupedText, hoursText, minuteText } from '../text/quantities.ts';
import { type Cell, table } from '../text/table.ts';

const channel = needed('CHANNEL', 'the public name of a channel', ChannelId);

const broadcasts = command({
  name: 'broadcasts',
  summary: 'the broadcasts of a channel, the newest first',
  parameters: z.object({ channel }),
  options: z.object({ limit: Limit }),
  async run({ connect }, { channel: channelId }, { limit }) {
    const client = await connect();
    const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
      const query = { limit, ...(from !== undefined && { before: from }) };
      const answer = await client.channels[':channelId'].broadcasts.$get({ param: { channelId }, query });
      if (answer.status !== 200) throw await refused(answer);
      const { broadcasts, next } = await answer.json();
      return { rows: broadcasts, next };
    });
    const text = (page: Page) => broadcastsText(rows, channelId, page) + moreText(hasMore, limit);
    return { json: { broadcasts: rows, hasMore }, text };
  },
});

const kick = command({
  name: 'kick',
  summary: 'send the publisher of a channel away',
  details: 'Within five seconds. It may come back: sluice keys disable keeps it out.',
  parameters: z.object({ channel }),
  options: z.object({}),
  async run({ connect }, { channel: channelId }) {
    const client = await connect();
    const answer = await client.channels[':channelId'].kick.$post({ param: { channelId } });
    if (!answer.ok) throw await refused(answer);
    const text = `Whoever publishes to ${channelId} is sent away within five seconds, and may come back.\n`;
    return { json: { channelId, isKicked: true }, text: () => text };
  },
});

export const BROADCASTS: CommandGroup = { name: 'broadcasts', summary: broadcasts.summary, commands: [broadcasts] };
export const KICK: CommandGroup = { name: 'kick', summary: kick.summary, commands: [kick] };

function broadcastsText(all: readonly Broadcast[], channelId: ChannelId, page: Page): string {
  if (all.length === 0) return `${channelId} was never live.\n`;
  const columns = [
    { title: 'BROADCAST' },
    { title: 'STARTED' },
    { title: 'LASTED' },
    { title: 'PEAK', align: 'right' as const },
    { title: 'VIEWS', align: 'right' as const },
    { title: 'WATCHED', align: 'right' as const },
    { title: 'STATE', columnsMin: 6 },
  ];
  const rows = all.map((each): Cell[] => [
    each.broadcastId,
    { text: minuteText(each.startedAtMs), tone: 'dim' },
    durationText((each.endedAtMs ?? page.nowMs) - each.startedAtMs),
    groupedText(each.totals.viewersPeak),
    groupedText(each.totals.views),
    hoursText(each.totals.viewerMs),
    stateOf(each),
  ]);
  return table(columns, rows, page);
}

function stateOf({ state, endReason, absentSinceMs, isBeingDeleted, recording }: Broadcast): Cell {
  if (isBeingDeleted) return { text: 'being deleted', tone: 'warn' };
  if (state === 'live') return absentSinceMs === null ? { text: 'live', tone: 'good' } : { text: 'away', tone: 'bad' };
  return `${recording === null ? '' : 'recorded, '}${(endReason ?? 'ended').replaceAll('-', ' ')}`;
}
