import { Match, Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { unbundledApp } from '../testing/unbundled-app.ts';
import { CloudflareBucket, type CloudflareBucketProps } from './cloudflare-bucket.ts';

const ID = 'a'.repeat(32);
const WRITES_LOG = {
  Effect: 'Allow',
  Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
  Resource: Match.objectLike({ 'Fn::GetAtt': Match.anyValue() }),
};

function stackOf(more: Partial<CloudflareBucketProps> = {}, app = unbundledApp()): Stack {
  const stack = new Stack(app, 'Storage');
  new CloudflareBucket(stack, 'Bucket', {
    accountId: ID,
    deployment: 'prod',
    apiTokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'cloudflare'),
    bucketName: 'sluice-prod-media',
    credentialsSecret: Secret.fromSecretNameV2(stack, 'Keys', 'keys'),
    ...more,
  });
  return stack;
}

/** What the function may do, besides nothing. */
function expectStatements(stack: Stack, statements: readonly object[]): void {
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::IAM::Role', 1);
  template.resourceCountIs('AWS::IAM::Policy', 0);
  template.hasResourceProperties('AWS::IAM::Role', {
    ManagedPolicyArns: Match.absent(),
    Policies: [{ PolicyDocument: { Statement: [WRITES_LOG, ...statements] } }],
  });
}

describe('a bucket in a stack', () => {
  it('is a resource with all that it is told as text', () => {
    const told = { locationHint: 'weur', jurisdiction: 'eu', mediaDaysMax: 30, revision: '2' } as const;
    Template.fromStack(stackOf({ ...told, isEmptyBucketRemoved: true })).hasResourceProperties('Custom::SluiceBucket', {
      ServiceToken: Match.anyValue(),
      ServiceTimeout: '3000',
      AccountId: ID,
      Deployment: 'prod',
      ApiTokenSecretArn: Match.anyValue(),
      BucketName: 'sluice-prod-media',
      IsBucketOurs: 'true',
      CredentialsSecretArn: Match.anyValue(),
      AreCredentialsOurs: 'true',
      Jurisdiction: 'eu',
      LocationHint: 'weur',
      MediaDaysMax: '30',
      IsEmptyBucketRemoved: 'true',
      Revision: '2',
    });
  });

  it('says of what is somebody’s that it is', () => {
    const template = Template.fromStack(stackOf({ isExistingBucket: true, areCredentialsGiven: true }));
    template.hasResourceProperties('Custom::SluiceBucket', { IsBucketOurs: 'false', AreCredentialsOurs: 'false' });
  });

  it('lets its function read two secrets, write one, write its log, and nothing else', () => {
    expectStatements(stackOf(), [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: [partialArn('cloudflare'), partialArn('keys')],
      },
      { Effect: 'Allow', Action: 'secretsmanager:PutSecretValue', Resource: partialArn('keys') },
    ]);
  });

  it('lets it write no secret where somebody brings the credentials', () => {
    expectStatements(stackOf({ areCredentialsGiven: true }), [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: [partialArn('cloudflare'), partialArn('keys')],
      },
    ]);
  });

  it('lets it use the key of a secret that has one of its own', () => {
    const app = unbundledApp();
    const keys = new Stack(app, 'Keys');
    const encryptionKey = new Key(keys, 'Key');
    const stack = stackOf({ credentialsSecret: new Secret(keys, 'Keys', { encryptionKey }) }, app);
    const actions = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Role'));
    expect(actions).toContain('"kms:Decrypt"');
    expect(actions).toContain('"kms:GenerateDataKey"');
  });

  it('keeps its function’s log for as long as it is told', () => {
    Template.fromStack(stackOf()).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    Template.fromStack(stackOf({ logDays: 14 })).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
  });

  it('has nothing that cdk-nag finds fault with', () => {
    const app = unbundledApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    stackOf({}, app);
    expect(() => app.synth()).not.toThrow();
  });
});

describe('what is wrong is refused at synth:', () => {
  it.each<[string, Partial<CloudflareBucketProps>, RegExp]>([
    ['an account id', { accountId: 'mine' }, /AccountId .* 32 of 0-9 and a-f/],
    ['a deployment', { deployment: 'My Deployment' }, /Deployment .* 1 to 32/],
    ['a name', { bucketName: 'My_Bucket' }, /BucketName .* 3 to 63/],
    ['days', { mediaDaysMax: 0 }, /MediaDaysMax/],
    ['days for a bucket of somebody’s', { mediaDaysMax: 3, isExistingBucket: true }, /is left alone/],
    ['an end for a bucket of somebody’s', { isEmptyBucketRemoved: true, isExistingBucket: true }, /is left alone/],
    ['days for the log', { logDays: 4 }, /CloudWatch keeps no log for 4 days/],
  ])('%s', (_, more, told) => expect(() => stackOf(more)).toThrow(told));
});

function partialArn(name: string) {
  return { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:secret:${name}-\\?{6}$`)])] };
}
