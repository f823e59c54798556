import {
  AddressPrefix,
  ChannelId,
  CountryCode,
  PlaybackSubject,
  type PlaybackTokenAnswer,
  PlaybackTokenId,
  SiteOrigin,
} from '@sluice/contracts';
import { z } from 'zod';
import { command } from '../command.ts';
import type { CommandGroup } from '../help.ts';
import { MOMENT_WORDS, Moment, momentMs } from '../moment.ts';
import { duration, flag, listOf, needed, value, WholeNumber } from '../options.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { agoText, timeText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { type Cell, table } from '../text/table.ts';
import { UsageError } from '../usage-error.ts';

const channel = needed('CHANNEL', 'the public name of a channel', ChannelId);

const create = command({
  name: 'tokens create',
  summary: 'make a playback token: lets whoever has it watch a private channel',
  examples: ['sluice tokens create studio --lifetime 2h --subject order-7 --countries DE,FR --height-max 720'],
  parameters: z.object({ channel }),
  options: z.object({
    lifetime: value('TIME', 'how long it is good for, 1 minute to 7 days (6h); a number is seconds', duration('s')),
    notBefore: value('TIME', `good from this time on: ${MOMENT_WORDS}`, Moment),
    subject: value('NAME', 'whom it is for, in your words; it can be revoked by it', PlaybackSubject),
    countries: value('LIST', 'only from these countries: DE,FR', listOf(CountryCode)),
    addresses: value('LIST', 'only from these networks: 192.0.2.0/24,2001:db8::/32', listOf(AddressPrefix)),
    sites: value('LIST', 'only on pages of these sites: https://shop.example', listOf(SiteOrigin)),
    heightMax: value('PIXELS', 'no rendition above this height: 720', WholeNumber),
  }),
  async run({ connect, world }, { channel: channelId }, options) {
    const { lifetime, notBefore, heightMax, ...same } = options;
    const json = {
      ...same,
      ...(lifetime !== undefined && { lifetimeS: Math.round(lifetime / 1_000) }),
      ...(notBefore !== undefined && { notBeforeMs: momentMs(notBefore, world.nowMs()) }),
      ...(heightMax !== undefined && { heightPxMax: heightMax }),
    };
    const client = await connect();
    const answer = await client.channels[':channelId']['playback-tokens'].$post({ param: { channelId }, json });
    if (answer.status !== 201) throw await refused(answer);
    const made = await answer.json();
    return { json: made, text: (page) => tokenText(made, page) };
  },
});

const revoke = command({
  name: 'tokens revoke',
  summary: 'take playback tokens back, within ten seconds',
  examples: ['sluice tokens revoke studio --subject order-7', 'sluice tokens revoke studio --all'],
  parameters: z.object({ channel }),
  options: z.object({
    id: value('ID', 'the one with this id', PlaybackTokenId),
    subject: value('NAME', 'those of this subject', PlaybackSubject),
    issuedBefore: value('TIME', `those that were made before: ${MOMENT_WORDS}`, Moment),
    all: flag('all that were made until now'),
  }),
  async run({ connect, world }, { channel: channelId }, { id, subject, issuedBefore, all }) {
    const nowMs = world.nowMs();
    if (id === undefined && subject === undefined && issuedBefore === undefined && !all) {
      throw new UsageError('Which ones? Say --id, --subject, --issued-before or --all.');
    }
    if (all && (id !== undefined || subject !== undefined || issuedBefore !== undefined)) {
      throw new UsageError('--all goes with nothing else.');
    }
    const beforeMs = all ? nowMs : issuedBefore === undefined ? undefined : momentMs(issuedBefore, nowMs);
    const json = {
      ...(id !== undefined && { jti: id }),
      ...(subject !== undefined && { subject }),
      ...(beforeMs !== undefined && { issuedBeforeMs: beforeMs }),
    };
    const client = await connect();
    const answer = await client.channels[':channelId']['playback-revocations'].$post({ param: { channelId }, json });
    if (answer.status !== 200 && answer.status !== 202) throw await refused(answer);
    const revoked = await answer.json();
    const isInForce = answer.status === 200;
    const text = isInForce
      ? 'Revoked. Whoever watches by it is refused within ten seconds.\n'
      : 'Kept, but the edge did not answer: it is told until it has heard. sluice doctor says more.\n';
    return { json: revoked, text: () => text };
  },
});

const revoked = command({
  name: 'tokens revoked',
  summary: 'what is revoked on a channel',
  parameters: z.object({ channel }),
  options: z.object({}),
  async run({ connect }, { channel: channelId }) {
    const client = await connect();
    const answer = await client.channels[':channelId']['playback-revocations'].$get({ param: { channelId } });
    if (answer.status !== 200) throw await refused(answer);
    const { revocations } = await answer.json();
    const rows = revocations.map(({ issuedBeforeMs, jti, subject }): Cell[] => [
      jti === undefined ? (subject === undefined ? 'all' : 'of a subject') : 'one token',
      jti ?? subject ?? '',
      { text: timeText(issuedBeforeMs), tone: 'dim' },
    ]);
    const columns = [{ title: 'WHICH' }, { title: 'NAME', columnsMin: 12 }, { title: 'MADE BEFORE' }];
    const text = (page: Page) =>
      rows.length === 0 ? 'Nothing is revoked that would still be good.\n' : table(columns, rows, page);
    return { json: { revocations }, text };
  },
});

export const PLAYBACK_TOKENS: CommandGroup = {
  name: 'tokens',
  summary: 'playback tokens: who may watch private channels',
  commands: [create, revoke, revoked],
};

function tokenText({ token, jti, notBeforeMs, expiresAtMs, urls }: PlaybackTokenAnswer, page: Page): string {
  const entries = record(
    [
      ['token', { text: token, tone: 'strong' }],
      ['its id', jti],
      ...(notBeforeMs > page.nowMs + 1_000 ? [['good from', timeText(notBeforeMs)] as const] : []),
      ['good until', `${timeText(expiresAtMs)} (${agoText(expiresAtMs, page.nowMs)})`],
      ['watch', urls.watch],
      ['HLS', urls.hls],
      ['DASH', urls.dash],
    ],
    page,
  );
  return `${entries}\nIt is kept nowhere. Whoever has it, or one of the addresses, can watch.\n`;
}
