import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { apiTokenSecret } from '../cloudflare/api-token-secret.ts';
import { CloudflareEdge, type EdgeR2Storage, type EdgeS3Storage } from '../cloudflare/edge-resource/cloudflare-edge.ts';
import { publisherAddresses } from '../ingest/publisher-addresses.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';
import type { StorageStack } from './storage-stack.ts';

export interface EdgeStackProps extends DeployedStackProps {
  readonly storage: StorageStack;
  /** Of the built Worker: what edge/build.ts's buildWorker resolves with. */
  readonly workerPath: string;
}

/** The edge: asks Cloudflare for the Worker, its Durable Objects, its domain and its routes. */
export class EdgeStack extends DeployedStack {
  constructor(scope: Construct, props: EdgeStackProps) {
    super(scope, 'Edge', 'the Worker on Cloudflare', props);
    const { config, names, storage, workerPath } = props;
    const { routes, isWorkersCacheOn } = config.edge;
    new CloudflareEdge(this, 'Edge', {
      accountId: config.cloudflare.accountId,
      zoneId: config.cloudflare.zoneId,
      domain: names.edgeDomain,
      workerName: names.workerName,
      apiTokenSecret: apiTokenSecret(this, config),
      edgeTokenSecret: storage.tokens.edgeToken,
      controlUrl: names.controlUrl,
      ingestAddresses: publisherAddresses(names.ingestDomain, config.aws.regions),
      storage: edgeStorage(props),
      workerPath,
      routes,
      isWorkersCacheOn,
      ...(config.storage.kind === 'r2' &&
        config.storage.mediaDomain !== undefined && { mediaDomain: config.storage.mediaDomain }),
      takesOver: config.cloudflare.isTakenOver,
      revision: String(config.revision),
      logDays: config.observability.logDays,
    });
    new CfnOutput(this, 'EdgeUrl', { description: 'Where viewers watch', value: names.edgeUrl });
  }
}

function edgeStorage({ config, names, region, storage }: EdgeStackProps): EdgeR2Storage | EdgeS3Storage {
  const { bucketName } = names;
  if (config.storage.kind === 'r2') return { kind: 'r2', bucketName, jurisdiction: config.storage.jurisdiction };
  const endpoint = `https://s3.${region}.amazonaws.com`;
  return { kind: 's3', endpoint, region, bucketName, credentialsSecret: storage.media.keys };
}
