import { Match, Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { StorageStack, type StorageStackProps } from './storage-stack.ts';

function templateOf(props?: StorageStackProps): Template {
  return Template.fromStack(new StorageStack(new App(), 'Storage', props));
}

describe('the media bucket', () => {
  const template = templateOf();

  it('is read by nobody in public', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      CorsConfiguration: Match.absent(),
      WebsiteConfiguration: Match.absent(),
    });
  });

  it('is encrypted, and refuses what comes without TLS 1.2', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    });
    for (const Condition of [
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]) {
      template.hasResourceProperties('AWS::S3::BucketPolicy', {
        PolicyDocument: {
          Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition })]),
        },
      });
    }
  });

  it('outlives the stack', () => {
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('deletes nothing by age unless it was told to, and always forgets unfinished uploads', () => {
    const unfinished = {
      Id: 'forget-unfinished-uploads',
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    };
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [unfinished] } });
    templateOf({ mediaDaysMax: 30 }).hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [unfinished, { Id: 'delete-old-media', Status: 'Enabled', ExpirationInDays: 30 }],
      },
    });
  });

  it('is the only one, and its name is told', () => {
    template.resourceCountIs('AWS::S3::Bucket', 1);
    const [bucketId] = Object.keys(template.findResources('AWS::S3::Bucket'));
    template.hasOutput('MediaBucketName', { Value: { Ref: bucketId } });
    expect(bucketId).toContain('Media');
  });
});
