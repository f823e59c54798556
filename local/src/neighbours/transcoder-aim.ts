import { setTimeout as sleep } from 'node:timers/promises';
import { childPids, cpuTicks } from '../process-list.ts';

/** Long enough that a child with a broadcast has used some CPU. */
const LOOK_MS = 1_000;

/**
 * Knows which child of an ingest node is the transcoder of one broadcast, from outside: it was the spare one when the
 * broadcast began, and each time that it is killed the spare one of that moment takes its place.
 */
export class TranscoderAim {
  readonly #nodePid: number;
  #pid: number;

  private constructor(nodePid: number, pid: number) {
    this.#nodePid = nodePid;
    this.#pid = pid;
  }

  /** Before the broadcast begins, on a node that has none, so one child. */
  static async at(nodePid: number): Promise<TranscoderAim> {
    return new TranscoderAim(nodePid, await idlestChild(nodePid));
  }

  async kill(): Promise<void> {
    const spare = await idlestChild(this.#nodePid);
    process.kill(this.#pid, 'SIGKILL');
    this.#pid = spare;
  }
}

async function idlestChild(nodePid: number): Promise<number> {
  const pids = await childPids(nodePid);
  const before = await Promise.all(pids.map(cpuTicks));
  await sleep(LOOK_MS);
  const after = await Promise.all(pids.map(cpuTicks));
  const used = pids.map((pid, index) => ({ pid, ticks: (after[index] ?? 0) - (before[index] ?? 0) }));
  const [idlest] = used.toSorted((a, b) => a.ticks - b.ticks);
  if (idlest === undefined) throw new Error('the ingest node has no child');
  return idlest.pid;
}
