import { App } from 'aws-cdk-lib/core';
import { readDeployment } from './deployment.ts';
import { StorageStack } from './stacks/storage-stack.ts';

/**
 * What `cdk` deploys. So far it is the storage alone: control, ingest, edge and observability are not built yet. No
 * account and no region are named, so that synth asks nobody.
 */
const app = new App();
new StorageStack(app, 'SluiceStorage', readDeployment(app.node));
