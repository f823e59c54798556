import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
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
  readonly keys: ISecret;
}

/** What outlives every broadcast and every deployment: media, what the control API knows, and the tokens between the parts. */
export class StorageStack extends DeployedStack {
  readonly media: StoredMedia;
  readonly table: ControlTable['table'];
  readonly tokens: Tokens;
  readonly #mediaParts: Construct[] = [];

  constructor(scope: Construct, props: DeployedStackProps) {
    super(scope, 'Storage', 'media, the table of the control API, tokens', props);
    const { config, names, region } = props;
    const otherRegions = config.aws.regions.filter((other) => other !== region);
    this.tokens = new Tokens(this, 'Tokens', {
      deploymentName: config.name,
      nodeTokenName: names.nodeTokenSecret,
      nodeRegions: otherRegions,
    });
    this.media = this.#media(props);
    const control = new ControlTable(this, 'Control', { tableName: names.tableName, replicaRegions: otherRegions });
    // Last: what protects it from being deleted would also keep a first deployment that failed from being taken back.
    for (const each of [this.tokens, ...this.#mediaParts]) control.node.addDependency(each);
    this.table = control.table;
    new CfnOutput(this, 'BucketName', { description: 'Where media lies', value: names.bucketName });
    new CfnOutput(this, 'AdminToken', {
      description: 'The secret that holds the API token of the operator',
      value: this.tokens.adminToken.secretName,
    });
  }

  #media({ config, names, region }: DeployedStackProps): StoredMedia {
    const { storage } = config;
    if (storage.kind === 'r2') {
      const bucket = new R2Bucket(this, 'Media', { config, names, region });
      this.#mediaParts.push(bucket);
      return { kind: 'r2', keys: bucket.keys };
    }
    const { bucketName } = names;
    const keys = new S3Keys(this, 'Keys', { bucketName });
    this.#mediaParts.push(keys);
    if (!storage.isExistingBucket) {
      const { mediaDaysMax } = storage;
      this.#mediaParts.push(new MediaBucket(this, 'Media', { bucketName, mediaDaysMax }));
    }
    return { kind: 's3', keys: keys.secret };
  }
}
