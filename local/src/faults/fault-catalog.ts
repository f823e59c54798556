import { setTimeout as sleep } from 'node:timers/promises';
import type { ExtraIngestNode } from '../ingest-nodes.ts';
import { childPids, cpuTicks } from '../process-list.ts';
import type { PublisherOrder } from '../publish/publisher-order.ts';
import { type FaultSource, type FaultStage, LADDER_SOURCE, type PageName, type StageProxies } from './fault-stage.ts';
import type { HttpFault } from './http-fault-proxy.ts';
import type { FaultSpan } from './viewer-view.ts';

/** Something that goes wrong, from outside and on the real parts. */
export interface Fault {
  readonly name: string;
  readonly title: string;
  /** The picture must be back by itself so soon after the fault is over. */
  readonly backMsMax: number;
  /** What is published; `LIGHT_SOURCE` if absent. */
  readonly source?: FaultSource;
  /** Who watches; the usual two if absent. */
  readonly pages?: readonly PageName[];
  /** Makes it happen; resolves when it is over. */
  happen(stage: FaultStage): Promise<FaultSpan>;
}

/** A player has to notice, to load and to show: some parts and a second. */
const BACK_MS_MAX = 10_000;
/** So long a real encoder waits before it connects again. */
const RECONNECT_MS = 2_000;
/** Where somebody must connect anew, and a node may have to wait for the one before it. */
const REJOIN_MS_MAX = 20_000;

function publisherAway(awayMs: number): Fault {
  return {
    name: `away-${awayMs / 1_000}`,
    title: `publisher away ${awayMs / 1_000} s`,
    backMsMax: BACK_MS_MAX,
    happen: async (stage) => {
      const next = await stage.waitingPublisher();
      const fromMs = Date.now();
      await stage.publisher.kill();
      await sleep(awayMs - (Date.now() - fromMs));
      return { fromMs, overMs: await entered(next.enter()) };
    },
  };
}

const publisherFrozen: Fault = {
  name: 'frozen',
  title: 'publisher silent without FIN, reconnects after 2 s',
  backMsMax: BACK_MS_MAX,
  happen: async (stage) => {
    const next = await stage.waitingPublisher();
    const before = stage.publisher;
    const fromMs = Date.now();
    // Stopped, its kernel still acknowledges: the node sees a connection on which nothing comes.
    process.kill(before.pid, 'SIGSTOP');
    await sleep(RECONNECT_MS);
    return { fromMs, overMs: await entered(next.enter()) };
  },
};

function proxied(
  name: string,
  title: string,
  { proxy, fault, lastsMs }: { proxy: keyof StageProxies; fault: HttpFault; lastsMs: number },
): Fault {
  return {
    name,
    title,
    backMsMax: BACK_MS_MAX,
    happen: async ({ proxies }) => {
      const fromMs = Date.now();
      await proxies[proxy].set(fault);
      await sleep(lastsMs);
      await proxies[proxy].set({ kind: 'pass' });
      return { fromMs, overMs: Date.now() };
    },
  };
}

/** Some seconds of a ladder's bytes; twice each, for a part is put alone and in its segment. */
const MEASURE_MS = 5_000;
/** What is left of it has room for all renditions but the highest. */
const THIN_SHARE = 0.5;

const storageThin: Fault = {
  name: 's3-thin',
  title: 'line to storage has room for half of a ladder of three, for 30 s',
  backMsMax: BACK_MS_MAX,
  source: LADDER_SOURCE,
  happen: async ({ proxies: { storage } }) => {
    const before = storage.bodyBytes;
    await sleep(MEASURE_MS);
    const bytesPerS = ((storage.bodyBytes - before) / MEASURE_MS) * 1_000;
    const fromMs = Date.now();
    await storage.set({ kind: 'thin', bytesPerS: bytesPerS * THIN_SHARE });
    await sleep(30_000);
    await storage.set({ kind: 'pass' });
    return { fromMs, overMs: Date.now() };
  },
};

/** Of a 720p ladder it carries the smallest picture with ease, and not the largest. */
const THIN_LINE_BPS = 1_200_000;

