import { buildWorker } from '@sluice/edge/build';
import { App, Validations } from 'aws-cdk-lib/core';
import { AwsSolutionsChecks } from 'cdk-nag';
import { chosenConfig } from './config/chosen-config.ts';
import { runApp } from './run-app.ts';
import { addDeployment } from './sluice-deployment.ts';

/** What `cdk` deploys. It reads the configuration, and asks nobody. */
await runApp(async () => {
  const app = new App();
  const config = await chosenConfig(app);
  const { path } = await buildWorker();
  addDeployment(app, config, path);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  app.synth();
});
