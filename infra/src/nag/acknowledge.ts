import { Validations } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** Says why a rule of cdk-nag does not hold for `scope` and what is below it. Each has its own reason, beside what it is about. */
export function acknowledge(scope: IConstruct, rule: string, reason: string): void {
  Validations.of(scope).acknowledge({ id: rule, reason });
}

/** The same for a permission that names more than one thing: `finding` is its resource or action as cdk-nag prints it. */
export function acknowledgeWildcard(
  scope: IConstruct,
  finding: `${'Resource' | 'Action'}::${string}`,
  reason: string,
): void {
  acknowledge(scope, `AwsSolutions-IAM5[${finding}]`, reason);
}
