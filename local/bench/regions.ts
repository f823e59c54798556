import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { spreadOf } from '../src/browser/playback-summary.ts';
import { FaultStage, PAGE_NAMES, type PageName } from '../src/faults/fault-stage.ts';
import { isBack, type ViewerView, viewerView } from '../src/faults/viewer-view.ts';
import { metricSum } from '../src/metrics.ts';
import { freePorts } from '../src/ports.ts';
import type { Region } from '../src/regions/region.ts';
import { LOCAL_HEALTH_CHECK, noticedAfterMs } from '../src/regions/region-health.ts';
import { ALIAS_TTL_MS, CLOSEST_NLB_CHECK, OBS_RETRIES, returnsAfterMs } from '../src/regions/return-time.ts';
import { printLine, printTable, seconds } from './table.ts';

/** So long OBS waits before its first try. */
const RECONNECT_MS = OBS_RETRIES.firstMs;
/** Pages catch up first. */
const SETTLE_MS = 8_000;
/** A picture that stands again a little later counts, too. */
const AFTER_MS = 5_000;
const BACK_MS_MAX = 60_000;
const LOOK_EVERY_MS = 100;

/** What became of one kill. */
interface Kill {
  /** From the kill to the server's yes. */
  readonly letInMs: number;
  /** From the connection that was let in to that yes: the key, and the lease. */
  readonly leaseMs: number;
  readonly views: ReadonlyMap<PageName, ViewerView>;
}

/**
 * `regions [--times 6]`: kills the region in which the publisher is, over and over, while our page and a bare hls.js
 * watch, and prints how long their pictures stood. 1 when the broadcast did not go on.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...words], options: { times: { type: 'string', default: '6' } } });
  const times = z.coerce.number().int().min(1).max(1_000).parse(values.times);
  const ports = [await freePorts(), await freePorts()];
  await using stage = await FaultStage.start({ regions: { ports }, reconnectAfterMs: RECONNECT_MS });
  await stage.goLive();
  await stage.watch(PAGE_NAMES);
  printLine(`Profile low, 360p30 over RTMP, two regions; the encoder tries again every ${RECONNECT_MS / 1_000} s.`);
  const kills: Kill[] = [];
  for (let time = 1; time <= times; time += 1) {
    await sleep(SETTLE_MS);
    const kill = await killOne(stage);
    kills.push(kill);
    printLine(`  ${time}: let in after ${seconds(kill.letInMs)}; ${[...kill.views].map(viewWords).join(', ')}`);
  }
  report(kills, stage);
  return stage.witness.broadcastIds.length === 1 ? 0 : 1;
}

async function killOne(stage: FaultStage): Promise<Kill> {
  const region = await regionOfPublisher(stage.test.system.regions);
  const comesBack = stage.publisher.comesBack();
  const fromMs = Date.now();
  await region.kill();
  const back = await comesBack;
  if (back === undefined) throw new Error('the publisher did not come back');
  const overMs = back.publishingAtMs;
  for (const [name, { probe }] of stage.pages) {
    await probe.until(`the picture on the ${name} page`, (record) => isBack(record, overMs), BACK_MS_MAX);
  }
  await sleep(AFTER_MS);
  const untilMs = Date.now();
  const records = await stage.look();
  const views = [...records].map(([name, record]) => [name, viewerView(record, { fromMs, overMs }, untilMs)] as const);
  for (const { probe } of stage.pages.values()) await probe.forget();
  await region.start();
  while (region.state !== 'healthy') await sleep(LOOK_EVERY_MS);
  return { letInMs: overMs - fromMs, leaseMs: overMs - back.connectingAtMs, views: new Map(views) };
}

async function regionOfPublisher(regions: readonly Region[]): Promise<Region> {
  for (const region of regions) {
    if ((await metricSum(region.metricsUrl, 'sluice_ingest_broadcasts')) > 0) return region;
  }
  throw new Error('the publisher is in no region');
}

function viewWords([name, { stoodMs, clockStoodMs }]: readonly [PageName, ViewerView]): string {
  return `${name} stood ${seconds(stoodMs)}, its clock ${seconds(clockStoodMs)}`;
}

function report(kills: readonly Kill[], { witness, pages }: FaultStage): void {
  const row = (what: string, valuesMs: readonly number[]) => [
    what,
    seconds(spreadOf(valuesMs).p50),
    seconds(Math.max(...valuesMs)),
  ];
  const leases = kills.map(({ leaseMs }) => leaseMs);
  const seen = (name: PageName, what: 'stoodMs' | 'clockStoodMs') =>
    kills.map(({ views }) => views.get(name)?.[what] ?? Number.NaN);
  printTable(
    ['', 'p50', 'max'],
    [
      // A picture that is shown again is none that stands: encoders fill the time with the last one that they had.
      ...[...pages.keys()].flatMap((name) => [
        row(`no picture at all, ${name}`, seen(name, 'stoodMs')),
        row(`nothing new in it, ${name}`, seen(name, 'clockStoodMs')),
      ]),
      row(
        'from the kill to the yes of the other region',
        kills.map(({ letInMs }) => letInMs),
      ),
      row('of it the key and the lease', leases),
    ],
  );
  const kinds = ['discontinuity', 'gap part', 'gap segment', 'end'].map((kind) => `${kind} x${witness.count(kind)}`);
  printLine(`  ${kills.length} kills, ${witness.broadcastIds.length} broadcast; playlists showed: ${kinds.join(', ')}`);
  printLine(`  load ${loadavg()[0]?.toFixed(1)}`);
  const steady = { firstMs: RECONNECT_MS, factor: 1 };
  const boundMs = returnsAfterMs(steady, LOCAL_HEALTH_CHECK, 0);
  printLine(
    `Bound of the yes: noticed after ${seconds(noticedAfterMs(LOCAL_HEALTH_CHECK))} at the latest, the try after that ${seconds(boundMs)}, and the lease: ${seconds(boundMs + Math.max(...leases))}.`,
  );
  const [forgottenMs, rememberedMs] = [0, ALIAS_TTL_MS].map((ttlMs) =>
    returnsAfterMs(OBS_RETRIES, CLOSEST_NLB_CHECK, ttlMs),
  );
  printLine(
    `By AWS' own figures, with OBS: its try after ${seconds(forgottenMs)}, or at the worst, where a resolver keeps the name for its 60 s, ${seconds(rememberedMs)}. The edge ends a broadcast of which it has heard nothing for 70 s.`,
  );
}
