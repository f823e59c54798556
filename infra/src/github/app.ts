import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { chosenConfig } from '../config/chosen-config.ts';
import { ConfigError } from '../config/config-error.ts';
import { runApp } from '../run-app.ts';
import { GithubDeployRoleStack } from './github-deploy-role.ts';

/** What lets GitHub deploy, deployed once by hand: `npx cdk deploy --app "node infra/src/github/app.ts"`. */
await runApp(async () => {
  const app = new App();
  const { name, aws, github } = await chosenConfig(app);
  if (github === undefined) throw new ConfigError('sluice.config.ts: github: say there which repository may deploy.');
  const { providerArn, ids, ...rest } = github;
  new GithubDeployRoleStack(app, 'Github', {
    ...rest,
    ...(ids && { ids }),
    ...(providerArn === undefined ? {} : { providerArn }),
    stackName: `Sluice-${name}-Github`,
    env: { account: aws.accountId, region: aws.regions[0] },
    regions: aws.regions,
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
});
