import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { MediaBucket, type MediaBucketProps } from '../storage/media-bucket.ts';

export interface StorageStackProps extends StackProps, MediaBucketProps {}

/** What outlives every broadcast and every deployment: the media. */
export class StorageStack extends Stack {
  constructor(scope: Construct, id: string, { mediaDaysMax, ...props }: StorageStackProps = {}) {
    super(scope, id, { description: 'Sluice: where the media of all broadcasts lies', ...props });
    const media = new MediaBucket(this, 'Media', mediaDaysMax === undefined ? {} : { mediaDaysMax });
    new CfnOutput(this, 'MediaBucketName', {
      description: 'SLUICE_BUCKET of the ingest nodes',
      value: media.bucket.bucketName,
    });
  }
}
