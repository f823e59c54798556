import { z } from 'zod';
import type { AuditRecord } from '../../audit/audit-log.ts';
import { command } from '../command.ts';
import type { CommandGroup } from '../help.ts';
import { Limit } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { timeText } from '../text/quantities.ts';
import { type Cell, table } from '../text/table.ts';

const audit = command({
  name: 'audit',
  summary: 'who changed what, the newest first',
  parameters: z.object({}),
  options: z.object({ limit: Limit }),
  async run({ connect }, _, { limit }) {
    const client = await connect();
    const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
      const answer = await client.audit.$get({ query: { limit, ...(from !== undefined && { before: from }) } });
      if (answer.status !== 200) throw await refused(answer);
      const { records, next } = await answer.json();
      return { rows: records, next };
    });
    return { json: { records: rows, hasMore }, text: (page) => auditText(rows, page) + moreText(hasMore, limit) };
  },
});

export const AUDIT: CommandGroup = { name: 'audit', summary: audit.summary, commands: [audit] };

function auditText(records: readonly AuditRecord[], page: Page): string {
  if (records.length === 0) return 'Nothing was changed yet.\n';
  const columns = [
    { title: 'WHEN' },
    { title: 'WHO', columnsMin: 10 },
    { title: 'WHAT', columnsMin: 30 },
    { title: 'FIELDS', columnsMin: 6 },
    { title: 'ANSWER', align: 'right' as const },
  ];
  const rows = records.map((each): Cell[] => [
    { text: timeText(each.atMs), tone: 'dim' },
    each.actor,
    `${each.method} ${placeOf(each)}`,
    each.fields.join(' '),
    { text: String(each.status), tone: each.status < 400 ? 'good' : 'bad' },
  ]);
  return table(columns, rows, page);
}

/** The address, with what stood in the place of the names in braces. */
function placeOf({ operation, target }: AuditRecord): string {
  return operation.replace(/^\/v1/, '').replace(/\{(\w+)\}/g, (whole, name: string) => target[name] ?? whole);
}
