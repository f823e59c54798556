import { ChannelId } from '@sluice/contracts';
import { z } from 'zod';
import type { ShownChannel } from '../../channels/channel.ts';
import type { ListedChannel } from '../../channels/listed-channel.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CommandGroup } from '../help.ts';
import { flag, Limit, needed } from '../options.ts';
import { moreText, rowsOf } from '../pages.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { bitrateText, durationText, minuteText, timeText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { table } from '../text/table.ts';
import { UsageError } from '../usage-error.ts';
import { CHANNEL_OPTIONS, channelChange } from './channel-options.ts';

const channel = needed('CHANNEL', 'the public name of a channel', ChannelId);
const One = z.object({ channel });

const list = command({
  name: 'channels list',
  summary: 'the channels that there are',
  parameters: z.object({}),
  options: z.object({ limit: Limit }),
  async run({ connect }, _, { limit }) {
    const client = await connect();
    const { rows, hasMore } = await rowsOf(limit, async ({ limit, from }) => {
      const answer = await client.channels.$get({ query: { limit, ...(from !== undefined && { after: from }) } });
      if (answer.status !== 200) throw await refused(answer);
      const { channels, next } = await answer.json();
      return { rows: channels, next };
    });
    return { json: { channels: rows, hasMore }, text: (page) => listText(rows, page) + moreText(hasMore, limit) };
  },
});

const show = command({
  name: 'channels show',
  summary: 'a channel and its settings',
  parameters: One,
  options: z.object({}),
  async run({ connect }, { channel: channelId }) {
    const client = await connect();
    const answer = await client.channels[':channelId'].$get({ param: { channelId } });
    if (answer.status !== 200) throw await refused(answer);
    const shown = await answer.json();
    return { json: shown, text: (page) => channelText(shown, page) };
  },
});

const create = command({
  name: 'channels create',
  summary: 'make a channel',
  details: 'What is not named has its default. To publish it needs a stream key: sluice keys create CHANNEL.',
  examples: ['sluice channels create studio --profile ultra --recorded --keep 30d'],
  parameters: One,
  options: z.object(CHANNEL_OPTIONS),
  async run({ connect, world }, { channel: channelId }, options) {
    const json = { channelId, ...(await channelChange(options, world)) };
    const client = await connect();
    const answer = await client.channels.$post({ json });
    if (answer.status !== 200 && answer.status !== 201) throw await refused(answer);
    const shown = await answer.json();
    const isNew = answer.status === 201;
    return {
      json: shown,
      text: (page) =>
        `${isNew ? 'Made' : 'It was there, with these settings'}.\n\n${channelText(shown, page)}\n${
          isNew ? `What the encoder needs: sluice keys create ${channelId}\n` : ''
        }`,
    };
  },
});

const set = command({
  name: 'channels set',
  summary: 'change settings of a channel',
  details: 'What is not named stays as it is.',
  examples: [
    'sluice channels set studio --profile ultra --recorded --private --dvr 2h',
    'sluice channels set studio --ladder 1080:6M,720:2800k --no-private',
    'sluice channels set studio --embed-sites example.com,*.example.com',
  ],
  parameters: One,
  options: z.object(CHANNEL_OPTIONS),
  async run({ connect, world }, { channel: channelId }, options) {
    const json = await channelChange(options, world);
    if (Object.values(json).every((setting) => setting === undefined)) {
      throw new UsageError('What is to be changed? Name a setting.');
    }
    const client = await connect();
    const answer = await client.channels[':channelId'].$patch({ param: { channelId }, header: {}, json });
    if (answer.status !== 200) throw await refused(answer);
    const shown = await answer.json();
    return { json: shown, text: (page) => `Changed.\n\n${channelText(shown, page)}` };
  },
});

