import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { JOBS_TIMEOUT } from './control-functions.ts';

/** Jobs that are due later than a message can wait, and those whose message was lost, are found so often. */
const SWEEP = Duration.minutes(1);
/** AWS's own advice for a queue that a function reads: six times its time. */
const VISIBILITY = Duration.seconds(6 * JOBS_TIMEOUT.toSeconds());
const TRIES = 5;
const DEAD_DAYS = Duration.days(14);
/** The least that SQS has; more would only race for the same jobs. */
const CONCURRENCY = 2;

/** Wakes the function that does jobs: at once by a message, and by the clock. What fails five times lies in a queue of its own. */
export class JobQueue extends Construct {
  readonly queue: Queue;
  /** Messages that could not be handled, and calls of the clock that failed three times. */
  readonly dead: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.dead = new Queue(this, 'Dead', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: DEAD_DAYS,
    });
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.dead, maxReceiveCount: TRIES },
    });
  }

  /** A message says no more than that it is time, so ten of them are one call. */
  wake(jobs: IFunction): void {
    // What the clock calls is called again twice by Lambda, and then told here.
    jobs.configureAsyncInvoke({ onFailure: new SqsDestination(this.dead), retryAttempts: 2 });
    jobs.addEventSource(new SqsEventSource(this.queue, { batchSize: 10, maxConcurrency: CONCURRENCY }));
    new Rule(this, 'Clock', {
      description: 'Sluice: jobs that nobody was woken for',
      schedule: Schedule.rate(SWEEP),
      targets: [
        new LambdaFunction(jobs, {
          deadLetterQueue: this.dead,
          retryAttempts: 2,
          event: RuleTargetInput.fromObject({ source: 'sluice.clock' }),
        }),
      ],
    });
  }
}
