import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { KillListener, SegmentWitness, wholeSegments } from '../src/kills/kill-witness.ts';
import { MortalSystem } from '../src/kills/mortal-system.ts';
import { type PublisherProcess, startPublisher } from '../src/publish/publisher-process.ts';
import { printLine, printTable } from './table.ts';

const CHANNEL = 'kills';
const LIFE_MS = { min: 2_000, more: 14_000 };
/** An edge that lost its node waits a minute for another one. */
const ENDED_MS_MAX = 180_000;
const PORT_OFFSET = 20_000;

const Made = z.object({ streamKey: z.string(), keyId: z.string() });
const Keys = z.object({ streamKeys: z.array(z.object({ label: z.string() })) });
const Broadcasts = z.object({
  broadcasts: z.array(
    z.object({
      broadcastId: z.string(),
      state: z.enum(['live', 'ended']),
      recording: z.object({ durationMs: z.number(), gapMs: z.number() }).nullable(),
    }),
  ),
});
const Clip = z.object({ clipId: z.string() });

/**
 * `kills [--times 20] [--seed 1] [--aimed] [--keep DIR]`: kills every process of a local system, one or all of them, at
 * random instants while a broadcast is recorded, starts it again over the same data, and then looks whether anything is
 * lost that somebody was told is kept. 1 when something is. Aimed: all of them, whenever viewers are just shown a segment.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      times: { type: 'string', default: '20' },
      seed: { type: 'string', default: '1' },
      aimed: { type: 'boolean', default: false },
      keep: { type: 'string' },
    },
  });
  const [times, random] = [Number(values.times), seededRandom(Number(values.seed))];
  await using owned = new AsyncDisposableStack();
  const dataDirectory = values.keep ?? (await mkdtemp(join(tmpdir(), 'sluice-kills-')));
  if (values.keep === undefined) owned.defer(() => rm(dataDirectory, { recursive: true, force: true }));
  const listener = owned.adopt(await KillListener.start(), (it) => it.close());
  const system = new MortalSystem({ dataDirectory, portOffset: PORT_OFFSET });
  owned.defer(() => system.killAll());
  await system.start();
  const owner = new Owner(system.controlUrl, await system.adminToken());
  const ladder = [{ heightPx: 360, bitrateBps: 700_000 }];
  await owner.must('POST', '/v1/channels', { channelId: CHANNEL, isRecorded: true, reconnectWindowMs: 10_000, ladder });
  await owner.must('POST', '/v1/webhook-endpoints', { url: listener.url });
  const { streamKey } = Made.parse(await owner.must('POST', `/v1/channels/${CHANNEL}/stream-keys`, { label: 'first' }));
  const witness = new SegmentWitness(`${system.edgeUrl}/live/${CHANNEL}`);
  witness.start();
  const publisher = new StubbornPublisher(system.rtmpUrl, streamKey);
  publisher.start();
  owner.start();

  for (let kill = 1; kill <= times; kill += 1) {
    await wait(LIFE_MS.min + random() * LIFE_MS.more);
    if (values.aimed) await witness.untilNew();
    const isAll = values.aimed || random() < 0.4;
    const name = isAll ? 'all of them' : await system.killOne(Math.floor(random() * 100));
    // What is left of it may notice, or not come to it.
    if (!isAll) await wait(random() * 3_000);
    await system.killAll();
    printLine(`  kill ${kill}: ${name}`);
    await system.start();
  }
  await wait(LIFE_MS.min + LIFE_MS.more);
  await owner.stop();
  await publisher.stop();
  const broadcasts = await untilAllEnded(owner);
  await witness.close();
  const losses = await lossesOf({ owner, system, witness, listener, broadcasts });
  printTable(
    ['broadcast', 'seconds', 'gaps', 'segments seen', 'webhooks, each once'],
    broadcasts.map(({ broadcastId, recording }) => [
      broadcastId,
      ((recording?.durationMs ?? 0) / 1_000).toFixed(1),
      ((recording?.gapMs ?? 0) / 1_000).toFixed(1),
      String(witness.seen.get(broadcastId)?.size ?? 0),
      listener.firstOf(broadcastId).join(' '),
    ]),
  );
  printLine(`${times} kills; ${owner.keys.length} stream keys and ${owner.clips.length} clips were said to be kept;`);
  printLine(
    `${listener.heard.length} webhooks came, ${new Set(listener.heard.map((it) => it.messageId)).size} different ones.`,
  );
  for (const loss of losses) printLine(`LOST: ${loss}`);
  if (losses.length === 0) printLine('Nothing is lost.');
  await system.close();
  return losses.length === 0 ? 0 : 1;
}

/** Asks for things while everything dies, and remembers what was answered with yes. */
class Owner {
  readonly keys: string[] = [];
  readonly clips: string[] = [];
  readonly #url: string;
  readonly #token: string;
  #isStopped = false;
  #asking: Promise<void> | undefined;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  start(): void {
    this.#asking = this.#ask();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#asking;
  }

  async must(method: string, path: string, body?: unknown): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const answer = await fetch(this.#url + path, {
      method,
      headers,
      signal: AbortSignal.timeout(10_000),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  async #ask(): Promise<void> {
    let channels = 0;
    for (let round = 1; !this.#isStopped; round += 1) {
      // A channel has room for so many keys: they are of others, ten each.
      const channelId = `${CHANNEL}-${Math.floor(channels / 10)}`;
      const label = `${channelId} ${round}`;
      try {
        await this.must('POST', '/v1/channels', { channelId });
        await this.must('POST', `/v1/channels/${channelId}/stream-keys`, { label });
        this.keys.push(label);
        channels += 1;
      } catch {
        // It was not said to be kept.
      }
      if (round % 5 === 0) await this.#clip().catch(() => undefined);
      await wait(400);
    }
  }

  async #clip(): Promise<void> {
    const [from, to] = [Date.now() - 12_000, Date.now() - 8_000];
    this.clips.push(Clip.parse(await this.must('POST', '/v1/clips', { channelId: CHANNEL, from, to })).clipId);
  }
}

