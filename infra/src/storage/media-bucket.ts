import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Duration, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';

export interface MediaBucketProps {
  readonly bucketName: string;
  /**
   * Objects older than this are deleted, whatever broadcast they belong to. Absent: nothing is ever deleted by age, and
   * the bucket grows with every broadcast.
   */
  readonly mediaDaysMax?: number;
}

/** Objects are put whole. Pieces of an upload that never ended would be paid for and seen by nobody. */
const UNFINISHED_UPLOAD_DAYS = 1;
const TLS_VERSION_MIN = 1.2;

/**
 * Where ingest nodes put init segments, parts and segments. Private: viewers reach it through the edge only, so it
 * needs no CORS and no public read.
 */
export class MediaBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { bucketName, mediaDaysMax }: MediaBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: TLS_VERSION_MIN,
      // Objects are never rewritten, so an older version of one would only be a second bill.
      versioned: false,
      // Broadcasts are worth more than the stack: who deletes it still has them.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      lifecycleRules: lifecycleRules(mediaDaysMax),
    });
    acknowledge(
      this.bucket,
      'AwsSolutions-S1',
      'Some objects a second for each broadcast: the log would be larger than what it says.',
    );
  }
}

function lifecycleRules(mediaDaysMax: number | undefined): LifecycleRule[] {
  const unfinished = {
    id: 'forget-unfinished-uploads',
    abortIncompleteMultipartUploadAfter: Duration.days(UNFINISHED_UPLOAD_DAYS),
  };
  if (mediaDaysMax === undefined) return [unfinished];
  return [unfinished, { id: 'delete-old-media', expiration: Duration.days(mediaDaysMax) }];
}
