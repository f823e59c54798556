import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { LatencyProfileName, mediaGrid } from '@sluice/contracts';
import { BARE_PLAYERS, type BarePages, type BarePlayer, serveBarePages } from '../src/browser/bare-page.ts';
import { chooseHeight } from '../src/browser/choose-height.ts';
import { listedPictures } from '../src/browser/listed-pictures.ts';
import { isOurPage, OUR_PAGES, type OurPage, ourPageUrl } from '../src/browser/our-page.ts';
import { type PlaybackSummary, spreadOf, summarisePlayback } from '../src/browser/playback-summary.ts';
import { TestSystem, type WatchedPage } from '../src/test-system.ts';
import { untilLive } from '../src/until-live.ts';
import { printLine, printTable, seconds } from './table.ts';

/** The test publisher's. */
const FPS = 30;
const SETTLE_MS = 8_000;
/** So much is looked at after the first picture of the new quality: what a player left out shows by then. */
const AFTER_MS = 1_500;
const SEEN_MS_MAX = 20_000;
/** A picture that stands for less is one that a slow machine shows late. */
const FREEZE_MS = 250;
/** Fractions of a segment at which changes are made: each next one is far from those before. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

type PageName = OurPage | BarePlayer;
const PAGES: readonly PageName[] = [...OUR_PAGES, ...BARE_PLAYERS];

/** One change of quality, as a viewer saw it. */
interface Switch {
  /** From the choice to the first picture of the new height; absent when it did not come. */
  readonly tookMs: number | undefined;
  readonly summary: PlaybackSummary;
}

/**
 * `switches [--profile low] [--changes 20] [--pages watch,hls,…]`: changes the quality down and up in one player after
 * the other, at all times within a segment, and prints how long the picture stood, what it left out and how long the
 * change took. 1 when a player did not go on.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      profile: { type: 'string', default: 'low' },
      changes: { type: 'string', default: '20' },
      pages: { type: 'string', default: PAGES.join() },
    },
  });
  const profile = LatencyProfileName.parse(values.profile);
  const asked = values.pages.split(',');
  const pages = PAGES.filter((page) => asked.includes(page));
  if (pages.length < asked.length) {
    printLine(`--pages takes ${PAGES.join(', ')}, with commas between.`);
    return 1;
  }
  await using test = await TestSystem.start({ profile });
  const bare = await serveBarePages();
  try {
    await test.publish().publishing;
    await untilLive(test.statusUrl);
    const segmentMs = (mediaGrid(profile, { num: FPS, den: 1 }).framesPerSegment / FPS) * 1_000;
    printLine(`Profile ${profile}, 720p30 over RTMP, ${values.changes} changes a page, Chromium, one machine.`);
    const rows: string[][] = [];
    let allWentOn = true;
    for (const name of pages) {
      const watched = await open({ test, bare }, name);
      const switches = await changeQuality(watched, { test, count: Number(values.changes), segmentMs });
      rows.push(cells(name, switches, watched));
      printLine(`  ${rows.at(-1)?.join('  ')}`);
      allWentOn &&= switches.every(({ tookMs }) => tookMs !== undefined);
      await watched.close();
    }
    printTable(HEADING, rows);
    return allWentOn ? 0 : 1;
  } finally {
    await bare.close();
  }
}

const HEADING = ['page', 'came', 'took p50', 'max', 'stood > 0.25 s', 'longest', 'left out', 'stalls', 'refused'];

interface Stage {
  readonly test: TestSystem;
  readonly bare: BarePages;
}

async function open({ test, bare }: Stage, name: PageName): Promise<WatchedPage> {
  const watched = await test.newPage();
  await watched.page.goto(isOurPage(name) ? ourPageUrl(name, test.watchUrl) : bare.url(name, test.channelUrl));
  await watched.probe.until('a first picture', ({ frames }) => frames.length > 0, SEEN_MS_MAX);
  await sleep(SETTLE_MS);
  watched.requests.reset();
  return watched;
}

async function changeQuality(
  watched: WatchedPage,
  { test, count, segmentMs }: { test: TestSystem; count: number; segmentMs: number },
): Promise<Switch[]> {
  const { page, probe } = watched;
  const heights = (await listedPictures(test.channelUrl)).map((picture) => picture.heightPx);
  const order = [heights[0], heights.at(-1), heights[1], heights.at(-1)];
  const switches: Switch[] = [];
  for (let index = 0; index < count; index += 1) {
    const heightPx = order[index % order.length];
    if (heightPx === undefined) throw new Error('no picture is listed');
    await sleep(((index * GOLDEN_RATIO) % 1) * segmentMs);
    await probe.forget();
    const chosenAtMs = Date.now();
    await chooseHeight(page, heightPx);
    const isSeen = probe.until('it', ({ frames }) => frames.at(-1)?.heightPx === heightPx, SEEN_MS_MAX);
    await isSeen.catch(() => undefined);
    await sleep(AFTER_MS);
    const record = await probe.look();
    const first = record.frames.find((frame) => frame.heightPx === heightPx);
    switches.push({ tookMs: first && first.shownAtMs - chosenAtMs, summary: summarisePlayback(record) });
  }
  return switches;
}

function cells(name: PageName, switches: readonly Switch[], { requests }: WatchedPage): string[] {
  const took = spreadOf(switches.flatMap(({ tookMs }) => tookMs ?? []));
  const freezesMs = switches.map(({ summary }) => summary.longestFreezeMs);
  const leftOut = switches.map(({ summary }) => summary.skippedFrames);
  return [
    name,
    `${took.count} of ${switches.length}`,
    seconds(took.p50),
    seconds(took.max),
    String(freezesMs.filter((freezeMs) => freezeMs > FREEZE_MS).length),
    seconds(Math.max(...freezesMs)),
    `${Math.max(...leftOut)} pictures`,
    String(switches.reduce((sum, { summary }) => sum + summary.stalls, 0)),
    requests.failed.slice(0, 2).join(' ') || '0',
  ];
}
