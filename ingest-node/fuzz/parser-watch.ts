import { Worker } from 'node:worker_threads';
import type { Finding } from './fuzz-loop.ts';
import { type FuzzProgress, type FuzzWorkerData, type FuzzWorkerMessage, SharedInput } from './worker-protocol.ts';

/** Larger than any target's inputs. */
const INPUT_BYTES_MAX = 256 * 1_024;
/** An input that takes so long has no end. Shortening one is many short runs. */
const HANG_MS = 30_000;
const LOOK_MS = 5_000;
/** More than this is held at the end than was held when the parser was warm: something keeps what it was given. */
const GROWTH_BYTES_MAX = 16 * 2 ** 20;
/** A parser that holds more than this has no limit. */
const HEAP_MIB_MAX = 1_024;

const NOTHING_YET: FuzzProgress = { runCount: 0, outcomeCount: 0, cpuMs: 0, heldBytes: { before: 0, now: 0 } };

export interface ParserReport {
  readonly parser: string;
  readonly progress: FuzzProgress;
  readonly findings: readonly Finding[];
  readonly hasGrown: boolean;
}

/** Fuzzes one parser in a thread of its own, and ends it where it hangs or dies. */
export async function watchParser(job: Omit<FuzzWorkerData, 'shared'>): Promise<ParserReport> {
  const shared = SharedInput.allocate(INPUT_BYTES_MAX);
  const input = new SharedInput(shared);
  const findings: Finding[] = [];
  let progress = NOTHING_YET;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: { ...job, shared } satisfies FuzzWorkerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  const over = Promise.withResolvers<void>();
  const found = (what: string, stack = '') => findings.push({ input: input.read(), what, stack });

  worker.on('message', (message: FuzzWorkerMessage) => {
    if (message.kind === 'finding') findings.push(message.finding);
    else progress = message.progress;
  });
  worker.once('error', (error) => {
    // Before the first input it is the fuzzing that is broken, and not the parser.
    if (input.number === 0) over.reject(new Error(`${job.parser} could not be begun`, { cause: error }));
    else found(`the thread died: ${error.message}`, error.stack);
  });
  worker.once('exit', () => over.resolve());

  let [seen, seenAtMs] = [input.number, performance.now()];
  const look = setInterval(() => {
    if (input.number !== seen) [seen, seenAtMs] = [input.number, performance.now()];
    else if (performance.now() - seenAtMs > HANG_MS) {
      found('the parser does not end');
      void worker.terminate();
    }
  }, LOOK_MS);
  await over.promise.finally(() => clearInterval(look));
  const { before, now } = progress.heldBytes;
  return { parser: job.parser, progress, findings, hasGrown: now - before > GROWTH_BYTES_MAX };
}
