import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/** One thing that somebody has to look at. */
export interface AlarmProps {
  readonly metric: IMetric;
  /** What is the matter, as a sentence for a mail. */
  readonly says: string;
  /** The heading of docs/RUNBOOK.md that says what to do. */
  readonly runbook: string;
  readonly when: 'above' | 'at-least' | 'below';
  readonly threshold: number;
  /** Of so many minutes (of the metric's period) … */
  readonly of?: number;
  /** … so many, all of them if absent. */
  readonly minutes?: number;
  /** Silence is bad as well: it comes from nodes that ought to speak. */
  readonly isSilenceBad?: boolean;
}

const OPERATOR = {
  above: ComparisonOperator.GREATER_THAN_THRESHOLD,
  'at-least': ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

/** The topic that a region's alarms write to; ObservabilityStack makes it. */
export function alarmTopicName(deploymentName: string): string {
  return `sluice-${deploymentName}-alarms`;
}

/** The alarms of a stack. Each writes when it begins and when it is over, with the heading of the runbook. */
export class Alarms extends Construct {
  readonly #topic: ITopic;

  constructor(scope: Construct, id: string, { deploymentName }: { readonly deploymentName: string }) {
    super(scope, id);
    const arn = Stack.of(this).formatArn({ service: 'sns', resource: alarmTopicName(deploymentName) });
    this.#topic = Topic.fromTopicArn(this, 'Topic', arn);
  }

  add(
    id: string,
    { metric, says, runbook, when, threshold, of = 1, minutes = of, isSilenceBad = false }: AlarmProps,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      alarmDescription: `${says} docs/RUNBOOK.md, "${runbook}".`,
      comparisonOperator: OPERATOR[when],
      threshold,
      evaluationPeriods: of,
      datapointsToAlarm: minutes,
      treatMissingData: isSilenceBad ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
    alarm.addOkAction(new SnsAction(this.#topic));
  }
}
