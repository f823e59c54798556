import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { App } from 'aws-cdk-lib/core';
import { describe, expect, it } from 'vitest';
import { GithubDeployRoleStack, type GithubDeployRoleStackProps } from './github-deploy-role.ts';
import { githubSubject } from './github-subject.ts';

const ACCOUNT = '111122223333';
const PLAIN = { repository: 'octo-org/sluice', regions: ['eu-central-1', 'us-east-1'] };
const ISSUER = 'token.actions.githubusercontent.com';

function templateOf(props: GithubDeployRoleStackProps): Template {
  const env = { account: ACCOUNT, region: 'eu-central-1' };
  return Template.fromStack(new GithubDeployRoleStack(new App(), 'Github', { env, ...props }));
}

function trusts(template: Template, sub: string): void {
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: Match.anyValue() },
          Condition: { StringEquals: { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: sub } },
        },
      ],
      Version: '2012-10-17',
    },
    MaxSessionDuration: sub.includes(':environment:') ? 6 * 3_600 : 3_600,
  });
}

/** Names of the roles that a policy of the template lets one take, for each policy. */
function rolesTaken(template: Template): string[][] {
  return Object.values(template.findResources('AWS::IAM::Policy')).map(({ Properties: { PolicyDocument } }) => {
    expect(PolicyDocument.Statement).toHaveLength(1);
    const [{ Action, Effect, Resource }] = PolicyDocument.Statement;
    expect({ Action, Effect }).toEqual({ Action: 'sts:AssumeRole', Effect: 'Allow' });
    return [Resource].flat().map((arn) =>
      JSON.stringify(arn)
        .replace(/.*:role\//, '')
        .replace(/"\]\].*/, ''),
    );
  });
}

describe('what GitHub may do in an account', () => {
  const template = templateOf(PLAIN);

  it('is for jobs of one environment of one repository, or of its main branch, and no others', () => {
    template.resourceCountIs('AWS::IAM::Role', 2);
    trusts(template, 'repo:octo-org/sluice:environment:production');
    trusts(template, 'repo:octo-org/sluice:ref:refs/heads/main');
    expect(JSON.stringify(template)).not.toContain('StringLike');
  });

  it('is to take the roles of cdk bootstrap in the named regions, and nothing else', () => {
    const deploy = ['deploy', 'file-publishing', 'image-publishing', 'lookup'];
    const named = (name: string, region: string) => `cdk-hnb659fds-${name}-role-${ACCOUNT}-${region}`;
    expect(rolesTaken(template)).toEqual([
      PLAIN.regions.flatMap((region) => deploy.map((name) => named(name, region))),
      PLAIN.regions.map((region) => named('lookup', region)),
    ]);
    const roles = Object.values(template.findResources('AWS::IAM::Role'));
    for (const { Properties } of roles) expect(Properties.ManagedPolicyArns).toBeUndefined();
  });

  it('names roles that cdk bootstrap makes', () => {
    const bootstrap = readFileSync(
      fileURLToPath(import.meta.resolve('aws-cdk/lib/api/bootstrap/bootstrap-template.yaml')),
      'utf8',
    );
    for (const name of ['deploy', 'file-publishing', 'image-publishing', 'lookup']) {
      expect(bootstrap).toContain(`cdk-\${Qualifier}-${name}-role-\${AWS::AccountId}-\${AWS::Region}`);
    }
  });

  it('knows GitHub’s tokens for AWS alone, and leaves that knowledge when the stack goes', () => {
    template.hasResource('AWS::IAM::OIDCProvider', {
      Properties: { Url: `https://${ISSUER}`, ClientIdList: ['sts.amazonaws.com'] },
      DeletionPolicy: 'Retain',
    });
  });

  it('tells what the workflow’s variables are', () => {
    template.hasOutput('SLUICEDEPLOYROLE', {});
    template.hasOutput('SLUICELOOKROLE', {});
  });

  it('uses what the account has already', () => {
    const providerArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}`;
    const known = templateOf({ ...PLAIN, providerArn, qualifier: 'team', environment: 'live', branch: 'release' });
    known.resourceCountIs('AWS::IAM::OIDCProvider', 0);
    trusts(known, 'repo:octo-org/sluice:environment:live');
    trusts(known, 'repo:octo-org/sluice:ref:refs/heads/release');
    expect(rolesTaken(known)[1]).toEqual(PLAIN.regions.map((region) => `cdk-team-lookup-role-${ACCOUNT}-${region}`));
  });

  it('is refused without a region', () => expect(() => templateOf({ ...PLAIN, regions: [] })).toThrow('region'));
});

describe('the subject of a job on GitHub', () => {
  const job = { environment: 'production' };

  it('has the numbers of owner and repository where they are given', () => {
    const ids = { owner: '123456', repository: '456789' };
    expect(githubSubject({ repository: 'octo-org/sluice', ids, job })).toBe(
      'repo:octo-org@123456/sluice@456789:environment:production',
    );
  });

  it.each(['sluice', 'octo-org/*', '*/sluice', 'octo-org/sluice/more', 'octo org/sluice', '', 'octo-org/sluice:ref'])(
    'is not of "%s"',
    (repository) => expect(() => githubSubject({ repository, job })).toThrow('owner/name'),
  );

  it.each(['*', 'prod?', 'a:b', ''])('is not of an environment or a branch "%s"', (name) => {
    expect(() => githubSubject({ repository: 'octo-org/sluice', job: { environment: name } })).toThrow();
    expect(() => githubSubject({ repository: 'octo-org/sluice', job: { branch: name } })).toThrow();
  });

  it.each(['*', '0', 'abc', '1/2'])('has no id "%s"', (owner) => {
    const ids = { owner, repository: '1' };
    expect(() => githubSubject({ repository: 'octo-org/sluice', ids, job })).toThrow('numbers');
  });
});
