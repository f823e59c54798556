import { ChannelId, StreamKeyRole } from '@sluice/contracts';
import { z } from 'zod';
import { type StreamKey, StreamKeyId } from '../../stream-keys/stream-key.ts';
import { type CommandContext, command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CommandGroup } from '../help.ts';
import { flag, needed, value } from '../options.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { timeText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { table } from '../text/table.ts';

const channel = needed('CHANNEL', 'the public name of a channel', ChannelId);
const One = z.object({ channel, key: needed('KEY', 'the id of a stream key (not the key itself)', StreamKeyId) });

const list = command({
  name: 'keys list',
  summary: 'the stream keys of a channel, without the keys themselves',
  parameters: z.object({ channel }),
  options: z.object({}),
  async run({ connect }, { channel: channelId }) {
    const client = await connect();
    const answer = await client.channels[':channelId']['stream-keys'].$get({ param: { channelId } });
    if (answer.status !== 200) throw await refused(answer);
    const { streamKeys } = await answer.json();
    return { json: { streamKeys }, text: (page) => listText(streamKeys, channelId, page) };
  },
});

const create = command({
  name: 'keys create',
  summary: 'make a stream key: what an encoder publishes with',
  details: 'The key is shown this once.',
  examples: ['sluice keys create studio --label "camera 1"', 'sluice keys create studio --role backup'],
  parameters: z.object({ channel }),
  options: z.object({
    label: value('TEXT', 'what you call it', z.string().trim().max(80)),
    role: value('ROLE', 'primary, or backup: stands by, and takes over when the primary is silent', StreamKeyRole),
  }),
  async run({ connect }, { channel: channelId }, { label, role }) {
    const json = { ...(label !== undefined && { label }), ...(role !== undefined && { role }) };
    const client = await connect();
    const answer = await client.channels[':channelId']['stream-keys'].$post({ param: { channelId }, json });
    if (answer.status !== 201) throw await refused(answer);
    const made = await answer.json();
    return { json: made, text: (page) => madeText(made, page) };
  },
});

const rotate = command({
  name: 'keys rotate',
  summary: 'make another key under the same id',
  details: 'The one before it opens nothing any more: who publishes with it is cut off within five seconds.',
  parameters: One,
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { channel: channelId, key: keyId }, { yes }) {
    const sentence = `The key ${keyId} of ${channelId} opens nothing any more, and who publishes with it is cut off.`;
    await confirm(context, { sentence, name: keyId, isConfirmed: yes });
    const client = await context.connect();
    const route = client.channels[':channelId']['stream-keys'][':keyId'].rotate;
    const answer = await route.$post({ param: { channelId, keyId } });
    if (answer.status !== 200) throw await refused(answer);
    const made = await answer.json();
    return { json: made, text: (page) => madeText(made, page) };
  },
});

const disable = command({
  name: 'keys disable',
  summary: 'nobody can publish with it; who does is cut off within five seconds',
  parameters: One,
  options: z.object({}),
  run: (context, one) => change(context, one, true),
});

const enable = command({
  name: 'keys enable',
  summary: 'it opens its channel again',
  parameters: One,
  options: z.object({}),
  run: (context, one) => change(context, one, false),
});

const remove = command({
  name: 'keys delete',
  summary: 'delete a stream key',
  parameters: One,
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { channel: channelId, key: keyId }, { yes }) {
    const sentence = `The key ${keyId} of ${channelId} goes, and who publishes with it is cut off.`;
    await confirm(context, { sentence, name: keyId, isConfirmed: yes });
    const client = await context.connect();
    const route = client.channels[':channelId']['stream-keys'][':keyId'];
    const answer = await route.$delete({ param: { channelId, keyId } });
    if (!answer.ok) throw await refused(answer);
    return { json: { channelId, keyId, isDeleted: true }, text: () => `The key ${keyId} is deleted.\n` };
  },
});

export const KEYS: CommandGroup = {
  name: 'keys',
  summary: 'stream keys: what encoders publish with',
  commands: [list, create, rotate, disable, enable, remove],
};

async function change({ connect }: CommandContext, one: z.output<typeof One>, isDisabled: boolean) {
  const { channel: channelId, key: keyId } = one;
  const client = await connect();
  const route = client.channels[':channelId']['stream-keys'][':keyId'];
  const answer = await route.$patch({ param: { channelId, keyId }, json: { isDisabled } });
  if (answer.status !== 200) throw await refused(answer);
  const json = await answer.json();
  const text = isDisabled ? 'disabled: nobody can publish with it' : 'enabled: it opens its channel';
  return { json, text: () => `The key ${keyId} of ${channelId} is ${text}.\n` };
}

function listText(keys: readonly StreamKey[], channelId: ChannelId, page: Page): string {
  if (keys.length === 0) return `${channelId} has no stream key. sluice keys create ${channelId} makes one.\n`;
  return table(
    [{ title: 'KEY' }, { title: 'LABEL', columnsMin: 10 }, { title: 'ROLE' }, { title: 'STATE' }, { title: 'ISSUED' }],
    keys.map(({ keyId, label, role, isDisabled, issuedAtMs }) => [
      keyId,
      label,
      role,
      isDisabled ? { text: 'disabled', tone: 'warn' } : { text: 'good', tone: 'good' },
      { text: timeText(issuedAtMs), tone: 'dim' },
    ]),
    page,
  );
}

function madeText(made: StreamKey & { readonly streamKey: string }, page: Page): string {
  const entries = record(
    [
      ['stream key', { text: made.streamKey, tone: 'strong' }],
      ['its id', made.keyId],
      ['channel', made.channelId],
      ['role', made.role],
    ],
    page,
  );
  return `${entries}\nIt is shown this once. Whoever has it can publish to ${made.channelId}.\n`;
}
