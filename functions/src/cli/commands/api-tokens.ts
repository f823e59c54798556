import { z } from 'zod';
import { type ApiToken, ApiTokenId } from '../../access/api-token.ts';
import { SCOPES, Scope } from '../../access/scope.ts';
import { command } from '../command.ts';
import { confirm } from '../confirm.ts';
import type { CommandGroup } from '../help.ts';
import { duration, flag, listOf, needed, value } from '../options.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { agoText, timeText } from '../text/quantities.ts';
import { record } from '../text/record.ts';
import { type Cell, table } from '../text/table.ts';

/** `all`, or some: `channels:read,clips:write`. */
const Scopes = z.union([z.literal('all').transform(() => [...SCOPES]), listOf(z.string().pipe(Scope))]);

const list = command({
  name: 'api-tokens list',
  summary: 'the API tokens, without the tokens themselves',
  parameters: z.object({}),
  options: z.object({}),
  async run({ connect }) {
    const client = await connect();
    const answer = await client['api-tokens'].$get();
    if (answer.status !== 200) throw await refused(answer);
    const { apiTokens } = await answer.json();
    return { json: { apiTokens }, text: (page) => listText(apiTokens, page) };
  },
});

const create = command({
  name: 'api-tokens create',
  summary: 'make an API token',
  details: `It is shown this once. It can do no more than the token that makes it. Scopes: ${SCOPES.join(', ')}.`,
  examples: ['sluice api-tokens create "the web shop" --scopes playback:write --expires 365d'],
  parameters: z.object({ name: needed('NAME', 'what it is for', z.string().trim().min(1).max(80)) }),
  options: z.object({
    scopes: needed('LIST', 'what it may do: channels:read,clips:write, or all', Scopes),
    expires: value('TIME', 'when it ends, from now: 90d; a number is days (it does not end)', duration('d')),
  }),
  async run({ connect, world }, { name }, { scopes, expires }) {
    const expiresAtMs = expires === undefined ? null : world.nowMs() + expires;
    const client = await connect();
    const answer = await client['api-tokens'].$post({ json: { name, scopes, expiresAtMs } });
    if (answer.status !== 201) throw await refused(answer);
    const made = await answer.json();
    return { json: made, text: (page) => madeText(made, page) };
  },
});

const remove = command({
  name: 'api-tokens delete',
  summary: 'delete an API token: it opens nothing from the next request on',
  parameters: z.object({ token: needed('ID', 'the id of an API token (not the token itself)', ApiTokenId) }),
  options: z.object({ yes: flag('do not ask') }),
  async run(context, { token: tokenId }, { yes }) {
    const sentence = `The API token ${tokenId} opens nothing any more.`;
    await confirm(context, { sentence, name: tokenId, isConfirmed: yes });
    const client = await context.connect();
    const answer = await client['api-tokens'][':tokenId'].$delete({ param: { tokenId } });
    if (!answer.ok) throw await refused(answer);
    return { json: { tokenId, isDeleted: true }, text: () => `API token ${tokenId} is deleted.\n` };
  },
});

export const API_TOKENS: CommandGroup = {
  name: 'api-tokens',
  summary: 'tokens for programs that call the control API',
  commands: [list, create, remove],
};

function listText(tokens: readonly ApiToken[], page: Page): string {
  if (tokens.length === 0) return 'There is no API token. sluice api-tokens create makes one.\n';
  const columns = [
    { title: 'ID' },
    { title: 'NAME', columnsMin: 10 },
    { title: 'EXPIRES' },
    { title: 'SCOPES', columnsMin: 12 },
  ];
  const rows = tokens.map(({ tokenId, name, scopes, expiresAtMs }): Cell[] => [
    tokenId,
    { text: name, tone: 'strong' },
    expiryCell(expiresAtMs, page.nowMs),
    scopes.length === SCOPES.length ? 'all' : scopes.join(' '),
  ]);
  return table(columns, rows, page);
}

function expiryCell(expiresAtMs: number | null, nowMs: number): Cell {
  if (expiresAtMs === null) return { text: 'never', tone: 'dim' };
  return { text: agoText(expiresAtMs, nowMs), tone: expiresAtMs <= nowMs ? 'bad' : 'plain' };
}

function madeText(
  { apiToken, tokenId, name, scopes, expiresAtMs }: ApiToken & { readonly apiToken: string },
  page: Page,
) {
  const entries = record(
    [
      ['API token', { text: apiToken, tone: 'strong' }],
      ['its id', tokenId],
      ['for', name],
      ['scopes', scopes.join(' ')],
      ['expires', expiresAtMs === null ? 'never' : timeText(expiresAtMs)],
    ],
    page,
  );
  return `${entries}\nIt is shown this once. Programs have it in SLUICE_TOKEN.\n`;
}
