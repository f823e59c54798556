import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { childrenOf } from './child-processes.ts';
import { HeartbeatWatch } from './heartbeat.ts';
import { loadProcessEnd } from './process-end.ts';
import { WatchedBy } from './watched-by.ts';

const STDERR_FD = 2;
/** pino's number for a fatal line. */
const FATAL = 60;

const STANDS = 'the event loop stands: the node ends itself';

/** The thread that looks whether the main thread's loop moves. */
async function watch({ beats, beatMs, looksMax, nodeId }: WatchedBy): Promise<void> {
  const heartbeat = new HeartbeatWatch(looksMax);
  const endProcess = await loadProcessEnd();
  setInterval(() => {
    if (!heartbeat.look(Atomics.load(beats, 0))) return;
    say({ level: FATAL, time: Date.now(), nodeId, standsS: (looksMax * beatMs) / 1_000, msg: STANDS });
    for (const pid of childrenOf(process.pid)) killGroup(pid);
    endProcess();
  }, beatMs);
}

/** Not by process.stderr: what a thread writes there goes through the loop that stands. */
function say(line: Readonly<Record<string, unknown>>): void {
  try {
    writeSync(STDERR_FD, `${JSON.stringify(line)}\n`);
  } catch {
    // Nobody reads it. That is no reason to go on.
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone, or leads no group: then it ends when its pipe to us does.
  }
}

await watch(WatchedBy.parse(workerData));
