import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import pino from 'pino';
import { z } from 'zod';
import { childCommand } from '../src/transcode/child-command.ts';
import { Transcoder, type TranscoderStats } from '../src/transcode/transcoder.ts';
import { median } from './median.ts';
import { pushInRealTime } from './real-time.ts';
import { type BenchSource, readSourceFile, writeSourceFile } from './source-file.ts';

const BARE_LOOP = fileURLToPath(new URL('./bare-loop.ts', import.meta.url));
/** Both sides are measured from here on: what it costs to start is not what it costs to run. */
const SETTLED_FRAMES = 30;
/** What the transcoder is told to count on, so that both choose the same preset on every machine. */
const CPU_COUNT = 2;
const RATIO_MAX = 1.15;
/**
 * A child that cannot keep up leaves pictures out, and then it is cheaper than the bare loop because it did less. A run
 * in which it made less than this share of the pictures is not compared but done again.
 */
const FRESH_SHARE_MIN = 0.99;
/** So many runs may be thrown away for each that counts; then the machine is too busy to say anything. */
const THROWN_AWAY_PER_RUN_MAX = 2;

const Arguments = z.object({
  seconds: z.coerce.number().int().min(4).max(600).default(12),
  runs: z.coerce.number().int().min(1).max(50).default(3),
  fps: z.coerce.number().int().min(10).max(60).default(30),
  size: z
    .string()
    .regex(/^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$/)
    .default('1280x720'),
});

/** What our child cost, and how much of the work it did. */
interface Ours {
  readonly cpuMsPerS: number;
  /** Of the slots, those that got a new picture. */
  readonly freshShare: number;
}

/** One run of each, next to each other in time. */
interface Pair {
  readonly bareMs: number;
  readonly ours: Ours;
}

const BareResult = z.object({ cpuMsPerS: z.number(), codedBytes: z.number(), frames: z.number() });

/**
 * `transcode [--seconds 12] [--size 1280x720] [--fps 30] [--runs 3]`: CPU time of the transcoder's child for a second of
 * media, against the barest node-av loop that makes the same renditions of the same packets. Runs alternate; medians.
 */
export async function run(words: readonly string[]): Promise<number> {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { seconds: string, size: string, fps: string, runs: string },
  });
  const { seconds, runs, fps, size } = Arguments.parse(values);
  const [widthPx = 0, heightPx = 0] = size.split('x').map(Number);
  const source = { widthPx, heightPx, fps, seconds };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const file = join(folder, 'source');
    await writeSourceFile(file, source);
    print(`${size} at ${fps} fps, ${seconds} s, ${runs} runs of each in turn, load ${loadavg()[0]?.toFixed(1)}`);
    const pairs: Pair[] = [];
    for (let tries = runs * (1 + THROWN_AWAY_PER_RUN_MAX); tries > 0 && pairs.length < runs; tries -= 1) {
      const pair = { bareMs: await measureBare(file, source), ours: await measureOurs(file, source) };
      print(`  bare loop ${perSecond(pair.bareMs)}, our child ${perSecond(pair.ours.cpuMsPerS)}${verdict(pair.ours)}`);
      if (pair.ours.freshShare >= FRESH_SHARE_MIN) pairs.push(pair);
    }
    return report(pairs, runs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureBare(file: string, { widthPx, heightPx, fps }: BenchSource): Promise<number> {
  const { env } = childCommand(process.execPath);
  const words = [file, `${widthPx}x${heightPx}`, fps, CPU_COUNT, SETTLED_FRAMES].map(String);
  const { stdout } = await promisify(execFile)(process.execPath, [BARE_LOOP, ...words], { env: { ...env } });
  return BareResult.parse(JSON.parse(stdout)).cpuMsPerS;
}

/** Pushes the packets in real time, as a publisher does, and reads the child's own account of its CPU time. */
async function measureOurs(file: string, { fps }: BenchSource): Promise<Ours> {
  const events = await readSourceFile(file);
  const stats: TranscoderStats[] = [];
  const logger = pino({ level: 'silent' });
  const options = { profile: 'low', ladder: 'auto', cpuCount: CPU_COUNT, logger } as const;
  const transcoder = new Transcoder(options, {
    onBroadcast() {},
    onFrame() {},
    onImage() {},
    onResting() {},
    onWarning({ code }) {
      print(`  our child warns: ${code}`);
    },
    onStats: (told) => stats.push(told),
    onDrain() {},
    onExit() {},
  });
  await pushInRealTime(transcoder, events);
  // What is told after the stop has the rest of a segment in it, which costs next to nothing.
  const settled = stats.filter((told) => told.slotCount >= SETTLED_FRAMES);
  const { reason, sentence } = await transcoder.stop();
  if (reason !== 'stopped') throw new Error(sentence);
  const [first, last] = [settled[0], settled.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new Error('too short to be measured');
  const slots = last.slotCount - first.slotCount;
  return {
    cpuMsPerS: (last.cpuMs - first.cpuMs) / (slots / fps),
    freshShare: (last.freshCount - first.freshCount) / slots,
  };
}

function verdict({ freshShare }: Ours): string {
  if (freshShare >= FRESH_SHARE_MIN) return '';
  return ` (thrown away: it made ${(100 * freshShare).toFixed(1)} % of the pictures)`;
}

/** Prints the medians and their ratio. The answer is the exit code. */
function report(pairs: readonly Pair[], runs: number): number {
  const load = `load ${loadavg()[0]?.toFixed(1)}`;
  if (pairs.length < runs) {
    print(
      `Only ${pairs.length} of ${runs} runs could be compared: this machine is too busy to be measured on (${load}).`,
    );
    return 1;
  }
  const bareMs = median(pairs.map((pair) => pair.bareMs));
  const oursMs = median(pairs.map((pair) => pair.ours.cpuMsPerS));
  const ratio = oursMs / bareMs;
  print(`bare loop ${perSecond(bareMs)}, our child ${perSecond(oursMs)} CPU-s per media-s (medians of ${runs})`);
  print(`ratio ${ratio.toFixed(3)} (at most ${RATIO_MAX}); ${load}`);
  return ratio <= RATIO_MAX ? 0 : 1;
}

function perSecond(cpuMsPerS = Number.NaN): string {
  return (cpuMsPerS / 1_000).toFixed(3);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
