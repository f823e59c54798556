import type { DeploymentConfig } from './deployment-config.ts';

/**
 * Names that one stack gives and others use as text, across regions too: references between regions would be custom
 * resources, and exports between stacks cannot be changed while somebody imports them.
 */
export interface DeploymentNames {
  readonly edgeDomain: string;
  readonly edgeUrl: string;
  readonly workerName: string;
  readonly controlDomain: string;
  readonly controlUrl: string;
  readonly ingestDomain: string;
  readonly bucketName: string;
  readonly tableName: string;
  readonly nodeTokenSecret: string;
  /** Of R2. */
  readonly bucketKeysSecret: string;
  readonly cluster: string;
  readonly ingestService: string;
  readonly encodedService: string;
  /** Of our own metrics in CloudWatch. */
  readonly metricNamespace: string;
  stack(part: string): string;
}

export function deploymentNames(config: DeploymentConfig): DeploymentNames {
  const { name, domain } = config;
  const controlDomain = config.control.domain ?? `control.${domain}`;
  const ownBucket =
    config.storage.kind === 's3' ? `sluice-${name}-media-${config.aws.accountId}` : `sluice-${name}-media`;
  return {
    edgeDomain: domain,
    edgeUrl: `https://${domain}`,
    workerName: config.edge.workerName ?? `sluice-${name}`,
    controlDomain,
    controlUrl: `https://${controlDomain}`,
    ingestDomain: config.ingest.domain ?? `ingest.${domain}`,
    bucketName: config.storage.bucketName ?? ownBucket,
    tableName: `sluice-${name}`,
    nodeTokenSecret: `sluice/${name}/node-token`,
    bucketKeysSecret: givenKeys(config) ?? `sluice/${name}/bucket-keys`,
    cluster: `sluice-${name}`,
    ingestService: 'ingest',
    encodedService: 'encoded',
    metricNamespace: `Sluice/${name}`,
    stack: (part) => `Sluice-${name}-${part}`,
  };
}

function givenKeys({ storage }: DeploymentConfig): string | undefined {
  return storage.kind === 'r2' ? storage.credentialsSecretName : undefined;
}
