import { type IOidcProvider, PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { ArnFormat, DefaultStackSynthesizer, Duration, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type GithubSubject, githubSubject } from './github-subject.ts';

/** Who issues the tokens of GitHub's jobs, without the scheme: so IAM spells it in conditions. */
export const GITHUB_ISSUER = 'token.actions.githubusercontent.com';
/** What aws-actions/configure-aws-credentials asks the token to be for. */
export const GITHUB_AUDIENCE = 'sts.amazonaws.com';

/**
 * What a job may do. `deploy`: what `cdk deploy` does, with the roles that `cdk bootstrap` made. `look`: read what is
 * deployed, for `cdk diff`.
 */
export type GithubTask = 'deploy' | 'look';

/** The roles of `cdk bootstrap` by their names (version 33 of its template). CloudFormation's own is not among them. */
const BOOTSTRAP_ROLES: Readonly<Record<GithubTask, readonly string[]>> = {
  deploy: ['deploy', 'file-publishing', 'image-publishing', 'lookup'],
  look: ['lookup'],
};

export interface GithubRoleProps {
  readonly task: GithubTask;
  /** The one kind of job that may have the role. */
  readonly subject: GithubSubject;
  /** GitHub as this account knows it: an account has one. */
  readonly provider: Pick<IOidcProvider, 'oidcProviderArn'>;
  /** The regions that are deployed to. Each has been bootstrapped. */
  readonly regions: readonly string[];
  /** Of `cdk bootstrap`; the CDK's own if absent. */
  readonly qualifier?: string;
}

/** A deployment waits for broadcasts, in one region after the other. The roles of the bootstrap, which last an hour, are taken anew with it. */
const DEPLOY_SESSION = Duration.hours(6);
const LOOK_SESSION = Duration.hours(1);

/**
 * A role for one kind of job on GitHub, by its token and without any key. It can do nothing itself but take the roles of
 * `cdk bootstrap`, in the named regions of this account.
 */
export class GithubRole extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, props: GithubRoleProps) {
    super(scope, id);
    const { task, subject, provider } = props;
    this.role = new Role(this, 'Role', {
      description: `Sluice: GitHub jobs of ${subject.repository} that ${task}`,
      // Equality, and of the whole subject: a pattern would let another branch, environment or repository in.
      assumedBy: new WebIdentityPrincipal(provider.oidcProviderArn, {
        StringEquals: { [`${GITHUB_ISSUER}:aud`]: GITHUB_AUDIENCE, [`${GITHUB_ISSUER}:sub`]: githubSubject(subject) },
      }),
      maxSessionDuration: task === 'deploy' ? DEPLOY_SESSION : LOOK_SESSION,
    });
    this.role.addToPolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: bootstrapRoles(this, props) }));
  }
}

function bootstrapRoles(scope: Construct, { task, regions, qualifier }: GithubRoleProps): string[] {
  if (regions.length === 0) throw new Error('Name at least one region that GitHub deploys to.');
  const stack = Stack.of(scope);
  const prefix = `cdk-${qualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER}`;
  return regions.flatMap((region) =>
    BOOTSTRAP_ROLES[task].map((name) =>
      stack.formatArn({
        service: 'iam',
        region: '',
        resource: 'role',
        resourceName: `${prefix}-${name}-role-${stack.account}-${region}`,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      }),
    ),
  );
}
