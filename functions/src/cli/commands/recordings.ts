import { BroadcastId } from '@sluice/contracts';
import { z } from 'zod';
import type { Broadcast, Recording } from '../../broadcasts/broadcast.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CommandGroup } from '../help.ts';
import { Moment, momentMs } from '../moment.ts';
import { duration, flag, Limit, needed, value } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { agoText, durationText, minuteText, sizeText, timeText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { type Cell, table } from '../text/table.ts';
import { UsageError } from '../usage-error.ts';

type ShownRecording = Pick<Broadcast, 'broadcastId' | 'channelId' | 'startedAtMs' | 'isPrivate' | 'renditions'> &
  Recording & { readonly urls: { readonly hls: string; readonly dash: string } };

const One = z.object({ recording: needed('RECORDING', 'the id of the broadcast that was recorded', BroadcastId) });

const list = command({
  name: 'recordings list',
  summary: 'the recordings of all channels, the newest first',
  parameters: z.object({}),
  options: z.object({ limit: Limit }),
  async run({ connect }, _, { limit }) {
    const client = await connect();
    const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
      const answer = await client.recordings.$get({ query: { limit, ...(from !== undefined && { before: from }) } });
      if (answer.status !== 200) throw await refused(answer);
      const { recordings, next } = await answer.json();
      return { rows: recordings, next };
    });
    const text = (page: Page) => listText(rows, page) + moreText(hasMore, limit);
    return { json: { recordings: rows, hasMore }, text };
  },
});

const show = command({
  name: 'recordings show',
  summary: 'a recording, and where it is played',
  parameters: One,
  options: z.object({}),
  async run({ connect }, { recording: broadcastId }) {
    const client = await connect();
    const answer = await client.recordings[':broadcastId'].$get({ param: { broadcastId } });
    if (answer.status !== 200) throw await refused(answer);
    const shown = await answer.json();
    return { json: shown, text: (page) => recordingText(shown, page) };
  },
});

const keep = command({
  name: 'recordings keep',
  summary: 'how long a recording is kept, whatever its channel says',
  details: 'Without an option: until it is deleted.',
  examples: ['sluice recordings keep 0mgx1c2d3o4e5f6g7h', 'sluice recordings keep 0mgx1c2d3o4e5f6g7h --for 90d'],
  parameters: One,
  options: z.object({
    for: value('TIME', 'from now on: 90d, 12h; a number is days', duration('d')),
    until: value('TIME', 'a date, such as 2027-11-01', Moment),
  }),
  async run({ connect, world }, { recording: broadcastId }, { for: forMs, until }) {
    const nowMs = world.nowMs();
    if (forMs !== undefined && until !== undefined) throw new UsageError('Say --for or --until, not both.');
    const untilMs = until === undefined ? undefined : momentMs(until, nowMs);
    const expiresAtMs = untilMs ?? (forMs === undefined ? null : nowMs + forMs);
    if (expiresAtMs !== null && expiresAtMs <= nowMs) {
      throw new UsageError('That time is over. sluice recordings delete deletes it.');
    }
    const client = await connect();
    const answer = await client.recordings[':broadcastId'].$patch({ param: { broadcastId }, json: { expiresAtMs } });
    if (answer.status !== 200) throw await refused(answer);
    const json = await answer.json();
    return { json, text: () => `Recording ${broadcastId} is kept ${keptText(json.expiresAtMs, nowMs)}.\n` };
  },
});

const remove = command({
  name: 'recordings delete',
  summary: 'delete a recording and its media; clips out of it stay',
  parameters: One,
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { recording: broadcastId }, { yes }) {
    const client = await context.connect();
    const one = { param: { broadcastId } };
    const found = await client.recordings[':broadcastId'].$get(one);
    if (found.status !== 200) throw await refused(found);
    const { channelId, durationMs } = await found.json();
    const sentence = `The recording of ${channelId} (${durationText(durationMs)}) goes. Clips that were cut out of it stay.`;
    await confirm(context, { sentence, name: broadcastId, isConfirmed: yes });
    const answer = await client.recordings[':broadcastId'].$delete(one);
    if (!answer.ok) throw await refused(answer);
    return { json: { broadcastId, isDeleted: true }, text: () => `Recording ${broadcastId} is deleted.\n` };
  },
});

export const RECORDINGS: CommandGroup = {
  name: 'recordings',
  summary: 'broadcasts that were kept',
  commands: [list, show, keep, remove],
};

function listText(recordings: readonly ShownRecording[], page: Page): string {
  if (recordings.length === 0) return 'There is no recording. sluice channels set CHANNEL --recorded makes some.\n';
  const columns = [
    { title: 'RECORDING' },
    { title: 'CHANNEL', columnsMin: 8 },
    { title: 'STARTED' },
    { title: 'LASTS' },
    { title: 'SIZE', align: 'right' as const },
    { title: 'KEPT', columnsMin: 7 },
  ];
  const rows = recordings.map((each): Cell[] => [
    each.broadcastId,
    { text: each.channelId, tone: 'strong' },
    { text: minuteText(each.startedAtMs), tone: 'dim' },
    durationText(each.durationMs),
    sizeText(each.sizeBytes),
    each.expiresAtMs === null ? 'until deleted' : `ends ${agoText(each.expiresAtMs, page.nowMs)}`,
  ]);
  return table(columns, rows, page);
}

function recordingText(shown: ShownRecording, page: Page): string {
  const entries = record(
    [
      ['recording', { text: shown.broadcastId, tone: 'strong' }],
      ['channel', shown.channelId],
      ['started', timeText(shown.startedAtMs)],
      ['lasts', durationText(shown.durationMs)],
      ...(shown.gapMs > 0 ? [['missing', { text: durationText(shown.gapMs), tone: 'warn' }] as const] : []),
      ['size', sizeText(shown.sizeBytes)],
      ['renditions', shown.renditions.map(({ renditionId }) => renditionId).join(' ')],
      ['kept', keptText(shown.expiresAtMs, page.nowMs)],
      ['HLS', shown.urls.hls],
      ['DASH', shown.urls.dash],
    ],
    page,
  );
  if (!shown.isPrivate) return entries;
  return `${entries}\nIt is private: a playback token goes before the path, /t/TOKEN/vod/…\nsluice tokens create ${shown.channelId} makes one.\n`;
}

function keptText(expiresAtMs: number | null, nowMs: number): string {
  return expiresAtMs === null
    ? 'until it is deleted'
    : `until ${timeText(expiresAtMs)} (${agoText(expiresAtMs, nowMs)})`;
}
