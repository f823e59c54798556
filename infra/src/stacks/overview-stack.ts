import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { MonthlyBudget } from '../observability/monthly-budget.ts';
import { Overview } from '../observability/overview.ts';
import type { ControlStack } from './control-stack.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';

export interface OverviewStackProps extends DeployedStackProps {
  readonly control: ControlStack;
}

const FIVE_MINUTES = Duration.minutes(5);

/** The dashboard of all regions, in the first one, and the budget. */
export class OverviewStack extends DeployedStack {
  constructor(scope: Construct, props: OverviewStackProps) {
    super(scope, 'Overview', 'dashboard and budget', props);
    const { config, control } = props;
    const { emails, monthlyBudgetUsd: usd } = config.observability;
    this.#addOverview(control, props);
    if (usd !== undefined) new MonthlyBudget(this, 'Bill', { deploymentName: config.name, usd, emails });
  }

  #addOverview({ api, functions, jobQueue }: ControlStack, { config, names }: DeployedStackProps): void {
    new Overview(this, 'Overview', {
      deploymentName: config.name,
      namespace: names.metricNamespace,
      regions: config.aws.regions,
      edgeUrl: names.edgeUrl,
      tableName: names.tableName,
      control: {
        requests: api.metricCount({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        failures: api.metricServerError({ period: FIVE_MINUTES, statistic: Stats.SUM }),
        latency: api.metricLatency({ period: FIVE_MINUTES, statistic: Stats.p(95) }),
        jobFailures: functions.jobs.metricErrors({ period: FIVE_MINUTES }),
        jobAge: jobQueue.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES }),
        deadJobs: jobQueue.dead.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES }),
      },
    });
  }
}
