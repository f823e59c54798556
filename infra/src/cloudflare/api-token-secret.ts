import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { DeploymentConfig } from '../config/deployment-config.ts';

/** The secret that the team has put Cloudflare's API token into, in the deployment's first region. */
export function apiTokenSecret(scope: Construct, config: DeploymentConfig): ISecret {
  return Secret.fromSecretNameV2(scope, 'CloudflareToken', config.cloudflare.apiTokenSecretName);
}
