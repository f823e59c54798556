import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { CloudflareEdge, type CloudflareEdgeProps } from './cloudflare-edge.ts';

const ID = 'a'.repeat(32);
const workerPath = join(mkdtempSync(join(tmpdir(), 'sluice-test-')), 'worker.js');
writeFileSync(workerPath, 'export default {};');

type Storage = (stack: Stack) => CloudflareEdgeProps['storage'];
const r2: Storage = (stack) => ({ kind: 'r2', credentialsSecret: new Secret(stack, 'R2') });
const s3: Storage = (stack) => ({
  kind: 's3',
  endpoint: 'https://s3.eu-west-1.amazonaws.com',
  region: 'eu-west-1',
  credentialsSecret: new Secret(stack, 'S3'),
});

function stackOf(more: Partial<CloudflareEdgeProps> = {}, storage: Storage = r2, app = new App()): Stack {
  const stack = new Stack(app, 'Edge');
  new CloudflareEdge(stack, 'Edge', {
    accountId: ID,
    zoneId: ID,
    domain: 'live.example.com',
    deployment: 'prod',
    apiTokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'cloudflare'),
    edgeTokenSecret: new Secret(stack, 'EdgeToken'),
    controlUrl: 'https://control.example.com',
    storage: storage(stack),
    workerPath,
    ...more,
  });
  return stack;
}

describe('the edge in a stack', () => {
  const template = Template.fromStack(
    stackOf({ mediaDomain: 'media.example.com', mediaDaysMax: 30, routes: ['example.com/a'] }),
  );

  it('is a resource with all that it is told as text', () => {
    template.hasResourceProperties('Custom::SluiceEdge', {
      ServiceTimeout: '3000',
      WorkerName: 'sluice-prod',
      WorkersCache: 'off',
      Routes: ['example.com/a'],
      Worker: Match.stringLikeRegexp('"compatibility_date":"\\d{4}-\\d{2}-\\d{2}"'),
      Code: { Bucket: Match.anyValue(), Key: Match.stringLikeRegexp('^[0-9a-f]{64}\\.js$') },
      Storage: { Kind: 'r2', IsBucketOurs: 'true', MediaDaysMax: '30', MediaDomain: 'media.example.com' },
    });
  });

  it('has a bucket named after the deployment and the stack', () => {
    const uuid = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    const block = { 'Fn::Select': [0, { 'Fn::Split': ['-', uuid] }] };
    template.hasResourceProperties('Custom::SluiceEdge', {
      Storage: { BucketName: { 'Fn::Join': ['', ['sluice-prod-', block]] } },
    });
  });

  it('has a function on Node 24 and ARM, with a quarter of an hour and one log that ends', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Timeout: 900,
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
    template.resourceCountIs('AWS::Lambda::Function', 1);
  });

  it('lets that function read three secrets, write one, read code, write its log, and nothing else', () => {
    template.resourceCountIs('AWS::IAM::Role', 1);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.hasResourceProperties('AWS::IAM::Role', {
      ManagedPolicyArns: Match.absent(),
      Policies: [
        {
          PolicyDocument: {
            Statement: [
              {
                Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
                Resource: Match.objectLike({ 'Fn::GetAtt': Match.anyValue() }),
              },
              {
                Action: 'secretsmanager:GetSecretValue',
                Resource: [partialArn('cloudflare'), ref('EdgeToken'), ref('R2')],
              },
              { Action: 'secretsmanager:PutSecretValue', Resource: ref('R2') },
              { Action: 's3:GetObject' },
            ].map((statement) => Match.objectLike({ Effect: 'Allow', ...statement })),
          },
        },
      ],
    });
  });

  it.each<[string, Storage]>([
    ['media is in S3', s3],
    ['somebody brings the credentials', (stack) => ({ ...r2(stack), areCredentialsGiven: true })],
  ])('writes no secret where %s', (_, storage) => {
    const text = JSON.stringify(Template.fromStack(stackOf({}, storage)).toJSON());
    expect(text).not.toContain('PutSecretValue');
  });

  it('has nothing that cdk-nag finds fault with', () => {
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new Stack(app, 'Quiet');
    new CloudflareEdge(stack, 'Edge', {
      accountId: ID,
      zoneId: ID,
      domain: 'live.example.com',
      deployment: 'prod',
      apiTokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'cloudflare'),
      edgeTokenSecret: Secret.fromSecretNameV2(stack, 'EdgeToken', 'edge'),
      controlUrl: 'https://control.example.com',
      storage: { kind: 'r2', credentialsSecret: Secret.fromSecretNameV2(stack, 'R2', 'r2') },
      workerPath,
    });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('what is wrong is refused at synth:', () => {
  it.each<[string, Partial<CloudflareEdgeProps>, RegExp]>([
    ['an account id', { accountId: 'mine' }, /AccountId .* 32 of 0-9 and a-f/],
    ['a domain', { domain: 'https://live.example.com' }, /Domain .* no name of a host/],
    ['a deployment', { deployment: 'My Deployment' }, /Deployment .* 1 to 32/],
    ['days', { mediaDaysMax: 0 }, /MediaDaysMax/],
  ])('%s', (_, more, told) => expect(() => stackOf(more)).toThrow(told));

  it('a media domain of a bucket in S3', () => {
    expect(() => stackOf({ mediaDomain: 'media.example.com' }, s3)).toThrow(/for a bucket in R2/);
  });

  it('days for a bucket that is there', () => {
    const storage: Storage = (stack) => ({
      kind: 'r2',
      existingBucketName: 'theirs',
      credentialsSecret: new Secret(stack, 'R2'),
    });
    expect(() => stackOf({ mediaDaysMax: 3 }, storage)).toThrow(/of the stack’s own/);
  });

  it('and not what is known only later', () => {
    const stack = stackOf({ controlUrl: new Stack(new App(), 'Other').stackId });
    expect(() => Template.fromStack(stack)).not.toThrow(/ControlUrl/);
  });
});

function ref(id: string) {
  return { Ref: Match.stringLikeRegexp(`^${id}[0-9A-F]{8}$`) };
}

function partialArn(name: string) {
  return { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:secret:${name}-\\?{6}$`)])] };
}
