import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { apiTokenSecret } from '../cloudflare/api-token-secret.ts';
import { CloudflareBucket } from '../cloudflare/bucket-resource/cloudflare-bucket.ts';
import type { DeploymentConfig } from '../config/deployment-config.ts';
import type { DeploymentNames } from '../config/deployment-names.ts';
import { r2LocationNear } from '../config/places.ts';
import { acknowledge } from '../nag/acknowledge.ts';

export interface R2BucketProps {
  readonly config: DeploymentConfig;
  readonly names: DeploymentNames;
  readonly region: string;
}

/** Media on R2: the bucket, and the key to it. */
export class R2Bucket extends Construct {
  /** JSON: `accessKeyId`, `secretAccessKey`. It reads and writes the whole bucket. */
  readonly keys: ISecret;

  constructor(scope: Construct, id: string, { config, names, region }: R2BucketProps) {
    super(scope, id);
    const { storage, cloudflare, aws, revision } = config;
    if (storage.kind !== 'r2') throw new Error('the media of this deployment is not on R2');
    // Nodes have it only where they are told to: then each region needs a copy.
    const otherRegions = storage.credentialsOf === 'node' ? aws.regions.filter((other) => other !== region) : [];
    const isGiven = storage.credentialsSecretName !== undefined;
    this.keys = isGiven
      ? Secret.fromSecretNameV2(this, 'GivenKeys', names.bucketKeysSecret)
      : this.#makeKeys(names.bucketKeysSecret, otherRegions);
    new CloudflareBucket(this, 'Bucket', {
      accountId: cloudflare.accountId,
      deployment: config.name,
      apiTokenSecret: apiTokenSecret(this, config),
      bucketName: names.bucketName,
      isExistingBucket: storage.isExistingBucket,
      areCredentialsGiven: isGiven,
      locationHint: storage.locationHint ?? r2LocationNear(region),
      ...(storage.jurisdiction !== undefined && { jurisdiction: storage.jurisdiction }),
      ...(storage.mediaDaysMax !== undefined && { mediaDaysMax: storage.mediaDaysMax }),
      credentialsSecret: this.keys,
      revision: String(revision),
      logDays: config.observability.logDays,
    });
  }

  #makeKeys(secretName: string, regions: readonly string[]): ISecret {
    const keys = new Secret(this, 'Keys', {
      secretName,
      description: 'Key to the bucket on R2, as JSON of accessKeyId and secretAccessKey',
      replicaRegions: regions.map((region) => ({ region })),
    });
    acknowledge(keys, 'AwsSolutions-SMG4', 'It is a token of Cloudflare: docs/RUNBOOK.md, "A token got out".');
    return keys;
  }
}
