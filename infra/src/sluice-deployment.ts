import type { App } from 'aws-cdk-lib/core';
import type { DeploymentConfig } from './config/deployment-config.ts';
import { deploymentNames } from './config/deployment-names.ts';
import { ControlStack } from './stacks/control-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { IngestStack } from './stacks/ingest-stack.ts';
import { NamesStack } from './stacks/names-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { OverviewStack } from './stacks/overview-stack.ts';
import { StorageStack } from './stacks/storage-stack.ts';

/** The stacks of a deployment, in the order in which they come: each needs what stands before it. */
export interface SluiceDeployment {
  readonly names: NamesStack;
  readonly storage: StorageStack;
  readonly control: ControlStack;
  /** Absent where wrangler deploys the Worker. */
  readonly edge?: EdgeStack;
  readonly ingest: readonly IngestStack[];
  readonly observability: readonly ObservabilityStack[];
  readonly overview: OverviewStack;
}

/** Puts a deployment's stacks into `app`. @param workerPath of the built Worker: what edge/build.ts's buildWorker resolves with. */
export function addDeployment(app: App, config: DeploymentConfig, workerPath: string): SluiceDeployment {
  const { regions } = config.aws;
  const [home = ''] = regions;
  const shared = { config, names: deploymentNames(config) };
  // First: what rings before there is somebody to be told is told to nobody, and not again.
  const observability = regions.map((region) => new ObservabilityStack(app, { ...shared, region }));
  const names = new NamesStack(app, { ...shared, region: home });
  const storage = new StorageStack(app, { ...shared, region: home });
  const control = new ControlStack(app, { ...shared, region: home, storage, zone: names.controlZone });
  // The Worker is given the API's public keys, which the API is asked for by its name.
  const isOurs = config.edge.deployedBy === 'cdk';
  const edge = isOurs ? new EdgeStack(app, { ...shared, region: home, storage, workerPath }) : undefined;
  edge?.addStackDependency(control, 'it asks the control API for its keys');
  const nodeTokenArn = storage.tokens.nodeToken.secretArn;
  const isKeyOfNodes = config.storage.kind === 'r2' && config.storage.credentialsOf === 'node';
  const bucketKeysArn = isKeyOfNodes ? storage.media.keys.secretArn : undefined;
  const ingest = regions.map((region) => {
    const stack = new IngestStack(app, {
      ...shared,
      region,
      zoneId: names.ingestZone.hostedZoneId,
      nodeTokenArn,
      bucketKeysArn,
    });
    stack.addStackDependency(storage, 'its nodes read their token');
    stack.addStackDependency(edge ?? control, 'its nodes ask it');
    return stack;
  });
  const overview = new OverviewStack(app, { ...shared, region: home, control });
  for (const each of [control, ...ingest]) {
    const topics = observability.find(({ region }) => region === each.region);
    if (topics !== undefined) each.addStackDependency(topics, 'its alarms write there');
  }
  return { names, storage, control, ...(edge === undefined ? {} : { edge }), ingest, observability, overview };
}
