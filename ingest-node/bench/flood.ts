import { type ChildProcess, fork } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { z } from 'zod';
import type { SourceEvent } from '../src/media/source.ts';
import { RtmpServer } from '../src/server/rtmp-server.ts';

const PEER = fileURLToPath(new URL('./flood-peer.ts', import.meta.url));
const ATTACKS = [
  'nobody',
  'connections',
  'stranger-chunks-of-one-byte',
  'stranger-chunk-sizes',
  'stranger-media-to-nobody',
  'publisher-pictures',
  'publisher-chunks-of-one-byte',
  'publisher-modifiers',
  'publisher-commands',
] as const;
/** A channel's usual limit. */
const INGEST_BITRATE_BPS_MAX = 20_000_000;
/** For processes to load and to connect. */
const SETTLE_MS = 1_500;

const Arguments = z.object({
  seconds: z.coerce.number().int().min(1).max(600).default(5),
  attack: z.enum(ATTACKS).optional(),
});

interface Measured {
  /** Processor time of the server in each second. */
  readonly cpuMsPerS: number;
  /** How long the good publisher's pictures were under way. */
  readonly lateMs: { readonly half: number; readonly worstOf100: number };
  readonly loopDelayMs: number;
}

/**
 * `flood [--seconds 5] [--attack NAME]`: what one peer that floods an RTMP server as fast as TCP takes it, with and
 * without a stream key, costs the server, and a publisher beside it. Beside each is what it is without a flood.
 */
export async function run(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: { seconds: { type: 'string' }, attack: { type: 'string' } },
  });
  const { seconds, attack } = Arguments.parse(values);
  const lateMs: number[] = [];
  await using server = await openServer((event) => lateMs.push(lateMsOf(event)));
  using steady = new Peer(server.port, 'steady');
  await sleep(SETTLE_MS);
  let calm: Measured | undefined;
  for (const name of attack === undefined ? ATTACKS : (['nobody', attack] as const)) {
    const measured = await measure({ port: server.port, name, seconds, lateMs });
    calm ??= measured;
    process.stdout.write(`${lineOf(name, measured, calm)}\n`);
  }
  return steady.isRunning ? 0 : 1;
}

async function measure(job: { port: number; name: string; seconds: number; lateMs: number[] }): Promise<Measured> {
  using _attacker = new Peer(job.port, job.name);
  await sleep(SETTLE_MS);
  job.lateMs.length = 0;
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const before = process.cpuUsage();
  await sleep(job.seconds * 1_000);
  const { user, system } = process.cpuUsage(before);
  loop.disable();
  const sorted = job.lateMs.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.POSITIVE_INFINITY;
  return {
    cpuMsPerS: (user + system) / 1_000 / job.seconds,
    lateMs: { half: at(0.5), worstOf100: at(0.99) },
    loopDelayMs: loop.percentile(99) / 1e6,
  };
}

function lineOf(name: string, { cpuMsPerS, lateMs, loopDelayMs }: Measured, calm: Measured): string {
  return [
    name.padEnd(30),
    `${cpuMsPerS.toFixed(0)} ms/s CPU`.padStart(14),
    `pictures late ${lateMs.half.toFixed(1)} ms, 99 %: ${lateMs.worstOf100.toFixed(1)} ms`.padStart(44),
    `(${(lateMs.worstOf100 / calm.lateMs.worstOf100).toFixed(1)} times)`.padStart(14),
    `loop 99 %: ${loopDelayMs.toFixed(1)} ms`.padStart(22),
  ].join('');
}

async function openServer(onSteady: (event: SourceEvent) => void) {
  const server = await RtmpServer.listen({
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
    onPublish: async ({ streamKey }) => ({
      ok: true,
      ingestBitrateBpsMax: INGEST_BITRATE_BPS_MAX,
      sink: {
        onEvent: (event) => streamKey === 'steady' && event.kind === 'video' && onSteady(event),
        onEnd: () => {},
      },
    }),
  });
  return { port: server.port, [Symbol.asyncDispose]: () => server.close() };
}

/** Its clock and ours are the same one. */
function lateMsOf(event: SourceEvent): number {
  if (event.kind !== 'video') return 0;
  return performance.timeOrigin + performance.now() - Buffer.from(event.payload).readDoubleBE(0);
}

class Peer implements Disposable {
  readonly #process: ChildProcess;

  constructor(port: number, role: string) {
    this.#process = fork(PEER, [String(port), role], { execArgv: ['--disable-warning=ExperimentalWarning'] });
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  [Symbol.dispose](): void {
    this.#process.kill();
  }
}
