import { pino } from 'pino';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { describeOnBothTables } from '../storage/both-tables.ts';
import type { JobHandler } from './job.ts';
import { JobClock } from './job-clock.ts';
import { JOB_MS_MAX, JobQueue } from './job-queue.ts';
import { JobRunner } from './job-runner.ts';

const log = pino({ level: 'silent' });

describeOnBothTables('jobs', (fresh) => {
  let queue: JobQueue;
  let done: string[];
  let handler: JobHandler;
  beforeEach(() => {
    queue = new JobQueue(fresh.table);
    done = [];
    handler = async (name) => {
      done.push(name);
      return { kind: 'done' };
    };
  });
  const add = (name: string, dueAtMs: number) => queue.add({ kind: 'retention', name, dueAtMs });
  const nowMs = () => fresh.nowMs;
  function runner(): JobRunner {
    const other: JobHandler = async (name) => await handler(name);
    return new JobRunner({ queue, handlers: allBy(other), log, nowMs });
  }

  it('are done when they are due, the earliest first, each once', async () => {
    await add('second', fresh.nowMs + 2);
    await add('first', fresh.nowMs + 1);
    await add('first', fresh.nowMs + 1);
    await add('later', fresh.nowMs + 3);
    expect(await queue.nextAtMs()).toBe(fresh.nowMs + 1);
    await runner().runDue();
    expect(done).toEqual([]);
    fresh.nowMs += 2;
    await runner().runDue();
    expect(done).toEqual(['first', 'second']);
    fresh.nowMs += 1;
    await runner().runDue();
    expect(done).toEqual(['first', 'second', 'later']);
    expect(await queue.nextAtMs()).toBeUndefined();
  });

  it('are done again when they say so, and later when they fail', async () => {
    await add('one', fresh.nowMs);
    handler = async (name) => {
      done.push(name);
      if (done.length === 1) return { kind: 'again', atMs: fresh.nowMs + 5 };
      if (done.length === 2) throw new Error('our fault');
      return { kind: 'done' };
    };
    await runner().runDue();
    expect([done.length, await queue.nextAtMs()]).toEqual([1, fresh.nowMs + 5]);
    fresh.nowMs += 5;
    await runner().runDue();
    expect([done.length, await queue.nextAtMs()]).toEqual([2, fresh.nowMs + 30_000]);
    fresh.nowMs += 30_000;
    await runner().runDue();
    expect([done.length, await queue.nextAtMs()]).toEqual([3, undefined]);
  });

  it('of a process that died are done by another one, some time later', async () => {
    await add('one', fresh.nowMs);
    expect(await queue.claim(9, fresh.nowMs)).toHaveLength(1);
    await runner().runDue();
    expect(done).toEqual([]);
    expect(await queue.nextAtMs()).toBe(fresh.nowMs + JOB_MS_MAX);
    fresh.nowMs += JOB_MS_MAX;
    await runner().runDue();
    expect(done).toEqual(['one']);
  });

  it('that several processes look for at once are done by one of them', async () => {
    for (let index = 0; index < 6; index += 1) await add(`job-${index}`, fresh.nowMs);
    const claimed = await Promise.all([1, 2, 3].map(() => queue.claim(9, fresh.nowMs)));
    expect(
      claimed
        .flat()
        .map(({ name }) => name)
        .sort(),
    ).toEqual([0, 1, 2, 3, 4, 5].map((index) => `job-${index}`));
  });

  it('that are added while they are done are done once more', async () => {
    await add('one', fresh.nowMs);
    handler = async (name) => {
      done.push(name);
      if (done.length === 1) await add('one', fresh.nowMs);
      return { kind: 'done' };
    };
    await runner().runDue();
    expect(done).toEqual(['one', 'one']);
  });
});

describe('the clock of jobs', () => {
  describeOnBothTables('it', (fresh) => {
    it('does what is due, also what is added for an earlier time than it sleeps until', async () => {
      const clock = new JobClock(log, Date.now);
      const queue = new JobQueue(fresh.table, (atMs) => clock.wake(atMs));
      const done: string[] = [];
      const handler: JobHandler = async (name) => {
        done.push(name);
        return { kind: 'done' };
      };
      const runner = new JobRunner({ queue, handlers: allBy(handler), log, nowMs: Date.now });
      await queue.add({ kind: 'deletion', name: 'due', dueAtMs: Date.now() });
      clock.start(queue, runner);
      await vi.waitFor(() => expect(done).toEqual(['due']), 10_000);
      await queue.add({ kind: 'deletion', name: 'far', dueAtMs: Date.now() + 3_600_000 });
      await queue.add({ kind: 'deletion', name: 'near', dueAtMs: Date.now() + 20 });
      await vi.waitFor(() => expect(done).toEqual(['due', 'near']), 10_000);
      await clock.close();
    });
  });
});

/** Every kind of job done by one handler. */
function allBy(handler: JobHandler) {
  const handlers = { webhooks: handler, deletion: handler, retention: handler, 'begun-clip': handler };
  return { ...handlers, revocations: handler, 'embed-sites': handler, medialive: handler, 'medialive-sweep': handler };
}
