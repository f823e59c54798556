import type { Construct } from 'constructs';
import { AlarmTopic } from '../observability/alarm-topic.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';

/** Whom a region's alarms write to. It is there before anything that could ring. */
export class ObservabilityStack extends DeployedStack {
  constructor(scope: Construct, props: DeployedStackProps) {
    super(scope, `Observability-${props.region}`, `whom alarms of ${props.region} write to`, props);
    const { name, observability } = props.config;
    new AlarmTopic(this, 'Alarms', { deploymentName: name, emails: observability.emails });
  }
}
