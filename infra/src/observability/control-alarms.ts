import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';

export interface ControlAlarmsProps {
  readonly deploymentName: string;
  readonly api: HttpApi;
  /** What the API takes of everybody together. */
  readonly requestsPerSMax: number;
  readonly apiFunction: IFunction;
  readonly jobsFunction: IFunction;
  readonly queue: Queue;
  readonly dead: Queue;
}

const FIVE_MINUTES = Duration.minutes(5);
const SLOW_MS = 3_000;
const NEARLY = 0.8;
const LATE_S = 15 * 60;

/** What is looked at of the control API. */
export class ControlAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ControlAlarmsProps) {
    super(scope, id);
    const { deploymentName, api, requestsPerSMax, apiFunction, jobsFunction, queue, dead } = props;
    const alarms = new Alarms(this, 'Alarms', { deploymentName });
    alarms.add('ApiFails', {
      metric: api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      says: 'The control API answered at least five requests of five minutes with 5xx.',
      runbook: 'The control API fails',
      when: 'at-least',
      threshold: 5,
    });
    alarms.add('ApiSlow', {
      metric: api.metricLatency({ period: FIVE_MINUTES, statistic: Stats.p(95) }),
      says: `One request in twenty takes the control API longer than ${SLOW_MS / 1_000} s.`,
      runbook: 'The control API fails',
      when: 'above',
      threshold: SLOW_MS,
      of: 3,
    });
    alarms.add('ApiFlooded', {
      metric: api.metricCount({ period: FIVE_MINUTES, statistic: Stats.SUM }),
      says: `The control API was asked nearly ${requestsPerSMax} times a second for five minutes; what is more is turned away.`,
      runbook: 'The control API fails',
      when: 'above',
      threshold: NEARLY * requestsPerSMax * FIVE_MINUTES.toSeconds(),
    });
    alarms.add('ApiThrottled', {
      metric: apiFunction.metricThrottles({ period: FIVE_MINUTES }),
      says: 'Lambda has no room for the control API: the limit of the account for functions at once is reached.',
      runbook: 'The control API fails',
      when: 'above',
      threshold: 0,
    });
    alarms.add('JobsFail', {
      metric: jobsFunction.metricErrors({ period: FIVE_MINUTES }),
      says: 'The function that does jobs failed three times in five minutes.',
      runbook: 'Jobs fail or wait',
      when: 'at-least',
      threshold: 3,
    });
    alarms.add('JobsWait', {
      metric: queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
      says: 'Jobs have waited for a quarter of an hour.',
      runbook: 'Jobs fail or wait',
      when: 'above',
      threshold: LATE_S,
    });
    alarms.add('JobsDead', {
      metric: dead.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES, statistic: Stats.MAXIMUM }),
      says: 'A call of the function that does jobs was given up.',
      runbook: 'Jobs fail or wait',
      when: 'above',
      threshold: 0,
    });
  }
}
