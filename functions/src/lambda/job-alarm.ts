import type { SQS } from '@aws-sdk/client-sqs';
import type { Logger } from 'pino';

/** SQS delays a message for no longer; what is due later is found by the schedule. */
const DELAY_S_MAX = 900;

export interface JobAlarmOptions {
  readonly sqs: Pick<SQS, 'sendMessage'>;
  readonly queueUrl: string;
  readonly log: Logger;
  readonly nowMs: () => number;
}

/**
 * Wakes the function that does jobs when one is due. A message says nothing but that it is time: one that is lost costs
 * some minutes, one too many costs a look.
 */
export class JobAlarm {
  readonly #options: JobAlarmOptions;
  readonly #sending = new Set<Promise<void>>();
  /** The earliest that was set and has not rung, as far as this process knows. */
  #setToMs = Number.POSITIVE_INFINITY;

  constructor(options: JobAlarmOptions) {
    this.#options = options;
  }

  set(atMs: number): void {
    const { nowMs } = this.#options;
    const delayS = Math.max(0, Math.ceil((atMs - nowMs()) / 1_000));
    const isSet = this.#setToMs > nowMs() && this.#setToMs <= atMs;
    if (delayS > DELAY_S_MAX || isSet) return;
    this.#setToMs = atMs;
    const sent = this.#send(delayS).finally(() => this.#sending.delete(sent));
    this.#sending.add(sent);
  }

  /** Resolves when all that were set are on their way: a function stands still once it has answered. */
  async sent(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #send(delayS: number): Promise<void> {
    const { sqs, queueUrl, log } = this.#options;
    try {
      await sqs.sendMessage({ QueueUrl: queueUrl, MessageBody: '{}', DelaySeconds: delayS });
    } catch (error) {
      // The schedule finds the job.
      log.warn({ err: error }, 'jobs could not be woken');
      this.#setToMs = Number.POSITIVE_INFINITY;
    }
  }
}
