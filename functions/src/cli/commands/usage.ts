import { z } from 'zod';
import type { EstimatedBill } from '../../usage/bill.ts';
import type { UsageTotals } from '../../usage/usage.ts';
import { command } from '../command.ts';
import type { CommandGroup } from '../help.ts';
import { value } from '../options.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { dollarsText, groupedText } from '../text/quantities.ts';
import { type Cell, table } from '../text/table.ts';
import { UsageError } from '../usage-error.ts';

type Row = UsageTotals & { readonly name: string; readonly estimatedBill: EstimatedBill };

const Month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'is a month such as 2026-11');

const usage = command({
  name: 'usage',
  summary: 'what was used in a month, and what it costs by list prices',
  details: 'Months are of UTC, as those of a bill. What you pay is between you, Cloudflare and AWS.',
  parameters: z.object({}),
  options: z.object({ month: value('YYYY-MM', 'which month (this one, until now)', Month) }),
  async run({ connect, world }, _, { month }) {
    const query = month === undefined ? {} : rangeOf(month, world.nowMs());
    const client = await connect();
    const answer = await client.usage.$get({ query });
    if (answer.status !== 200) throw await refused(answer);
    const json = await answer.json();
    const rows = json.channels.map(({ channelId, ...rest }) => ({ ...rest, name: channelId }));
    const text = (page: Page) =>
      `${page.paint(`${utcText(json.fromMs)} to ${utcText(json.toMs)} (UTC)`, 'dim')}\n\n${
        rows.length === 0 ? 'Nothing was used.\n' : usageText([...rows, { ...json, name: 'all' }], page)
      }`;
    return { json, text };
  },
});

export const USAGE: CommandGroup = { name: 'usage', summary: usage.summary, commands: [usage] };

function rangeOf(month: string, nowMs: number): { fromMs: string; toMs: string } {
  const [year = 0, number = 0] = month.split('-').map(Number);
  const fromMs = Date.UTC(year, number - 1, 1);
  if (fromMs > nowMs) throw new UsageError(`${month} has not begun.`);
  return { fromMs: String(fromMs), toMs: String(Math.min(nowMs, Date.UTC(year, number, 1))) };
}

function usageText(rows: readonly Row[], page: Page): string {
  const right = 'right' as const;
  const columns = [
    { title: 'CHANNEL', columnsMin: 8 },
    { title: 'STREAM MIN', align: right },
    { title: 'VIEWER MIN', align: right },
    { title: 'STORED GB·H', align: right },
    { title: 'STREAMS', align: right },
    { title: 'VIEWERS', align: right },
    { title: 'STORAGE', align: right },
    { title: 'TOTAL', align: right },
  ];
  const cells = rows.map(
    ({ name, streamMinutes, viewerMinutes, storedGbHours, estimatedBill: bill }, index): Cell[] => {
      const tone = index === rows.length - 1 ? 'strong' : 'plain';
      return [
        { text: name, tone },
        groupedText(streamMinutes),
        groupedText(viewerMinutes),
        groupedText(storedGbHours, 1),
        dollarsText(bill.streams),
        dollarsText(bill.viewers),
        dollarsText(bill.storage),
        { text: dollarsText(bill.total), tone },
      ];
    },
  );
  return table(columns, cells, page);
}

function utcText(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return atMs % 86_400_000 === 0 ? iso.slice(0, 10) : iso.slice(0, 16).replace('T', ' ');
}