/** Comes back whenever it is thrown out, as an encoder does. */
class StubbornPublisher {
  readonly #url: string;
  readonly #streamKey: string;
  #current: PublisherProcess | undefined;
  #isStopped = false;
  #running: Promise<void> | undefined;

  constructor(url: string, streamKey: string) {
    this.#url = url;
    this.#streamKey = streamKey;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#current?.stop();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      this.#current = startPublisher({ url: this.#url, widthPx: 640, heightPx: 360 }, this.#streamKey);
      await this.#current.ended;
      await wait(500);
    }
  }
}

async function untilAllEnded(owner: Owner) {
  const untilMs = Date.now() + ENDED_MS_MAX;
  for (;;) {
    const path = `/v1/channels/${CHANNEL}/broadcasts?limit=200`;
    const { broadcasts } = Broadcasts.parse(await owner.must('GET', path));
    if (broadcasts.every(({ state, recording }) => state === 'ended' && recording !== null)) return broadcasts;
    if (Date.now() > untilMs) return broadcasts;
    await wait(1_000);
  }
}

interface Remains {
  readonly owner: Owner;
  readonly system: MortalSystem;
  readonly witness: SegmentWitness;
  readonly listener: KillListener;
  readonly broadcasts: z.infer<typeof Broadcasts>['broadcasts'];
}

async function lossesOf({ owner, system, witness, listener, broadcasts }: Remains): Promise<string[]> {
  const losses: string[] = [];
  const known = new Map(broadcasts.map((broadcast) => [broadcast.broadcastId, broadcast]));
  for (const broadcastId of witness.seen.keys()) {
    if (!known.has(broadcastId)) losses.push(`the broadcast ${broadcastId}, which was watched`);
  }
  for (const { broadcastId, state, recording } of broadcasts) {
    if (state !== 'ended' || recording === null) losses.push(`the end or the recording of ${broadcastId}`);
    const base = `${system.edgeUrl}/vod/${broadcastId}`;
    const recorded = new Set(wholeSegments(await (await fetch(`${base}/v360.m3u8`)).text()));
    for (const msn of witness.seen.get(broadcastId) ?? []) {
      if (!recorded.has(msn)) losses.push(`segment ${msn} of ${broadcastId}, which was listed`);
    }
    for (const msn of recorded) {
      const answer = await fetch(`${system.edgeUrl}/live/${CHANNEL}/${broadcastId}/v360/${msn}.m4s`, {
        method: 'HEAD',
      });
      if (!answer.ok) losses.push(`the bytes of segment ${msn} of ${broadcastId}: ${answer.status}`);
    }
    const told = listener.firstOf(broadcastId);
    const ends = [told[0], told.indexOf('broadcast.ended') < told.indexOf('recording.ready')];
    if (ends[0] !== 'broadcast.started' || ends[1] !== true || !told.includes('broadcast.ended')) {
      losses.push(`webhooks of ${broadcastId}, or their order: ${told.join(' ')}`);
    }
  }
  const labels = new Set<string>();
  for (const channelId of new Set(owner.keys.map((label) => label.split(' ')[0] ?? ''))) {
    const { streamKeys } = Keys.parse(await owner.must('GET', `/v1/channels/${channelId}/stream-keys`));
    for (const { label } of streamKeys) labels.add(label);
  }
  losses.push(...owner.keys.filter((label) => !labels.has(label)).map((label) => `the stream key "${label}"`));
  for (const clipId of owner.clips) {
    const answer = await fetch(`${system.edgeUrl}/clip/${clipId}/index.m3u8`);
    if (!answer.ok) losses.push(`the clip ${clipId}: ${answer.status}`);
  }
  return losses;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Mulberry32: the same instants for the same seed. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
