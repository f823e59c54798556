import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { acknowledgeWildcard } from '../nag/acknowledge.ts';
import { BucketArns } from '../storage/bucket-arns.ts';

/** Lets a function find and remove what a deleted channel has in an S3 bucket. It may read none of it. */
export function letDelete(remover: NodejsFunction, bucketName: string): void {
  const arns = new BucketArns(remover, bucketName);
  remover.addToRolePolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [arns.bucket] }));
  remover.addToRolePolicy(new PolicyStatement({ actions: ['s3:DeleteObject'], resources: [arns.under()] }));
  acknowledgeWildcard(remover.role ?? remover, `Resource::${arns.under()}`, 'Any channel may be deleted.');
}
