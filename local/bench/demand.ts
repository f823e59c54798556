import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BARE_PLAYERS, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import { chooseHeight } from '../src/browser/choose-height.ts';
import { listedPictures } from '../src/browser/listed-pictures.ts';
import { summarisePlayback } from '../src/browser/playback-summary.ts';
import { VIDEO_ELEMENT } from '../src/browser/video-element.ts';
import { makeChannel } from '../src/local-channels.ts';
import { childPids, cpuTicks } from '../src/process-list.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { printLine, printTable, seconds } from './table.ts';

const CHANNEL_ID = 'on-demand';
/** Soon, for nobody wants to wait for a benchmark; so much longer than the edge's own word takes. */
const REST = { restAfterS: 2, idleAfterS: 20 };
const SAMPLE_MS = 15_000;
const SEEN_MS_MAX = 60_000;
const LOOK_EVERY_MS = 200;
const TICKS_PER_S = 100;
const FRAMES = 30;

/**
 * `demand [--profile low] [--rounds 2] [--players hls,shaka,…]`: what a channel on demand spares while only its smallest
 * picture is watched, and how long each player waits for the largest, which rests: from the choice to its first picture.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      profile: { type: 'string', default: 'low' },
      rounds: { type: 'string', default: '2' },
      players: { type: 'string', default: BARE_PLAYERS.join() },
    },
  });
  const profile = values.profile as 'low' | 'ultra';
  await using test = await TestSystem.start({ rest: REST, profile });
  const bare = await serveBarePages();
  try {
    const key = await makeChannel(test.system, { channelId: CHANNEL_ID, profile, onDemand: true });
    await test.publish({ widthPx: 1_280, heightPx: 720, videoBitrateBps: 3_000_000 }, key).publishing;
    const stage = { test, bare, channelUrl: `${test.system.edgeUrl}/live/${CHANNEL_ID}` };
    await untilLive(`${stage.channelUrl}/status.json`);
    await reportSpared(stage);
    printLine('  From the choice of the largest picture, which is not encoded (or, every second time, not stored):');
    const rows: string[][] = [];
    for (const player of values.players.split(',') as BarePlayer[]) {
      rows.push(await wakeRow(stage, player, Number(values.rounds)));
      printLine(`  ${rows.at(-1)?.join('  ')}`);
    }
    printTable(['player', 'its first one after', 'stalls', 'longest freeze', 'refused', 'buffered ranges'], rows);
  } finally {
    await bare.close();
  }
  return 0;
}

interface Stage {
  readonly test: TestSystem;
  readonly bare: Awaited<ReturnType<typeof serveBarePages>>;
  readonly channelUrl: string;
}

async function reportSpared({ test, channelUrl }: Stage): Promise<void> {
  const { ingestPid, metricsUrl } = test.system;
  const small = await heights(channelUrl);
  // Somebody who plays the smallest, and nothing else: a reload of its playlist now and then.
  const watching = setInterval(() => void fetch(small.playlistUrl), 2_000);
  const rows: string[][] = [];
  let first: { readonly bytes: number; readonly ticks: number } | undefined;
  for (const [name, from, count] of [
    ['all are made', 'storage', 0],
    ['not stored', 'storage', small.count - 1],
    ['nor encoded', 'encoding', small.count - 1],
  ] as const) {
    await untilResting(metricsUrl, from, count);
    const before = await spent(ingestPid, metricsUrl);
    await sleep(SAMPLE_MS);
    const after = await spent(ingestPid, metricsUrl);
    const now = { bytes: after.bytes - before.bytes, ticks: after.ticks - before.ticks };
    first ??= now;
    const mbps = (now.bytes * 8) / SAMPLE_MS / 1_000;
    const cpus = (now.ticks / TICKS_PER_S / SAMPLE_MS) * 1_000;
    rows.push([
      name,
      `${mbps.toFixed(2)} Mbit/s`,
      (now.bytes / first.bytes).toFixed(2),
      `${cpus.toFixed(2)} CPUs`,
      (now.ticks / first.ticks).toFixed(2),
    ]);
  }
  clearInterval(watching);
  printTable([`${small.count} pictures`, 'put', '', 'transcoder', ''], rows);
}

async function wakeRow({ test, bare, channelUrl }: Stage, player: BarePlayer, rounds: number): Promise<string[]> {
  const { metricsUrl } = test.system;
  const { largestPx, smallestPx, count } = await heights(channelUrl);
  const watched = await test.newPage();
  await watched.page.goto(bare.url(player, channelUrl));
  await untilHeight(watched, undefined);
  const afterMs: number[] = [];
  let [stalls, freezeMs] = [0, 0];
  for (let round = 0; round < rounds; round += 1) {
    await chooseHeight(watched.page, smallestPx);
    await untilHeight(watched, smallestPx);
    await untilResting(metricsUrl, round % 2 === 0 ? 'encoding' : 'storage', count - 1);
    await watched.probe.forget();
    const chosenAtMs = Date.now();
    await chooseHeight(watched.page, largestPx);
    const seen = await untilHeight(watched, largestPx);
    const summary = summarisePlayback(seen);
    stalls += summary.stalls;
    freezeMs = Math.max(freezeMs, summary.longestFreezeMs);
    const firstShownAtMs = seen.frames.find(({ heightPx }) => heightPx === largestPx)?.shownAtMs ?? Number.NaN;
    afterMs.push(firstShownAtMs - chosenAtMs);
  }
  const ranges = await watched.page.evaluate(`${VIDEO_ELEMENT}.buffered.length`);
  const { failed } = watched.requests;
  await watched.close();
  return [
    player,
    afterMs.map(seconds).join(' '),
    String(stalls),
    seconds(freezeMs),
    failed.slice(0, 2).join(' ') || '0',
    String(ranges),
  ];
}

/** Pictures of a height, or of any, up to the end of what was seen. */
async function untilHeight({ probe }: WatchedPage, heightPx: number | undefined) {
  return await probe.until(
    `pictures of ${heightPx ?? 'any'} lines`,
    ({ frames }) => {
      const last = frames.slice(-FRAMES);
      return last.length === FRAMES && last.every((frame) => heightPx === undefined || frame.heightPx === heightPx);
    },
    SEEN_MS_MAX,
  );
}

async function heights(channelUrl: string) {
  const pictures = await listedPictures(channelUrl);
  const [smallest, largest] = [pictures[0], pictures.at(-1)];
  if (smallest === undefined || largest === undefined) throw new Error('no picture is listed');
  return {
    count: pictures.length,
    smallestPx: smallest.heightPx,
    largestPx: largest.heightPx,
    playlistUrl: smallest.playlistUrl,
  };
}

async function untilResting(metricsUrl: string, from: 'storage' | 'encoding', count: number): Promise<void> {
  while ((await metric(metricsUrl, `sluice_ingest_renditions_resting{from="${from}"}`)) < count) {
    await sleep(LOOK_EVERY_MS);
  }
}

/** What was put so far, and what the transcoder's process has computed. */
async function spent(ingestPid: number, metricsUrl: string): Promise<{ bytes: number; ticks: number }> {
  const ticks = await Promise.all((await childPids(ingestPid)).map(cpuTicks));
  return {
    bytes: await metric(metricsUrl, 'sluice_ingest_stored_bytes_total'),
    ticks: ticks.reduce((sum, each) => sum + each, 0),
  };
}

async function metric(metricsUrl: string, name: string): Promise<number> {
  const lines = (await (await fetch(metricsUrl)).text()).split('\n');
  return Number(
    lines
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}
