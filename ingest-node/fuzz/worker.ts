import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { FuzzLoop } from './fuzz-loop.ts';
import { Random } from './random.ts';
import { FUZZ_TARGETS } from './targets/all-targets.ts';
import { type FuzzProgress, type FuzzWorkerData, type FuzzWorkerMessage, SharedInput } from './worker-protocol.ts';

/** Clocks are looked at, and messages leave, between so many runs. */
const RUNS_BETWEEN = 100;
/** Caches are filled and code is compiled by then. */
const WARM_CPU_MS = 3_000;
const PROGRESS_CPU_MS = 10_000;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const { parser, seed, cpuMsMax, shared }: FuzzWorkerData = workerData;
const target = await FUZZ_TARGETS.get(parser)?.();
if (target === undefined) throw new Error(`there is no parser ${parser}`);
const sharedInput = new SharedInput(shared);
const loop = new FuzzLoop({
  target,
  random: new Random(seed),
  onInput: (input) => sharedInput.write(input),
});

let before: number | undefined;
let toldMs = 0;
for (let cpuMs = 0; cpuMs < cpuMsMax; cpuMs = ownCpuMs()) {
  for (let run = 0; run < RUNS_BETWEEN; run += 1) {
    const finding = loop.step();
    if (finding !== undefined) tell({ kind: 'finding', finding });
  }
  if (before === undefined && cpuMs > Math.min(WARM_CPU_MS, cpuMsMax / 2)) before = heldBytes();
  if (cpuMs - toldMs < PROGRESS_CPU_MS) continue;
  toldMs = cpuMs;
  tell({ kind: 'progress', progress: progressNow() });
}
tell({ kind: 'done', progress: progressNow() });

function progressNow(): FuzzProgress {
  const now = heldBytes();
  const { runCount, outcomeCount } = loop;
  return { runCount, outcomeCount, cpuMs: ownCpuMs(), heldBytes: { before: before ?? now, now } };
}

function heldBytes(): number {
  collect();
  // Array buffers that were let go of are freed beside the collection, and counted out at the next one.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function ownCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function tell(message: FuzzWorkerMessage): void {
  parentPort?.postMessage(message);
}
