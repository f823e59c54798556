import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { unbundledApp } from '../testing/unbundled-app.ts';
import { CloudflareEdge, type CloudflareEdgeProps } from './cloudflare-edge.ts';

const ID = 'a'.repeat(32);
const workerPath = join(mkdtempSync(join(tmpdir(), 'sluice-test-')), 'worker.js');
writeFileSync(workerPath, 'export default {};');

type Storage = (stack: Stack) => CloudflareEdgeProps['storage'];
const r2: Storage = () => ({ kind: 'r2', bucketName: 'sluice-prod-media', jurisdiction: 'eu' });
const s3: Storage = (stack) => ({
  kind: 's3',
  endpoint: 'https://s3.eu-west-1.amazonaws.com',
  region: 'eu-west-1',
  credentialsSecret: new Secret(stack, 'S3'),
});

function stackOf(more: Partial<CloudflareEdgeProps> = {}, storage: Storage = r2, app = unbundledApp()): Stack {
  const stack = new Stack(app, 'Edge');
  new CloudflareEdge(stack, 'Edge', {
    accountId: ID,
    zoneId: ID,
    domain: 'live.example.com',
    workerName: 'sluice-prod',
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
  const template = Template.fromStack(stackOf({ mediaDomain: 'media.example.com', routes: ['example.com/a'] }));

  it('is a resource with all that it is told as text', () => {
    template.hasResourceProperties('Custom::SluiceEdge', {
      ServiceTimeout: '3000',
      ZoneId: ID,
      WorkerName: 'sluice-prod',
      WorkersCache: 'off',
      Routes: ['example.com/a'],
      Worker: Match.stringLikeRegexp('"compatibility_date":"\\d{4}-\\d{2}-\\d{2}"'),
      Code: { Bucket: Match.anyValue(), Key: Match.stringLikeRegexp('^[0-9a-f]{64}\\.js$') },
      Storage: {
        Kind: 'r2',
        BucketName: 'sluice-prod-media',
        Jurisdiction: 'eu',
        MediaDomain: 'media.example.com',
      },
    });
  });

  it('leaves its zone to be found, where none is told', () => {
    const found = Template.fromStack(stackOf({ zoneId: undefined }));
    found.hasResourceProperties('Custom::SluiceEdge', { ZoneId: Match.absent(), Domain: 'live.example.com' });
  });

  it('takes over from another stack where it is told to, and otherwise says nothing of it', () => {
    const told = (more: Partial<CloudflareEdgeProps>, TakesOver: unknown) => {
      Template.fromStack(stackOf(more)).hasResourceProperties('Custom::SluiceEdge', { TakesOver });
    };
    told({ takesOver: true }, 'true');
    for (const more of [{}, { takesOver: false }]) told(more, Match.absent());
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
    const short = Template.fromStack(stackOf({ logDays: 7 }));
    short.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('lets that function read two secrets, read code, write its log, and nothing else', () => {
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
                Resource: [partialArn('cloudflare'), ref('EdgeToken')],
              },
              { Action: 's3:GetObject' },
            ].map((statement) => Match.objectLike({ Effect: 'Allow', ...statement })),
          },
        },
      ],
    });
  });

  it('lets it read the credentials of a bucket in S3 as well', () => {
    const read = { Action: 'secretsmanager:GetSecretValue', Resource: [Match.anyValue(), ref('EdgeToken'), ref('S3')] };
    Template.fromStack(stackOf({}, s3)).hasResourceProperties('AWS::IAM::Role', {
      Policies: [{ PolicyDocument: { Statement: Match.arrayWith([Match.objectLike(read)]) } }],
    });
  });

  it('has nothing that cdk-nag finds fault with', () => {
    const app = unbundledApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new Stack(app, 'Quiet');
    new CloudflareEdge(stack, 'Edge', {
      accountId: ID,
      zoneId: ID,
      domain: 'live.example.com',
      workerName: 'sluice-prod',
      apiTokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'cloudflare'),
      edgeTokenSecret: Secret.fromSecretNameV2(stack, 'EdgeToken', 'edge'),
      controlUrl: 'https://control.example.com',
      storage: { kind: 'r2', bucketName: 'sluice-prod-media' },
      workerPath,
    });
    expect(() => app.synth()).not.toThrow();
  });
});

describe('what is wrong is refused at synth:', () => {
  it.each<[string, Partial<CloudflareEdgeProps>, RegExp]>([
    ['an account id', { accountId: 'mine' }, /AccountId .* 32 of 0-9 and a-f/],
    ['a domain', { domain: 'https://live.example.com' }, /Domain .* no name of a host/],
    ['a Worker', { workerName: 'My Worker' }, /WorkerName .* 2 to 63/],
    ['a bucket', { storage: { kind: 'r2', bucketName: 'My_Bucket' } }, /Storage\.BucketName .* 3 to 63/],
    ['days for the log', { logDays: 4 }, /CloudWatch keeps no log for 4 days/],
  ])('%s', (_, more, told) => expect(() => stackOf(more)).toThrow(told));

  it('a media domain of a bucket in S3', () => {
    expect(() => stackOf({ mediaDomain: 'media.example.com' }, s3)).toThrow(/for a bucket in R2/);
  });

  it('and not what is known only later', () => {
    const stack = stackOf({ controlUrl: new Stack(unbundledApp(), 'Other').stackId });
    expect(() => Template.fromStack(stack)).not.toThrow(/ControlUrl/);
  });
});

function ref(id: string) {
  return { Ref: Match.stringLikeRegexp(`^${id}[0-9A-F]{8}$`) };
}

function partialArn(name: string) {
  return { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:secret:${name}-\\?{6}$`)])] };
}
