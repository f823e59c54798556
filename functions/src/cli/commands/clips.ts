import { BroadcastId, ChannelId, ClipId } from '@sluice/contracts';
import { z } from 'zod';
import type { Clip } from '../../clips/clip.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CommandGroup } from '../help.ts';
import { MOMENT_WORDS, Moment, momentMs } from '../moment.ts';
import { flag, Limit, needed, value } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { durationText, sizeText, timeText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { type Cell, table } from '../text/table.ts';

const channel = needed('CHANNEL', 'the public name of a channel', ChannelId);
const One = z.object({ clip: needed('CLIP', 'the id of a clip', ClipId) });

const list = command({
  name: 'clips list',
  summary: 'the clips of a channel, the newest first',
  parameters: z.object({ channel }),
  options: z.object({ limit: Limit }),
  async run({ connect }, { channel: channelId }, { limit }) {
    const client = await connect();
    const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
      const query = { limit, ...(from !== undefined && { before: from }) };
      const answer = await client.channels[':channelId'].clips.$get({ param: { channelId }, query });
      if (answer.status !== 200) throw await refused(answer);
      const { clips, next } = await answer.json();
      return { rows: clips, next };
    });
    const text = (page: Page) => listText(rows, channelId, page) + moreText(hasMore, limit);
    return { json: { clips: rows, hasMore }, text };
  },
});

const create = command({
  name: 'clips create',
  summary: 'cut a clip out of what is live or was recorded',
  details: `A time is ${MOMENT_WORDS}. A clip is of whole segments, so it begins a little before and ends a little after.`,
  examples: [
    'sluice clips create studio --from -30s --to now --label "the first goal"',
    'sluice clips create studio --from 18:20 --to 18:20:30',
  ],
  parameters: z.object({ channel }),
  options: z.object({
    from: needed('TIME', 'where it begins', Moment),
    to: value('TIME', 'where it ends (now)', Moment),
    label: value('TEXT', 'what you call it', z.string().trim().max(200)),
    broadcast: value('ID', 'of which broadcast, where the time belongs to several', BroadcastId),
  }),
  async run({ connect, world }, { channel: channelId }, { from, to, label, broadcast }) {
    const nowMs = world.nowMs();
    const times = { from: momentMs(from, nowMs), to: to === undefined ? nowMs : momentMs(to, nowMs) };
    const more = { ...(label !== undefined && { label }), ...(broadcast !== undefined && { broadcastId: broadcast }) };
    const client = await connect();
    const answer = await client.clips.$post({ json: { channelId, ...times, ...more } });
    if (answer.status !== 201) throw await refused(answer);
    const made = await answer.json();
    return { json: made, text: (page) => clipText(made, page) };
  },
});

const show = command({
  name: 'clips show',
  summary: 'a clip, and where it is played',
  parameters: One,
  options: z.object({}),
  async run({ connect }, { clip: clipId }) {
    const client = await connect();
    const answer = await client.clips[':clipId'].$get({ param: { clipId } });
    if (answer.status !== 200) throw await refused(answer);
    const shown = await answer.json();
    return { json: shown, text: (page) => clipText(shown, page) };
  },
});

const remove = command({
  name: 'clips delete',
  summary: 'delete a clip, and the media that was kept for it',
  parameters: One,
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { clip: clipId }, { yes }) {
    const client = await context.connect();
    const one = { param: { clipId } };
    const found = await client.clips[':clipId'].$get(one);
    if (found.status !== 200) throw await refused(found);
    const sentence = `Clip ${clipId} goes, and the media that was kept for it.`;
    await confirm(context, { sentence, name: clipId, isConfirmed: yes });
    const answer = await client.clips[':clipId'].$delete(one);
    if (!answer.ok) throw await refused(answer);
    return { json: { clipId, isDeleted: true }, text: () => `Clip ${clipId} is deleted.\n` };
  },
});

export const CLIPS: CommandGroup = {
  name: 'clips',
  summary: 'pieces of broadcasts',
  commands: [list, create, show, remove],
};

function listText(clips: readonly Clip[], channelId: ChannelId, page: Page): string {
  if (clips.length === 0) return `${channelId} has no clip. sluice clips create ${channelId} --from -30s cuts one.\n`;
  const columns = [
    { title: 'CLIP' },
    { title: 'FROM' },
    { title: 'LASTS' },
    { title: 'SIZE', align: 'right' as const },
    { title: 'LABEL', columnsMin: 8 },
  ];
  const rows = clips.map(({ clipId, fromMs, toMs, sizeBytes, label }): Cell[] => [
    clipId,
    { text: timeText(fromMs), tone: 'dim' },
    durationText(toMs - fromMs),
    sizeText(sizeBytes),
    label,
  ]);
  return table(columns, rows, page);
}

function clipText(clip: Clip & { readonly urls: { readonly hls: string; readonly dash: string } }, page: Page): string {
  const entries = record(
    [
      ['clip', { text: clip.clipId, tone: 'strong' }],
      ['channel', clip.channelId],
      ['label', clip.label],
      ['from', timeText(clip.fromMs)],
      ['lasts', durationText(clip.toMs - clip.fromMs)],
      ['size', sizeText(clip.sizeBytes)],
      ['HLS', clip.urls.hls],
      ['DASH', clip.urls.dash],
    ],
    page,
  );
  return clip.isPrivate ? `${entries}\nIt is private: the addresses hold a playback token, good for hours.\n` : entries;
}
