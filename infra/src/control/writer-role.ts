import { Effect, type IRole, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledgeWildcard } from '../nag/acknowledge.ts';
import { BucketArns } from '../storage/bucket-arns.ts';
import { EDGE_PREFIXES } from '../storage/s3-keys.ts';

export interface WriterRoleProps {
  readonly bucketName: string;
  /** The control API's. Nobody else may take the role: nodes are given what it lends for one channel. */
  readonly takenBy: IRole;
}

/**
 * What ingest nodes write media as. The control API takes this role for a node's publisher, with a session policy that
 * leaves the one channel's prefix of it (functions' write credentials); no node can take it itself.
 */
export class WriterRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { bucketName, takenBy }: WriterRoleProps) {
    super(scope, id);
    const arns = new BucketArns(this, bucketName);
    const edges = EDGE_PREFIXES.map((prefix) => arns.under(prefix));
    this.role = new Role(this, 'Role', {
      description: 'Sluice: writes the media of one channel, as the control API lends it to an ingest node',
      assumedBy: takenBy,
      maxSessionDuration: Duration.hours(1),
    });
    // Reading is for HeadObject: a node may not know whether its own PUT was done, or what a node before it has stored.
    const actions = ['s3:GetObject', 's3:PutObject'];
    this.role.addToPolicy(new PolicyStatement({ actions, resources: [arns.under()] }));
    // What the edge keeps of recordings and clips is no node's affair, whatever a session policy says.
    this.role.addToPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: ['s3:*'],
        resources: edges,
      }),
    );
    const reason = 'The session policy of each loan names the channel; this is the bound of all of them.';
    for (const finding of [
      'Action::s3:*',
      ...[arns.under(), ...edges].map((arn) => `Resource::${arn}` as const),
    ] as const) {
      acknowledgeWildcard(this.role, finding, reason);
    }
    this.role.grantAssumeRole(takenBy);
  }
}
