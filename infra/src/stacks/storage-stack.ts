import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { ControlTable } from '../storage/control-table.ts';
import { MediaBucket } from '../storage/media-bucket.ts';
import { R2Bucket } from '../storage/r2-bucket.ts';
import { S3Keys } from '../storage/s3-keys.ts';
import { Tokens } from '../storage/tokens.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';

/** The bucket as the stacks that use it know it. */
export interface StoredMedia {
  readonly kind: 'r2' | 's3';
  /** JSON: `accessKeyId`, `secretAccessKey`. R2: they read and write the whole bucket; S3: what the Worker may. */
  readonly keys: Secret;
}

/** What outlives every broadcast and every deployment: media, what the control API knows, and the tokens between the parts. */
export class StorageStack extends DeployedStack {
  readonly media: StoredMedia;
  readonly table: ControlTable['table'];
  readonly tokens: Tokens;

  constructor(scope: Construct, props: DeployedStackProps) {
    super(scope, 'Storage', 'media, the table of the control API, tokens', props);
    const { config, names, region } = props;
    const otherRegions = config.aws.regions.filter((other) => other !== region);
    this.tokens = new Tokens(this, 'Tokens', {
      deploymentName: config.name,
      nodeTokenName: names.nodeTokenSecret,
      nodeRegions: otherRegions,
    });
    this.table = new ControlTable(this, 'Control', { tableName: names.tableName, replicaRegions: otherRegions }).table;
    this.media = this.#media(props);
    new CfnOutput(this, 'BucketName', { description: 'Where media lies', value: names.bucketName });
    new CfnOutput(this, 'AdminToken', {
      description: 'The secret that holds the API token of the operator',
      value: this.tokens.adminToken.secretName,
    });
  }

  #media({ config, names, region }: DeployedStackProps): StoredMedia {
    const { storage } = config;
    if (storage.kind === 'r2') return { kind: 'r2', keys: new R2Bucket(this, 'Media', { config, names, region }).keys };
    const { bucketName } = names;
    if (!storage.isExistingBucket) new MediaBucket(this, 'Media', { bucketName, mediaDaysMax: storage.mediaDaysMax });
    return { kind: 's3', keys: new S3Keys(this, 'Keys', { bucketName }).secret };
  }
}
