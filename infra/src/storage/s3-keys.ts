import { AccessKey, PolicyStatement, User } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SecretValue } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcard } from '../nag/acknowledge.ts';
import { BucketArns } from './bucket-arns.ts';

/** What the edge itself writes: manifests of recordings and of clips (contracts' object keys). Media is the nodes'. */
export const EDGE_PREFIXES = ['_vod/', '_clip/'] as const;

/**
 * The Worker's key to an S3 bucket: it may read everything, and write manifests of recordings and clips. A Worker has no
 * role in AWS, so this is the one long-lived key of a deployment.
 */
export class S3Keys extends Construct {
  /** JSON: `accessKeyId`, `secretAccessKey`. */
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { bucketName }: { readonly bucketName: string }) {
    super(scope, id);
    const user = new User(this, 'Worker');
    const arns = new BucketArns(this, bucketName);
    const written = EDGE_PREFIXES.map((prefix) => arns.under(prefix));
    for (const [actions, resources] of [
      [['s3:GetObject'], [arns.under()]],
      // Without it S3 says 403 of what is not there yet, and the edge could not tell that from a wrong key.
      [['s3:ListBucket'], [arns.bucket]],
      [['s3:PutObject', 's3:DeleteObject'], written],
    ] as const) {
      user.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }));
    }
    for (const each of [arns.under(), ...written]) {
      acknowledgeWildcard(
        user,
        `Resource::${each}`,
        'Which objects there are going to be nobody knows; the bucket holds nothing else.',
      );
    }
    const key = new AccessKey(this, 'Key', { user });
    this.secret = new Secret(this, 'Secret', {
      description: 'Key of the Worker to the bucket',
      secretObjectValue: {
        accessKeyId: SecretValue.unsafePlainText(key.accessKeyId),
        secretAccessKey: key.secretAccessKey,
      },
    });
    acknowledge(
      this.secret,
      'AwsSolutions-SMG4',
      'The Worker has to get it at the same time: docs/RUNBOOK.md, "A token got out".',
    );
  }
}
