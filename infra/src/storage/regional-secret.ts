import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Fn, Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';

/** `arn:aws:secretsmanager:{region}:{account}:secret:{name}-{six characters}`: the last part. */
const NAME_PART = 6;

/**
 * A secret, or its copy in the stack's own region: the ARN of a copy differs in the region alone (AWS Secrets Manager User
 * Guide, "Replicate secrets across Regions"). With its whole ARN, for ECS is not documented to take a part of one.
 */
export function regionalSecret(scope: Construct, id: string, arn: string): ISecret {
  const { partition, region, account } = Stack.of(scope);
  const name = Fn.select(NAME_PART, Fn.split(':', arn));
  const here = Fn.join(':', ['arn', partition, 'secretsmanager', region, account, 'secret', name]);
  return Secret.fromSecretCompleteArn(scope, id, here);
}
