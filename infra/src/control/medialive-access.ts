import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../nag/acknowledge.ts';

/** What the control API asks of MediaLive's things (functions/src/medialive). */
const ACTIONS = [
  'CreateInputSecurityGroup',
  'DeleteInputSecurityGroup',
  'CreateInput',
  'DeleteInput',
  'DescribeInput',
  'CreateChannel',
  'DeleteChannel',
  'DescribeChannel',
  'StartChannel',
  'StopChannel',
  'CreateTags',
].map((action) => `medialive:${action}`);
/** Which there are; these know no resources ("Actions defined by AWS Elemental MediaLive"). */
const LISTS = ['ListInputSecurityGroups', 'ListInputs', 'ListChannels'].map((action) => `medialive:${action}`);
const KINDS = ['channel', 'input', 'inputSecurityGroup'];

/** MediaLive's role, and what the control API needs to run channels with it. */
export class MediaLiveAccess extends Construct {
  /** What MediaLive itself acts as: it pushes to our nodes, which asks for nothing in AWS, and writes its log. */
  readonly role: Role;

  constructor(scope: Construct, id: string, { controller }: { readonly controller: IRole }) {
    super(scope, id);
    const stack = Stack.of(this);
    this.role = new Role(this, 'Role', {
      description: 'Sluice: what MediaLive acts as',
      assumedBy: new ServicePrincipal('medialive.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    });
    const logs = stack.formatArn({
      service: 'logs',
      resource: 'log-group',
      resourceName: 'ElementalMediaLive*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
        resources: [logs, `${logs}:*`],
      }),
    );
    for (const each of [logs, `${logs}:*`]) {
      acknowledgeWildcard(this.role, `Resource::${each}`, 'MediaLive names its log groups and streams itself.');
    }
    this.#letControl(controller);
  }

  #letControl(controller: IRole): void {
    const kinds = KINDS.map((resource) =>
      Stack.of(this).formatArn({
        service: 'medialive',
        resource,
        resourceName: '*',
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    );
    controller.addToPrincipalPolicy(new PolicyStatement({ actions: ACTIONS, resources: kinds }));
    controller.addToPrincipalPolicy(new PolicyStatement({ actions: LISTS, resources: ['*'] }));
    for (const each of ['*', ...kinds]) {
      acknowledgeWildcard(
        controller,
        `Resource::${each}`,
        'MediaLive gives its things their ids when it makes them; ours have a tag.',
      );
    }
    controller.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [this.role.roleArn],
        conditions: { StringEquals: { 'iam:PassedToService': 'medialive.amazonaws.com' } },
      }),
    );
  }
}
