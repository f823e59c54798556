import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChannelAudience, ChannelStatus } from '@sluice/contracts';
import { CountedViewer } from '../src/edge-load/counted-viewer.ts';
import { TestSystem } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { printLine, printTable } from './table.ts';

/** What the count promises (docs/adr/0028): it is about ten seconds that ended nine seconds ago. */
const SETTLE_MS = 26_000;
const READINGS = 10;
const READING_EVERY_MS = 1_000;
const SHARE_MAX = 0.05;

/** `viewers [--count 40]`: how many watch, as the edge counts them, beside how many do. */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { count: { type: 'string', default: '40' } } });
  const count = Number(values.count);
  await using test = await TestSystem.start({ profile: 'low' });
  // The lowest of its ladder is never shed, however busy this machine is.
  await test.publish({ heightPx: 180 }).publishing;
  await untilLive(test.statusUrl);
  const { broadcast } = ChannelStatus.parse(await (await fetch(test.statusUrl)).json());
  if (broadcast === null) throw new Error('nobody is live');
  const broadcastUrl = `${test.channelUrl}/${broadcast.broadcastId}`;
  const crowd: CountedViewer[] = [];
  const broken: string[] = [];
  const join = (by: 'parts' | 'segments') => {
    const viewer = new CountedViewer({ broadcastUrl, renditions: ['v90', 'a128'], by });
    viewer.play().catch((error: Error) => broken.push(error.message));
    crowd.push(viewer);
  };
  const rows: string[][] = [];
  let worst = 0;
  const read = async (what: string) => {
    await sleep(SETTLE_MS);
    for (let reading = 0; reading < READINGS; reading += 1) {
      const { viewers } = ChannelAudience.parse(await (await fetch(`${test.channelUrl}/viewers.json`)).json());
      const share = Math.abs(viewers - crowd.length) / Math.max(1, crowd.length);
      worst = Math.max(worst, share);
      rows.push([what, String(crowd.length), String(viewers), `${(share * 100).toFixed(1)} %`]);
      await sleep(READING_EVERY_MS);
    }
  };
  for (let index = 0; index < count; index += 1) join(index % 4 === 0 ? 'parts' : 'segments');
  await read('all are there');
  for (const viewer of crowd.splice(0, count / 2)) viewer.leave();
  await read('half have left');
  for (const viewer of crowd.splice(0)) viewer.leave();
  printTable(['', 'watch', 'counted', 'off by'], rows);
  printLine(
    `worst: ${(worst * 100).toFixed(1)} %; players that broke: ${broken.length}${broken.length > 0 ? `, the first: ${broken[0]}` : ''}`,
  );
  return worst <= SHARE_MAX && broken.length === 0 ? 0 : 1;
}
