import { z } from 'zod';
import { R2_JURISDICTIONS, R2_LOCATION_HINTS } from '../api/r2-api.ts';
import { CloudflareId, DeploymentName, R2BucketName, SecretArn, YesNo } from '../custom-resource/property-schemas.ts';

/** Ten years, as for a bucket of S3 (infra/src/config/deployment-config.ts). */
const MEDIA_DAYS_MAX = 3_650;

/** What `Custom::SluiceBucket` is told; docs/CLOUDFLARE.md says what comes of it. */
export const BucketProperties = z.strictObject({
  AccountId: CloudflareId,
  Deployment: DeploymentName,
  ApiTokenSecretArn: SecretArn,
  BucketName: R2BucketName,
  /** The bucket is made where it is not there, and its rules are ours. Otherwise it is somebody's, and is left alone. */
  IsBucketOurs: YesNo,
  Jurisdiction: z.enum(R2_JURISDICTIONS).default('default'),
  LocationHint: z.enum(R2_LOCATION_HINTS).optional(),
  MediaDaysMax: z.coerce.number().int().min(1).max(MEDIA_DAYS_MAX).optional(),
  /** Where the bucket's S3 credentials are put. */
  CredentialsSecretArn: SecretArn,
  /** Whether they are made here. Otherwise somebody has put them into the secret, and changes them. */
  AreCredentialsOurs: YesNo.default(true),
  /** Whether the bucket goes with the resource, if nothing lies in it. */
  IsEmptyBucketRemoved: YesNo.default(false),
  /** Anything. Another one makes the deployment look at its credentials again. */
  Revision: z.string().max(128).optional(),
});
export type BucketProperties = z.infer<typeof BucketProperties>;
