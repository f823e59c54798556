import { Stack } from 'aws-cdk-lib/core';
import type { IConstruct } from 'constructs';

/** An S3 bucket and what is in it, by its name, which is known before it is made: policies of other stacks need no reference to it. */
export class BucketArns {
  readonly bucket: string;

  constructor(scope: IConstruct, bucketName: string) {
    this.bucket = Stack.of(scope).formatArn({ service: 's3', region: '', account: '', resource: bucketName });
  }

  /** Everything whose key begins with `prefix`. */
  under(prefix = ''): string {
    return `${this.bucket}/${prefix}*`;
  }
}
