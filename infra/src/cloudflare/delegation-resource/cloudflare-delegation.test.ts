import { Match, Template } from 'aws-cdk-lib/assertions';
import { PublicHostedZone } from 'aws-cdk-lib/aws-route53';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Stack, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { unbundledApp } from '../testing/unbundled-app.ts';
import { CloudflareDelegation, type CloudflareDelegationProps } from './cloudflare-delegation.ts';

const ID = 'a'.repeat(32);

function stackOf(name: string, more: Partial<CloudflareDelegationProps> = {}, app = unbundledApp()): Stack {
  const stack = new Stack(app, 'Delegation');
  new CloudflareDelegation(stack, 'Delegation', {
    accountId: ID,
    domain: 'example.com',
    apiTokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'cloudflare'),
    delegations: [{ name, nameServers: ['ns-1.awsdns-00.com'] }],
    ...more,
  });
  return stack;
}

describe('a delegation in a stack', () => {
  it('is a resource that may read one secret', () => {
    const template = Template.fromStack(stackOf('ingest.example.com'));
    template.hasResourceProperties('Custom::SluiceDelegation', {
      AccountId: ID,
      Domain: 'example.com',
      ZoneId: Match.absent(),
      Delegations: [{ Name: 'ingest.example.com' }],
    });
    const statement = { Action: 'secretsmanager:GetSecretValue', Effect: 'Allow' };
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: [{ PolicyDocument: { Statement: [Match.anyValue(), Match.objectLike(statement)] } }],
    });
  });

  it('takes the name servers of a hosted zone, which are known later', () => {
    const stack = new Stack(unbundledApp(), 'Delegation');
    const zone = new PublicHostedZone(stack, 'Zone', { zoneName: 'ingest.example.com' });
    new CloudflareDelegation(stack, 'Delegation', {
      accountId: ID,
      domain: 'example.com',
      zoneId: ID,
      apiTokenSecret: Secret.fromSecretNameV2(stack, 'Token', 'cloudflare'),
      delegations: [{ name: 'ingest.example.com', nameServers: zone.hostedZoneNameServers ?? [] }],
    });
    Template.fromStack(stack).hasResourceProperties('Custom::SluiceDelegation', {
      ZoneId: ID,
      Delegations: [{ NameServers: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Zone'), 'NameServers'] } }],
    });
  });

  it('takes over from another stack where it is told to, and otherwise says nothing of it', () => {
    const told = (more: Partial<CloudflareDelegationProps>, TakesOver: unknown) => {
      const template = Template.fromStack(stackOf('ingest.example.com', more));
      template.hasResourceProperties('Custom::SluiceDelegation', { TakesOver });
    };
    told({ takesOver: true }, 'true');
    for (const more of [{}, { takesOver: false }]) told(more, Match.absent());
  });

  it('keeps its function’s log for as long as it is told', () => {
    const template = Template.fromStack(stackOf('ingest.example.com', { logDays: 14 }));
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 14 });
  });

  it('has nothing that cdk-nag finds fault with', () => {
    const app = unbundledApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    stackOf('ingest.example.com', {}, app);
    expect(() => app.synth()).not.toThrow();
  });

  it('of something that is no name is refused at synth', () => {
    expect(() => stackOf('Ingest!')).toThrow(/Name .* no name of a host/);
  });
});
