import type { App } from 'aws-cdk-lib/core';
import type { DeploymentConfig } from './config/deployment-config.ts';
import { deploymentNames } from './config/deployment-names.ts';
import { ControlStack } from './stacks/control-stack.ts';
import { EdgeStack } from './stacks/edge-stack.ts';
import { IngestStack } from './stacks/ingest-stack.ts';
import { NamesStack } from './stacks/names-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
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
}

/** Puts a deployment's stacks into `app`. @param workerPath of the built Worker: what edge/build.ts's buildWorker resolves with. */
export function addDeployment(app: App, config: DeploymentConfig, workerPath: string): SluiceDeployment {
  const { regions } = config.aws;
  const [home = ''] = regions;
  const shared = { config, names: deploymentNames(config) };
  const names = new NamesStack(app, { ...shared, region: home });
  const storage = new StorageStack(app, { ...shared, region: home });
  const control = new ControlStack(app, { ...shared, region: home, storage, zone: names.controlZone });
  // The Worker is given the API's public keys, which the API is asked for by its name.
  const isOurs = config.edge.deployedBy === 'cdk';
  const edge = isOurs ? new EdgeStack(app, { ...shared, region: home, storage, workerPath }) : undefined;
  edge?.addStackDependency(control, 'it asks the control API for its keys');
  const ingest = regions.map((region) => {
    const stack = new IngestStack(app, { ...shared, region, zoneId: names.ingestZone.hostedZoneId });
    stack.addStackDependency(storage, 'its nodes read their token');
    stack.addStackDependency(edge ?? control, 'its nodes ask it');
    return stack;
  });
  const observability = regions.map((region) => {
    return new ObservabilityStack(app, { ...shared, region, ...(region === home ? { control } : {}) });
  });
  return { names, storage, control, ...(edge === undefined ? {} : { edge }), ingest, observability };
}
