import type { App } from 'aws-cdk-lib/core';
import type { DeploymentConfig } from './deployment-config.ts';
import { readConfig } from './read-config.ts';

/** Where a team says what it wants. */
const CONFIG_FILE = 'sluice.config.ts';

/** The configuration of this tree, or the one that `cdk -c config=PATH` names. Rejects with ConfigError. */
export async function chosenConfig({ node }: App): Promise<DeploymentConfig> {
  const named: unknown = node.tryGetContext('config');
  return await readConfig(typeof named === 'string' ? named : CONFIG_FILE);
}
