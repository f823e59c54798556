import type { Logger } from 'pino';
import type { Job, JobHandler, JobKind, JobOutcome } from './job.ts';
import { type ClaimedJob, JOB_MS_MAX, type JobQueue } from './job-queue.ts';

/** At the same time: most of what they do is to wait for others. */
const JOBS_AT_ONCE_MAX = 8;
/** A handler that failed by our own fault, or by the store's, is called again after this. */
const FAILED_RETRY_MS = 30_000;

export interface JobRunnerParts {
  readonly queue: JobQueue;
  readonly handlers: Readonly<Record<JobKind, JobHandler>>;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/** Does what is due. On Lambda a schedule calls it, locally JobClock. */
export class JobRunner {
  readonly #parts: JobRunnerParts;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  /**
   * Until nothing is due any more, or time has run out.
   *
   * @param untilMs begins no job after it.
   */
  async runDue(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    const { queue, nowMs } = this.#parts;
    while (nowMs() < untilMs) {
      const claimed = await queue.claim(JOBS_AT_ONCE_MAX, nowMs());
      if (claimed.length === 0) return;
      const bySubject = Map.groupBy(claimed, ({ kind, name }) => `${kind} ${name}`);
      await Promise.all([...bySubject.values()].map((jobs) => this.#runInOrder(jobs)));
    }
  }

  /** Of one subject: the second of two that are due at once mostly finds nothing to do. */
  async #runInOrder(jobs: readonly ClaimedJob[]): Promise<void> {
    const { queue } = this.#parts;
    for (const job of jobs) {
      const outcome = await this.#run(job);
      if (outcome.kind === 'again') await queue.add({ ...job, dueAtMs: outcome.atMs });
      await queue.remove(job);
    }
  }

  async #run(job: Job): Promise<JobOutcome> {
    const { handlers, log, nowMs } = this.#parts;
    try {
      return await within(handlers[job.kind](job.name));
    } catch (error) {
      log.error({ err: error, job: job.kind, name: job.name }, 'a job failed, and will be tried again');
      return { kind: 'again', atMs: nowMs() + FAILED_RETRY_MS };
    }
  }
}

/** A handler that hangs must not hold up all others: somebody else may do its job from then on. */
async function within(outcome: Promise<JobOutcome>): Promise<JobOutcome> {
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error(`not done after ${JOB_MS_MAX} ms`)), JOB_MS_MAX);
  try {
    return await Promise.race([outcome, promise]);
  } finally {
    clearTimeout(late);
  }
}
