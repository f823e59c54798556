import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { mediaGrid, type RenditionId } from '@sluice/contracts';
import pino from 'pino';
import { z } from 'zod';
import { Transcoder, type TranscoderStats } from '../src/transcode/transcoder.ts';
import { median } from './median.ts';
import { pushInRealTime } from './real-time.ts';
import { readSourceFile, writeSourceFile } from './source-file.ts';

/** Measured from here on: what it costs to start is not what it costs to run. */
const SETTLED_FRAMES = 30;
/** What the transcoder is told to count on, so that it chooses the same preset on every machine. */
const CPU_COUNT = 2;
/** Of the slots, those that must have got a new picture: what is left out is cheap for another reason. */
const FRESH_SHARE_MIN = 0.99;
/** So many runs may be thrown away for each that counts; then the machine is too busy to say anything. */
const THROWN_AWAY_PER_RUN_MAX = 2;
const PROFILE = 'low';

const Arguments = z.object({
  seconds: z.coerce.number().int().min(12).max(600).default(20),
  runs: z.coerce.number().int().min(1).max(50).default(3),
  /** A broadcast's own, so that its segments are known here. */
  fps: z.coerce
    .number()
    .pipe(z.literal([24, 25, 30, 48, 50, 60]))
    .default(30),
  size: z
    .string()
    .regex(/^[1-9][0-9]{1,3}x[1-9][0-9]{1,3}$/)
    .default('1920x1080'),
});

/** CPU-milliseconds of the child for a second of media. */
interface Cost {
  readonly allMs: number;
  readonly restingMs: number;
  /** The lesser of both halves. */
  readonly freshShare: number;
}

/**
 * `resting [--seconds 20] [--size 1920x1080] [--fps 30] [--runs 3]`: CPU time of the transcoder's child for a second of
 * media while all pictures are made, and in the second half of the same broadcast, while all but the smallest rest.
 */
export async function run(words: readonly string[]): Promise<number> {
  const string = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: { seconds: string, size: string, fps: string, runs: string },
  });
  const { seconds, runs, fps, size } = Arguments.parse(values);
  const [widthPx = 0, heightPx = 0] = size.split('x').map(Number);
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'));
  try {
    const file = join(folder, 'source');
    await writeSourceFile(file, { widthPx, heightPx, fps, seconds });
    print(`${size} at ${fps} fps, ${seconds} s, ${runs} runs, load ${load()}`);
    const costs: Cost[] = [];
    for (let tries = runs * (1 + THROWN_AWAY_PER_RUN_MAX); tries > 0 && costs.length < runs; tries -= 1) {
      const cost = await measure(file, { seconds, fps });
      if (cost.freshShare >= FRESH_SHARE_MIN) costs.push(cost);
      else print('  (thrown away)');
    }
    return report(costs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  file: string,
  { seconds, fps }: { readonly seconds: number; readonly fps: number },
): Promise<Cost> {
  const events = await readSourceFile(file);
  const stats: TranscoderStats[] = [];
  let pictures: readonly RenditionId[] = [];
  let restingFromSlot = Number.POSITIVE_INFINITY;
  const { framesPerSegment } = mediaGrid(PROFILE, { num: fps, den: 1 });
  const options = { profile: PROFILE, ladder: 'auto', cpuCount: CPU_COUNT, logger: pino({ level: 'silent' }) } as const;
  const transcoder = new Transcoder(options, {
    onBroadcast({ description: { renditions } }) {
      pictures = renditions.filter(({ kind }) => kind === 'video').map(({ id }) => id);
    },
    onFrame() {},
    onImage() {},
    onResting(_ids, fromMsn) {
      restingFromSlot = (fromMsn - 1) * framesPerSegment;
    },
    onWarning({ code }) {
      print(`  our child warns: ${code}`);
    },
    onStats(told) {
      stats.push(told);
      const isHalfOver = told.slotCount >= (seconds * fps) / 2;
      // The largest comes first.
      if (isHalfOver && restingFromSlot === Number.POSITIVE_INFINITY) transcoder.rest(pictures.slice(0, -1));
    },
    onDrain() {},
    onExit() {},
  });
  await pushInRealTime(transcoder, events);
  const told = [...stats];
  const { reason, sentence } = await transcoder.stop();
  if (reason !== 'stopped') throw new Error(sentence);
  const all = costOf(
    told.filter(({ slotCount }) => slotCount >= SETTLED_FRAMES && slotCount <= restingFromSlot),
    fps,
  );
  const resting = costOf(
    told.filter(({ slotCount }) => slotCount >= restingFromSlot + SETTLED_FRAMES),
    fps,
  );
  const freshShare = Math.min(all.freshShare, resting.freshShare);
  print(
    `  all ${perSecond(all.ms)}, the smallest alone ${perSecond(resting.ms)}, ${(100 * freshShare).toFixed(1)} % new`,
  );
  return { allMs: all.ms, restingMs: resting.ms, freshShare };
}

function costOf(stats: readonly TranscoderStats[], fps: number): { readonly ms: number; readonly freshShare: number } {
  const [first, last] = [stats[0], stats.at(-1)];
  // Behind the source so far that it was over before two figures were told: as good as nothing made.
  if (first === undefined || last === undefined || first === last) return { ms: Number.NaN, freshShare: 0 };
  const slots = last.slotCount - first.slotCount;
  return {
    ms: (last.cpuMs - first.cpuMs) / (slots / fps),
    freshShare: (last.freshCount - first.freshCount) / slots,
  };
}

/** Prints the medians and their ratio. The answer is the exit code. */
function report(costs: readonly Cost[]): number {
  if (costs.length === 0) {
    print(`No run made all pictures: this machine is too busy to be measured on (load ${load()}).`);
    return 1;
  }
  const [allMs, restingMs] = [median(costs.map((cost) => cost.allMs)), median(costs.map((cost) => cost.restingMs))];
  print(`all ${perSecond(allMs)}, the smallest alone ${perSecond(restingMs)} CPU-s per media-s (${costs.length} runs)`);
  print(`ratio ${(restingMs / allMs).toFixed(3)}; load ${load()}`);
  return 0;
}

function load(): string {
  return (loadavg()[0] ?? Number.NaN).toFixed(1);
}

function perSecond(cpuMsPerS: number): string {
  return (cpuMsPerS / 1_000).toFixed(3);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
