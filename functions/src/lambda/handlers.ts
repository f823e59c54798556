import { handle, type LambdaEvent } from 'hono/aws-lambda';
import type { LambdaControl } from './lambda-control.ts';

/** As much of a function's context as is asked for. */
export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

/** Before a function is ended, the job that it is at has to be: JOB_MS_MAX is the longest, most take a second. */
const ENDS_BEFORE_MS = 20_000;

/** The function behind the API's address. What it began to do is on its way when it answers. */
export function apiHandler(started: Promise<LambdaControl>) {
  return async (event: LambdaEvent) => {
    const { control, alarm } = await started;
    const answer = await handle(control.app)(event);
    await alarm.sent();
    return answer;
  };
}

/**
 * The function that does jobs: woken by the queue when one is due, and by a schedule, for those that are due later and
 * those whose message was lost. What it does not get to it is woken for again.
 */
export function jobsHandler(started: Promise<LambdaControl>, nowMs: () => number = Date.now) {
  return async (_event: unknown, context: LambdaContext): Promise<void> => {
    const { control, alarm } = await started;
    await control.runner.runDue(nowMs() + context.getRemainingTimeInMillis() - ENDS_BEFORE_MS);
    const nextAtMs = await control.queue.nextAtMs();
    if (nextAtMs !== undefined) alarm.set(nextAtMs);
    await alarm.sent();
  };
}
