import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DeploymentConfig } from '../config/deployment-config.ts';
import type { DeploymentNames } from '../config/deployment-names.ts';
import type { StorageStack } from '../stacks/storage-stack.ts';
import { r2Endpoint } from '../storage/r2-endpoint.ts';

/** What functions/src/lambda/settings.ts reads; secrets are named by their ARN. */
export function controlEnvironment(options: {
  readonly config: DeploymentConfig;
  readonly names: DeploymentNames;
  readonly region: string;
  readonly storage: StorageStack;
  readonly queue: Queue;
  readonly eventBus: EventBus;
}): Record<string, string> {
  const { config, names, region, storage, queue, eventBus } = options;
  const { nodeToken, edgeToken, adminToken } = storage.tokens;
  return {
    SLUICE_DEPLOYMENT: config.name,
    SLUICE_TABLE_NAME: names.tableName,
    SLUICE_EDGE_URL: names.edgeUrl,
    SLUICE_BUCKET: names.bucketName,
    SLUICE_QUEUE_URL: queue.queueUrl,
    SLUICE_EVENT_BUS_NAME: eventBus.eventBusName,
    SLUICE_NODE_TOKEN_SECRET_ARN: nodeToken.secretArn,
    SLUICE_EDGE_TOKEN_SECRET_ARN: edgeToken.secretArn,
    SLUICE_ADMIN_TOKEN_SECRET_ARN: adminToken.secretArn,
    SLUICE_LOG_LEVEL: config.control.logLevel,
    SLUICE_NODE_CPUS: String(config.ingest.cpus),
    SLUICE_NODE_MEMORY_GB: String(config.ingest.memoryGb),
    SLUICE_NODE_SLOTS: String(config.ingest.slots),
    // Nobody reads it: a function whose environment changes begins anew, and reads its secrets.
    SLUICE_REVISION: String(config.revision),
    ...(storage.media.kind === 'r2'
      ? {
          SLUICE_S3_ENDPOINT: r2Endpoint(config),
          SLUICE_S3_SECRET_ARN: storage.media.keys.secretArn,
          SLUICE_WRITE_CREDENTIALS: config.storage.kind === 'r2' ? config.storage.credentialsOf : 'channel',
        }
      : { SLUICE_S3_REGION: region }),
  };
}
