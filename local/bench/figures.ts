import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ChannelFigures, LatencyProfileName } from '@sluice/contracts';
import { summarisePlayback } from '../src/browser/playback-summary.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { printLine, printTable, seconds } from './table.ts';

/** A page that joins catches up first. */
const SETTLE_MS = 15_000;
/** What figures tell of how watching is, is of the newest two bins. */
const TOLD_OVER_MS = 20_000;
const FIRST_FRAME_MS_MAX = 60_000;
const ROUND_MS = 10_000;

/**
 * `figures [--pages 3] [--rounds 4] [--profile low]`: what `figures.json` tells beside what the pages show: as many viewers as
 * there are pages, and the latency by the clock in the picture, which is the bound: nothing can know it better. The picture
 * is drawn before its publisher sends it, so the difference is that publisher's own delay, and what is wrong with the figure.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      pages: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '4' },
      profile: { type: 'string', default: 'low' },
    },
  });
  await using test = await TestSystem.start({ profile: LatencyProfileName.parse(values.profile) });
  test.publish();
  await untilLive(test.statusUrl);
  const pages: WatchedPage[] = [];
  for (let count = 0; count < Number(values.pages); count += 1) pages.push(await watching(test));
  await sleep(SETTLE_MS + TOLD_OVER_MS);
  const rows: string[][] = [];
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await sleep(ROUND_MS);
    rows.push(await compared(test, pages));
  }
  printLine(`${values.pages} pages, profile ${values.profile}; each row is of the last twenty seconds`);
  printTable(['viewers', 'told p50', 'shown p50', 'told less shown', 'ratio'], rows);
  return 0;
}

async function watching(test: TestSystem): Promise<WatchedPage> {
  const watched = await test.newPage();
  await watched.page.goto(test.watchUrl);
  await watched.probe.until('the picture', ({ frames }) => frames.length > 0, FIRST_FRAME_MS_MAX);
  return watched;
}

async function compared({ channelUrl }: TestSystem, pages: readonly WatchedPage[]): Promise<string[]> {
  const { viewers, experience, atMs } = ChannelFigures.parse(await (await fetch(`${channelUrl}/figures.json`)).json());
  const untilMs = atMs ?? Number.NaN;
  const records = await Promise.all(pages.map(({ probe }) => probe.look()));
  const medians = records.map((record) => {
    const frames = record.frames.filter(({ shownAtMs }) => shownAtMs > untilMs - TOLD_OVER_MS && shownAtMs <= untilMs);
    return summarisePlayback({ ...record, frames }).latencyMs.p50;
  });
  const shownMs = medians.sort((a, b) => a - b)[Math.floor(medians.length / 2)] ?? Number.NaN;
  const toldMs = experience?.latencyMs?.p50 ?? Number.NaN;
  const differenceMs = toldMs - shownMs;
  return [
    String(viewers),
    seconds(toldMs),
    seconds(shownMs),
    `${differenceMs.toFixed(0)} ms`,
    (toldMs / shownMs).toFixed(3),
  ];
}
