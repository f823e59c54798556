import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Synthesized } from '../testing/synthesized.ts';

const REGIONS = { accountId: '111122223333', regions: ['eu-west-1', 'us-east-1', 'ap-southeast-2'] };
const onS3 = new Synthesized({ storage: { kind: 's3' } });
const template = onS3.storage;

describe('the media bucket on S3', () => {
  it('is read by nobody in public', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketName: 'sluice-test-media-111122223333',
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
    template.resourceCountIs('AWS::S3::Bucket', 1);
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
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  it('deletes nothing by age unless it was told to, and always forgets unfinished uploads', () => {
    const unfinished = {
      Id: 'forget-unfinished-uploads',
      Status: 'Enabled',
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    };
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [unfinished] } });
    const aged = new Synthesized({ storage: { kind: 's3', mediaDaysMax: 30 } });
    aged.storage.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: {
        Rules: [unfinished, { Id: 'delete-old-media', Status: 'Enabled', ExpirationInDays: 30 }],
      },
    });
  });

  it('is not made where there is one', () => {
    const existing = new Synthesized({ storage: { kind: 's3', bucketName: 'films', isExistingBucket: true } });
    existing.storage.resourceCountIs('AWS::S3::Bucket', 0);
    existing.control.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ SLUICE_BUCKET: 'films' }) },
    });
  });

  it('is opened to the Worker by a key that reads, and writes what the edge writes', () => {
    const bucket = 'arn:aws:s3:::sluice-test-media-111122223333';
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: 's3:GetObject', Resource: `${bucket}/*` },
          { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucket },
          {
            Effect: 'Allow',
            Action: ['s3:DeleteObject', 's3:PutObject'],
            Resource: [`${bucket}/_clip/*`, `${bucket}/_vod/*`],
          },
        ],
        Version: '2012-10-17',
      },
    });
  });
});

describe('the table', () => {
  it('outlives the stack, can be set back, and forgets what has run out', () => {
    template.hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'RetainExceptOnCreate',
      // What fails before it keeps nothing that is protected from being taken back.
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('^Keys'),
        Match.stringLikeRegexp('^Media'),
        Match.stringLikeRegexp('^Tokens'),
      ]),
      Properties: {
        TableName: 'sluice-test',
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'expiresAtS', Enabled: true },
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        Replicas: [
          Match.objectLike({
            Region: 'eu-west-1',
            DeletionProtectionEnabled: true,
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          }),
        ],
      },
    });
  });

  it('has a copy in each further region', () => {
    const [table] = Object.values(
      new Synthesized({ aws: REGIONS }).storage.findResources('AWS::DynamoDB::GlobalTable'),
    );
    const regions = table?.Properties.Replicas.map(({ Region }: { Region: string }) => Region);
    expect(regions.sort()).toEqual([...REGIONS.regions].sort());
  });
});

describe('tokens', () => {
  it('are made at random by AWS, and that of nodes is in each region', () => {
    const { storage } = new Synthesized({ aws: REGIONS });
    for (const name of ['node', 'edge', 'admin']) {
      storage.hasResourceProperties('AWS::SecretsManager::Secret', {
        Name: `sluice/test/${name}-token`,
        GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true },
        ReplicaRegions: name === 'node' ? [{ Region: 'us-east-1' }, { Region: 'ap-southeast-2' }] : Match.absent(),
      });
    }
  });

  it('are in no output', () => {
    expect(JSON.stringify(template.findOutputs('*'))).not.toMatch(/resolve|SecretString/);
  });
});
