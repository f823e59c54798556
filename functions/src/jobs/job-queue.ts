import { z } from 'zod';
import { Records } from '../storage/records.ts';
import type { ItemKey, Table } from '../storage/table.ts';
import { type Job, JobKind } from './job.ts';

/** All jobs are in one partition: a thousand writes a second are more than a deployment has. */
const PARTITION = 'jobs';
const TIME_DIGITS = 15;
/** Whoever does a job and says nothing for so long is dead; handlers end before. */
export const JOB_MS_MAX = 60_000;

const JobRecord = z.object({ kind: JobKind, name: z.string(), claimedUntilMs: z.int() });
type JobRecord = z.infer<typeof JobRecord>;

/** A job that nobody else does meanwhile. */
export interface ClaimedJob extends Job {
  readonly key: ItemKey;
  readonly version: number;
}

/** What is to be done, in the order of its time. It outlives every process. */
export class JobQueue {
  readonly #records: Records<JobRecord>;
  readonly #wake: (dueAtMs: number) => void;

  /** @param wake is told of each new job, for it may be due before what a runner waits for. May forget it: see JobRunner. */
  constructor(table: Table, wake: (dueAtMs: number) => void = () => {}) {
    this.#records = new Records(table, JobRecord);
    this.#wake = wake;
  }

  /** To have it twice at one time is to have it once. */
  async add(job: Job): Promise<void> {
    const { kind, name } = job;
    await this.#records.put(keyOf(job), { kind, name, claimedUntilMs: 0 });
    this.#wake(job.dueAtMs);
  }

  /** The next ones that are due and that nobody does, claimed for JOB_MS_MAX. */
  async claim(limit: number, nowMs: number): Promise<ClaimedJob[]> {
    const claimed: ClaimedJob[] = [];
    const waiting = await this.#records.query({ partition: PARTITION, limit: limit * 2 });
    for (const { partition, sort, value, version } of waiting) {
      const dueAtMs = Number(sort.slice(0, TIME_DIGITS));
      if (dueAtMs > nowMs || claimed.length >= limit) break;
      if (value.claimedUntilMs > nowMs) continue;
      const key = { partition, sort };
      const written = await this.#records.put(key, { ...value, claimedUntilMs: nowMs + JOB_MS_MAX }, { if: version });
      if (written === 'conflict') continue;
      claimed.push({ kind: value.kind, name: value.name, dueAtMs, key, version: written });
    }
    return claimed;
  }

  /** It is done. One that was added anew at the same time meanwhile stays. */
  async remove({ key, version }: ClaimedJob): Promise<void> {
    await this.#records.remove(key, version);
  }

  /** When the next job is to be looked at; `undefined`: there is none. */
  async nextAtMs(): Promise<number | undefined> {
    const [next] = await this.#records.query({ partition: PARTITION, limit: 1 });
    if (next === undefined) return undefined;
    return Math.max(Number(next.sort.slice(0, TIME_DIGITS)), next.value.claimedUntilMs);
  }
}

function keyOf({ kind, name, dueAtMs }: Job): ItemKey {
  return { partition: PARTITION, sort: `${String(dueAtMs).padStart(TIME_DIGITS, '0')}#${kind}#${name}` };
}
