import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** CloudWatch's name for a number of days. Throws RangeError for one that it does not know. */
export function logRetention(days: number): RetentionDays {
  const known: unknown = RetentionDays[days];
  if (known === undefined) throw new RangeError(`CloudWatch keeps no log for ${days} days`);
  return days;
}