const viewerThin: Fault = {
  name: 'viewer-thin',
  title: `every viewer's line carries ${THIN_LINE_BPS / 1_000_000} Mbit/s for 30 s`,
  backMsMax: BACK_MS_MAX,
  source: LADDER_SOURCE,
  happen: async ({ pages }) => {
    const lines = await Promise.all(
      [...pages.values()].map(async ({ page }) => await page.context().newCDPSession(page)),
    );
    const carry = async (bytesPerS: number) => {
      const conditions = { offline: false, latency: 0, downloadThroughput: bytesPerS, uploadThroughput: -1 };
      await Promise.all(lines.map((line) => line.send('Network.emulateNetworkConditions', conditions)));
    };
    const fromMs = Date.now();
    await carry(THIN_LINE_BPS / 8);
    await sleep(30_000);
    await carry(-1);
    return { fromMs, overMs: Date.now() };
  },
};

function misbehaving(name: string, title: string, orders: readonly PublisherOrder[]): Fault {
  return {
    name,
    title,
    backMsMax: BACK_MS_MAX,
    happen: async ({ publisher }) => {
      const fromMs = Date.now();
      for (const order of orders) publisher.order(order);
      await sleep(Math.max(...orders.map((order) => (order.order === 'flood' ? order.ms : 0))));
      return { fromMs, overMs: Date.now() };
    },
  };
}

const HOUR_MS = 3_600_000;

const controlAwayReconnect: Fault = {
  name: 'control-refuses-reconnect',
  title: 'control API away 15 s; the publisher drops and tries again every 2 s',
  backMsMax: BACK_MS_MAX,
  happen: async (stage) => {
    const fromMs = Date.now();
    await stage.proxies.control.set({ kind: 'refuse' });
    const back = sleep(15_000).then(() => stage.proxies.control.set({ kind: 'pass' }));
    await stage.publisher.kill();
    for (;;) {
      await sleep(RECONNECT_MS);
      const overMs = await (await stage.waitingPublisher()).enter();
      if (overMs === undefined) continue;
      await back;
      return { fromMs, overMs };
    }
  },
};

const objectReset: Fault = {
  name: 'object-reset',
  title: "channel's object reset while viewers wait",
  backMsMax: BACK_MS_MAX,
  happen: async ({ test }) => {
    const fromMs = Date.now();
    await test.system.edge.resetChannel(test.system.channelId);
    return { fromMs, overMs: Date.now() };
  },
};

const relayReset: Fault = {
  name: 'relay-reset',
  title: 'relay reset while viewers wait at it',
  backMsMax: BACK_MS_MAX,
  happen: async ({ test }) => {
    const fromMs = Date.now();
    await test.system.edge.resetRelays(test.system.channelId);
    return { fromMs, overMs: Date.now() };
  },
};

const edgeRestart: Fault = {
  name: 'edge-restart',
  title: 'edge (and bucket) restarted',
  backMsMax: BACK_MS_MAX,
  happen: async ({ test }) => {
    const fromMs = Date.now();
    await test.system.edge.restart();
    return { fromMs, overMs: Date.now() };
  },
};

const transcoderKilled: Fault = {
  name: 'transcoder-killed',
  title: 'transcoder SIGKILL',
  backMsMax: BACK_MS_MAX,
  happen: async (stage) => {
    const next = await stage.waitingPublisher();
    const before = stage.publisher;
    const fromMs = Date.now();
    process.kill(await busiestChild(stage.test.system.ingestPid), 'SIGKILL');
    // A node that restarts it keeps the publisher; one that does not sends it away, and it connects again.
    const isSentAway = await Promise.race([before.ended.then(() => true), sleep(RECONNECT_MS).then(() => false)]);
    if (!isSentAway) return { fromMs, overMs: fromMs };
    await sleep(RECONNECT_MS);
    return { fromMs, overMs: await entered(next.enter()) };
  },
};

function nodeLost(
  name: string,
  title: string,
  { signal, reconnectMs = RECONNECT_MS }: { readonly signal: 'SIGKILL' | 'SIGTERM'; readonly reconnectMs?: number },
): Fault {
  return {
    name,
    title,
    backMsMax: REJOIN_MS_MAX,
    happen: async (stage) => await loseNode(stage, { signal, reconnectMs, second: await stage.anotherNode() }),
  };
}

interface NodeLoss {
  readonly signal: 'SIGKILL' | 'SIGTERM';
  readonly second: ExtraIngestNode;
  readonly reconnectMs?: number;
}