const remove = command({
  name: 'channels delete',
  summary: 'delete a channel and all that it has',
  parameters: One,
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { channel: channelId }, { yes }) {
    const client = await context.connect();
    const one = { param: { channelId } };
    const found = await client.channels[':channelId'].$get(one);
    if (found.status !== 200) throw await refused(found);
    const sentence = `Channel ${channelId} goes, with its stream keys, recordings, clips and all media. Who is live on it is cut off.`;
    await confirm(context, { sentence, name: channelId, isConfirmed: yes });
    const answer = await client.channels[':channelId'].$delete({ ...one, header: {} });
    if (!answer.ok) throw await refused(answer);
    return { json: { channelId, isDeleted: true }, text: () => `Channel ${channelId} is deleted.\n` };
  },
});

export const CHANNELS: CommandGroup = {
  name: 'channels',
  summary: 'channels and their settings',
  commands: [list, show, create, set, remove],
};

function listText(channels: readonly ListedChannel[], page: Page): string {
  if (channels.length === 0) return 'There is no channel yet. sluice channels create NAME makes one.\n';
  return table(
    [
      { title: 'CHANNEL', columnsMin: 12 },
      { title: 'PROFILE' },
      { title: 'SEEK BACK' },
      { title: 'SETTINGS', columnsMin: 12 },
      { title: 'LIVE UNTIL' },
      { title: 'MADE' },
    ],
    channels.map((each) => [
      { text: each.channelId, tone: 'strong' },
      each.profile,
      durationText(each.dvrWindowS * 1_000),
      { text: marksOf(each).join(', '), tone: each.isDisabled || each.isBeingDeleted ? 'warn' : 'plain' },
      each.lastBroadcast === null ? '' : minuteText(each.lastBroadcast.endedAtMs),
      { text: timeText(each.createdAtMs).slice(0, 10), tone: 'dim' },
    ]),
    page,
  );
}

/** What is not as usual. */
function marksOf(channel: ShownChannel): string[] {
  return [
    ...(channel.isBeingDeleted ? ['being deleted'] : []),
    ...(channel.isDisabled ? ['disabled'] : []),
    ...(channel.isPrivate ? ['private'] : []),
    ...(channel.isRecorded ? ['recorded'] : []),
    ...(channel.onDemand ? ['on demand'] : []),
    ...(channel.delivery === 'muxed' ? ['muxed'] : []),
    ...(channel.embedSites === null ? [] : ['embedding limited']),
    ...(channel.hasSrtPassphrase ? ['SRT encrypted'] : []),
  ];
}

function channelText(channel: ShownChannel, page: Page): string {
  const { ladder, recordingRetentionDays: days } = channel;
  const yes = (is: boolean) => (is ? 'yes' : 'no');
  const rungs =
    ladder === 'auto'
      ? 'auto'
      : ladder.map(({ heightPx, bitrateBps }) => `${heightPx}p ${bitrateText(bitrateBps)}`).join(', ');
  return record(
    [
      ['channel', { text: channel.channelId, tone: 'strong' }],
      ['tenant', channel.tenantId],
      ['profile', channel.profile],
      ['ladder', rungs],
      ['delivery', channel.delivery],
      ['private', yes(channel.isPrivate)],
      ['recorded', channel.isRecorded ? `yes, kept ${days === null ? 'until deleted' : `${days} days`}` : 'no'],
      ['seek back', durationText(channel.dvrWindowS * 1_000)],
      ['reconnect window', durationText(channel.reconnectWindowMs)],
      ['second publisher', channel.takeover === 'take-over' ? 'takes over' : 'is refused'],
      ['most it may send', bitrateText(channel.ingestBitrateBpsMax)],
      ['embedded by', sitesText(channel.embedSites)],
      ['on demand', yes(channel.onDemand)],
      ['SRT encrypted', yes(channel.hasSrtPassphrase)],
      ['disabled', { text: yes(channel.isDisabled), tone: channel.isDisabled ? 'warn' : 'plain' }],
      ...(channel.isBeingDeleted ? [['being deleted', { text: 'yes', tone: 'warn' }] as const] : []),
      ['made', timeText(channel.createdAtMs)],
      ['changed', timeText(channel.updatedAtMs)],
    ],
    page,
  );
}

function sitesText(sites: ShownChannel['embedSites']): string {
  if (sites === null) return 'any site';
  return sites.length === 0 ? 'no site' : sites.join(', ');
}
