import { fileURLToPath } from 'node:url';
import { CustomResource } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { R2Jurisdiction, R2LocationHint } from '../api/r2-api.ts';
import { assertProperties } from '../custom-resource/checked-properties.ts';
import {
  ANSWER_TIMEOUT,
  CustomResourceFunction,
  mayPutSecret,
  mayReadSecrets,
  mayUseKeys,
  type SecretReference,
} from '../custom-resource/custom-resource-function.ts';
import { BucketProperties } from './bucket-properties.ts';

export interface CloudflareBucketProps {
  /** Of Cloudflare: 32 of 0-9 and a-f. */
  readonly accountId: string;
  /** Of the deployment: 1 to 32 of a-z, 0-9 and -. */
  readonly deployment: string;
  /** An API token of Cloudflare, as text; docs/CLOUDFLARE.md says what it must be allowed. */
  readonly apiTokenSecret: SecretReference;
  /** It cannot change later. */
  readonly bucketName: string;
  /** It is somebody's: used, and left alone. Absent: it is made where it is not there. */
  readonly isExistingBucket?: boolean | undefined;
  /** Near the ingest nodes; of no effect on a bucket that is there. Absent: Cloudflare chooses. */
  readonly locationHint?: R2LocationHint | undefined;
  /** Where the law wants media to stay. It cannot change later. Absent: anywhere. */
  readonly jurisdiction?: R2Jurisdiction | undefined;
  /** Days after which media is deleted. Absent: never. */
  readonly mediaDaysMax?: number | undefined;
  /** Where the credentials are put, as JSON of accessKeyId and secretAccessKey. */
  readonly credentialsSecret: SecretReference;
  /**
   * Somebody made the credentials and put them into the secret, and changes them: so the API token needs no permission to
   * make tokens, which is nearly all permissions. Absent: they are made here.
   */
  readonly areCredentialsGiven?: boolean | undefined;
  /** Whether the bucket goes with the stack, if nothing lies in it. Absent: it stays. */
  readonly isEmptyBucketRemoved?: boolean | undefined;
  /** Anything; another one makes the next deployment look at the credentials again. */
  readonly revision?: string | undefined;
  /** How long the log of what deploys it is kept; one of CloudWatch's numbers. Absent: 90. */
  readonly logDays?: number | undefined;
}

const HANDLER = fileURLToPath(new URL('bucket.handler.ts', import.meta.url));

/** A bucket in R2, as a part of a stack, and the key to it. */
export class CloudflareBucket extends Construct {
  constructor(scope: Construct, id: string, props: CloudflareBucketProps) {
    super(scope, id);
    assertRulesOurs(props);
    const properties = bucketProperties(props);
    assertProperties('CloudflareBucket', BucketProperties, properties);
    const { apiTokenSecret, credentialsSecret, areCredentialsGiven = false, logDays } = props;
    const read = [apiTokenSecret, credentialsSecret];
    const written = areCredentialsGiven ? [] : [credentialsSecret];
    const lambda = new CustomResourceFunction(this, 'Deploy', {
      entry: HANDLER,
      description: 'Sluice: makes and changes the bucket in Cloudflare',
      statements: [mayReadSecrets(read), ...written.map(mayPutSecret), ...mayUseKeys(read, written)],
      logDays,
    });
    new CustomResource(this, 'Resource', {
      serviceToken: lambda.arn,
      serviceTimeout: ANSWER_TIMEOUT,
      resourceType: 'Custom::SluiceBucket',
      properties,
    });
  }
}

function assertRulesOurs({ isExistingBucket, mediaDaysMax, isEmptyBucketRemoved }: CloudflareBucketProps): void {
  if (isExistingBucket !== true || (mediaDaysMax === undefined && isEmptyBucketRemoved !== true)) return;
  throw new Error('CloudflareBucket: a bucket of somebody’s is left alone: no mediaDaysMax, no isEmptyBucketRemoved');
}

/** As BucketProperties reads them. CloudFormation makes text of numbers and booleans, so they are text from the beginning. */
function bucketProperties(props: CloudflareBucketProps) {
  const { locationHint, jurisdiction, mediaDaysMax, revision } = props;
  return {
    AccountId: props.accountId,
    Deployment: props.deployment,
    ApiTokenSecretArn: props.apiTokenSecret.secretArn,
    BucketName: props.bucketName,
    IsBucketOurs: String(props.isExistingBucket !== true),
    CredentialsSecretArn: props.credentialsSecret.secretArn,
    AreCredentialsOurs: String(props.areCredentialsGiven !== true),
    ...(jurisdiction !== undefined && { Jurisdiction: jurisdiction }),
    ...(locationHint !== undefined && { LocationHint: locationHint }),
    ...(mediaDaysMax !== undefined && { MediaDaysMax: String(mediaDaysMax) }),
    ...(props.isEmptyBucketRemoved === true && { IsEmptyBucketRemoved: 'true' }),
    ...(revision !== undefined && { Revision: revision }),
  };
}
