import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { Synthesized } from '../testing/synthesized.ts';

const onR2 = new Synthesized();
const template = onR2.control;
const onS3 = new Synthesized({ storage: { kind: 's3' } });

/** What a role may do, in all its policies: `s3:PutObject arn…`. */
function allowed(synthesized: Synthesized, role: string): string[] {
  const policies = Object.values(synthesized.control.findResources('AWS::IAM::Policy'));
  return policies
    .filter(({ Properties: { Roles } }) => JSON.stringify(Roles).includes(role))
    .flatMap(({ Properties: { PolicyDocument } }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) =>
      [Action].flat().map((action: string) => `${action} ${JSON.stringify(Resource)}`),
    );
}

describe('the control API', () => {
  it('has a name that stays, and is not reached by AWS’s own', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true });
    template.hasResourceProperties('AWS::ApiGatewayV2::DomainName', {
      DomainName: 'control.live.example.com',
      DomainNameConfigurations: [Match.objectLike({ SecurityPolicy: 'TLS_1_2' })],
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', { Name: 'control.live.example.com.', Type: 'A' });
  });

  it('hands requests over as functions/src/lambda reads them', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
  });

  it('takes so many requests a second, and logs neither paths nor headers', () => {
    const [stage] = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    expect(stage?.Properties.DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 });
    const format = stage?.Properties.AccessLogSettings.Format;
    expect(format).toContain('$context.status');
    expect(format).not.toMatch(/path|query|header|authorizer|routeKey/i);
  });

  it('is two functions', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    expect(functions.map(({ Properties: { Timeout } }) => Timeout)).toEqual([29, 120]);
    for (const { Properties } of functions) {
      expect(Properties.Environment.Variables).toMatchObject({
        SLUICE_DEPLOYMENT: 'test',
        SLUICE_TABLE_NAME: 'sluice-test',
        SLUICE_EDGE_URL: 'https://live.example.com',
        SLUICE_BUCKET: 'sluice-test-media',
        ...{ SLUICE_NODE_CPUS: '4', SLUICE_NODE_MEMORY_GB: '8', SLUICE_NODE_SLOTS: '2' },
        SLUICE_S3_ENDPOINT: 'https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com',
      });
      // Secrets are read where they are; a template is no place for them.
      expect(JSON.stringify(Properties.Environment)).not.toContain('resolve:secretsmanager');
    }
  });
});

describe('jobs', () => {
  it('are woken by a queue, by the clock, and what fails is kept', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      VisibilityTimeout: 720,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: 5 }),
    });
    template.hasResourceProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 86_400 });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { ScalingConfig: { MaximumConcurrency: 2 } });
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue(), RetryPolicy: { MaximumRetryAttempts: 2 } })],
    });
  });

  it('are told to the rest of the account by a bus of its own', () => {
    template.hasResourceProperties('AWS::Events::EventBus', { Name: 'sluice-test' });
  });
});

describe('what the functions may do', () => {
  it('is their table, their queue, their bus, their secrets and their log, on R2', () => {
    const actions = new Set(allowed(onR2, 'FunctionsApiRole').map((each) => each.split(':')[0]));
    expect([...actions].sort()).toEqual(['dynamodb', 'events', 'logs', 'secretsmanager', 'sqs']);
  });

  it('is on S3 to lend the right to write, and to delete', () => {
    const bucket = 'arn:aws:s3:::sluice-test-media-111122223333';
    expect(allowed(onS3, 'FunctionsApiRole').filter((each) => each.startsWith('s3'))).toEqual([]);
    expect(allowed(onS3, 'FunctionsJobsRole').filter((each) => each.startsWith('s3'))).toEqual([
      `s3:ListBucket "${bucket}"`,
      `s3:DeleteObject "${bucket}/*"`,
    ]);
    expect(allowed(onS3, 'FunctionsApiRole').filter((each) => each.startsWith('sts'))).toHaveLength(1);
    expect(allowed(onS3, 'FunctionsJobsRole').filter((each) => each.startsWith('sts'))).toEqual([]);
    onS3.control.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('WriterRole'),
      PolicyDocument: {
        Statement: [
          { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${bucket}/*` },
          { Effect: 'Deny', Action: 's3:*', Resource: [`${bucket}/_clip/*`, `${bucket}/_vod/*`] },
        ],
        Version: '2012-10-17',
      },
    });
  });

  it('is for MediaLive to run channels, and to hand over one role', () => {
    const encoded = new Synthesized({ isMediaLiveOn: true });
    const may = allowed(encoded, 'FunctionsJobsRole');
    expect(may.filter((each) => each.startsWith('iam:'))).toHaveLength(1);
    expect(may.some((each) => each.startsWith('medialive:StartChannel'))).toBe(true);
    expect(allowed(encoded, 'FunctionsApiRole').filter((each) => /^(iam|medialive)/.test(each))).toEqual([]);
    encoded.control.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'medialive.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
          }),
        ],
      },
    });
  });
});
