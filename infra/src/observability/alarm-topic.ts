import { AnyPrincipal, Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { alarmTopicName } from './alarms.ts';

export interface AlarmTopicProps {
  readonly deploymentName: string;
  readonly emails: readonly string[];
}

/** Where a region's alarms write to. Only CloudWatch of this account may, and by TLS. */
export class AlarmTopic extends Construct {
  constructor(scope: Construct, id: string, { deploymentName, emails }: AlarmTopicProps) {
    super(scope, id);
    const topic = new Topic(this, 'Topic', {
      topicName: alarmTopicName(deploymentName),
      displayName: `Sluice ${deploymentName}`,
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    topic.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    );
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
  }
}
