import { OidcProviderNative } from 'aws-cdk-lib/aws-iam';
import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { GITHUB_AUDIENCE, GITHUB_ISSUER, GithubRole } from './github-role.ts';
import type { GithubSubject } from './github-subject.ts';

export interface GithubDeployRoleStackProps extends StackProps, Pick<GithubSubject, 'repository' | 'ids'> {
  /** The environment of GitHub's whose reviewers approve deployments. `production` if absent. */
  readonly environment?: string;
  /** The branch that is deployed. `main` if absent. */
  readonly branch?: string;
  /** The regions that are deployed to. */
  readonly regions: readonly string[];
  /** Of `cdk bootstrap`; the CDK's own if absent. */
  readonly qualifier?: string;
  /** Where the account knows GitHub already: an account can know it only once. Made if absent. */
  readonly providerArn?: string;
}

/**
 * What lets `.github/workflows/deploy.yml` deploy without a key: GitHub as an issuer of identities, a role for jobs of one
 * environment that deploys, and one for the branch that only looks. Deployed once by hand, into the account's one region
 * of choice; docs/DEPLOY-FROM-GITHUB.md says how.
 */
export class GithubDeployRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: GithubDeployRoleStackProps) {
    super(scope, id, { description: 'Sluice: what GitHub may do in this account', ...props });
    const { repository, ids, environment = 'production', branch = 'main', regions, qualifier } = props;
    const provider = { oidcProviderArn: props.providerArn ?? this.#makeProvider() };
    const of = { repository, ...(ids && { ids }) };
    const where = { provider, regions, ...(qualifier === undefined ? {} : { qualifier }) };
    const deploy = new GithubRole(this, 'Deploy', {
      task: 'deploy',
      subject: { ...of, job: { environment } },
      ...where,
    });
    const look = new GithubRole(this, 'Look', { task: 'look', subject: { ...of, job: { branch } }, ...where });
    for (const [name, { role }] of Object.entries({ SLUICE_DEPLOY_ROLE: deploy, SLUICE_LOOK_ROLE: look })) {
      const description = `Variable ${name} of the repository on GitHub`;
      new CfnOutput(this, name.replaceAll('_', ''), { description, value: role.roleArn });
    }
  }

  #makeProvider(): string {
    // No thumbprints: IAM knows GitHub's authorities by itself. Others in the account may use it, too: it stays.
    return new OidcProviderNative(this, 'Github', {
      url: `https://${GITHUB_ISSUER}`,
      clientIds: [GITHUB_AUDIENCE],
      removalPolicy: RemovalPolicy.RETAIN,
    }).oidcProviderArn;
  }
}
