import { z } from 'zod';

export const CloudflareId = z.string().regex(/^[0-9a-f]{32}$/, 'an id of Cloudflare is 32 of 0-9 and a-f');

export const SecretArn = z
  .string()
  .regex(/^arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S{1,512}$/, 'this is no ARN of a secret');

/** CloudFormation makes text of it. */
export const YesNo = z.enum(['true', 'false']).transform((word) => word === 'true');

/** Of the deployment, in names that people read. */
export const DeploymentName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a deployment is named by 1 to 32 of a-z, 0-9 and -');

/** developers.cloudflare.com/r2/buckets/create-buckets */
export const R2BucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'a bucket is named by 3 to 63 of a-z, 0-9 and -');