async function loseNode(
  stage: FaultStage,
  { signal, second, reconnectMs = RECONNECT_MS }: NodeLoss,
): Promise<FaultSpan> {
  const next = await stage.waitingPublisher(Number(new URL(second.rtmpUrl).port));
  const before = stage.publisher;
  const fromMs = Date.now();
  process.kill(stage.test.system.ingestPid, signal);
  await before.ended;
  await sleep(reconnectMs);
  return { fromMs, overMs: await entered(next.enter()) };
}

const nodeKilledOtherEncoder: Fault = {
  name: 'node-killed-other-encoder',
  title: 'ingest node SIGKILL, the second one is of a build that needs other init segments',
  backMsMax: REJOIN_MS_MAX,
  pages: ['watch', 'bare', 'shaka'],
  happen: async (stage) => await loseNode(stage, { signal: 'SIGKILL', second: await stage.anotherBuild() }),
};

/** What the machine alone does to the two pages: other rows are read beside this one. */
const nothing: Fault = {
  name: 'nothing',
  title: 'nothing, for comparison',
  backMsMax: BACK_MS_MAX,
  happen: async () => {
    const fromMs = Date.now();
    await sleep(5_000);
    return { fromMs, overMs: Date.now() };
  },
};

/** Everything that is injected, in the order of issue 3. */
export const FAULTS: readonly Fault[] = [
  nothing,
  publisherAway(1_000),
  publisherAway(5_000),
  publisherAway(50_000),
  publisherFrozen,
  misbehaving('wild', "one packet's time is ten hours wrong", [{ order: 'wild', ms: 10 * HOUR_MS }]),
  misbehaving('forward', 'times jump an hour forward', [{ order: 'jump', ms: HOUR_MS }]),
  misbehaving('backward', 'times jump ten seconds back', [{ order: 'jump', ms: -10_000 }]),
  misbehaving('flood', 'publisher floods for 10 s', [{ order: 'flood', ms: 10_000 }]),
  proxied('s3-503', 'every PUT answers 503 for 5 s', {
    proxy: 'storage',
    fault: { kind: 'status', status: 503 },
    lastsMs: 5_000,
  }),
  proxied('s3-slow', 'every PUT takes 1.5 s longer for 20 s', {
    proxy: 'storage',
    fault: { kind: 'delay', delayMs: 1_500 },
    lastsMs: 20_000,
  }),
  proxied('s3-away', 'storage refuses connections for 30 s', {
    proxy: 'storage',
    fault: { kind: 'refuse' },
    lastsMs: 30_000,
  }),
  proxied('s3-hangs', 'storage takes every PUT and answers none for 15 s', {
    proxy: 'storage',
    fault: { kind: 'hang' },
    lastsMs: 15_000,
  }),
  storageThin,
  viewerThin,
  proxied('edge-away', 'edge unreachable for the node for 30 s', {
    proxy: 'edge',
    fault: { kind: 'refuse' },
    lastsMs: 30_000,
  }),
  proxied('edge-cuts', 'answers of the edge to the node break in the middle for 10 s', {
    proxy: 'edge',
    fault: { kind: 'cut' },
    lastsMs: 10_000,
  }),
  proxied('control-away', 'control API unreachable for 60 s', {
    proxy: 'control',
    fault: { kind: 'refuse' },
    lastsMs: 60_000,
  }),
  controlAwayReconnect,
  objectReset,
  relayReset,
  edgeRestart,
  transcoderKilled,
  nodeLost('node-killed', 'ingest node SIGKILL, publisher goes to a second one', { signal: 'SIGKILL' }),
  nodeLost('node-killed-12', 'the same, but the publisher is there after 12 s', {
    signal: 'SIGKILL',
    reconnectMs: 12_000,
  }),
  nodeKilledOtherEncoder,
  nodeLost('node-drains', 'ingest node SIGTERM, publisher goes to a second one', { signal: 'SIGTERM' }),
];

async function entered(entering: Promise<number | undefined>): Promise<number> {
  const atMs = await entering;
  if (atMs === undefined) throw new Error('the publisher was not let in');
  return atMs;
}

/** The transcoder of the broadcast; the other one is loaded and waits. */
async function busiestChild(pid: number): Promise<number> {
  const children = await Promise.all(
    (await childPids(pid)).map(async (child) => ({ child, ticks: await cpuTicks(child) })),
  );
  const busiest = children.toSorted((a, b) => b.ticks - a.ticks)[0];
  if (busiest === undefined) throw new Error('the node has no child');
  return busiest.child;
}
