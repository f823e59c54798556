import { z } from 'zod';
import { RegionName } from '../../ingest-regions/ingest-service.ts';
import type { RegionState } from '../../ingest-regions/region-waker.ts';
import { command } from '../command.ts';
import type { CommandGroup } from '../help.ts';
import { value } from '../options.ts';
import { refused } from '../refused.ts';
import type { Page } from '../text/page.ts';
import { type Cell, table } from '../text/table.ts';

const WORDS: Readonly<Record<RegionState, Cell>> = {
  running: { text: 'encoders can connect', tone: 'good' },
  waking: { text: 'is being woken: in a minute or two', tone: 'warn' },
  unreachable: { text: 'AWS did not wake it', tone: 'bad' },
};

const wake = command({
  name: 'wake',
  summary: 'have ingest nodes where there are none while nobody streams',
  details: 'What is awake stays as it is. Ask again to see how far it is.',
  examples: ['sluice wake', 'sluice wake --region eu-west-1'],
  parameters: z.object({}),
  options: z.object({ region: value('REGION', 'this one only (all of the deployment)', RegionName) }),
  async run({ connect }, _, { region }) {
    const client = await connect();
    const query = region === undefined ? {} : { region };
    const answer = await client['ingest-regions'].wake.$post({ query });
    if (answer.status !== 202) throw await refused(answer);
    const json = await answer.json();
    const isWell = json.regions.every(({ state }) => state !== 'unreachable');
    return { json, text: (page) => wakeText(json.regions, page), exitCode: isWell ? 0 : 1 };
  },
});

export const WAKE: CommandGroup = { name: 'wake', summary: wake.summary, commands: [wake] };

function wakeText(regions: readonly { readonly region: string; readonly state: RegionState }[], page: Page): string {
  const rows = regions.map(({ region, state }): Cell[] => [region, WORDS[state]]);
  return table([{ title: 'REGION' }, { title: 'STATE' }], rows, page);
}
