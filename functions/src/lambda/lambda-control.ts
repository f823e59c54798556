import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { ECS } from '@aws-sdk/client-ecs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { MediaLiveClient } from '@aws-sdk/client-medialive';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { SQS } from '@aws-sdk/client-sqs';
import { STS } from '@aws-sdk/client-sts';
import { pino } from 'pino';
import { createControl } from '../control.ts';
import { grantKey } from '../ingest/grant-key.ts';
import { makeSigningKey } from '../ingest/signing-key.ts';
import type { RegionName } from '../ingest-regions/ingest-service.ts';
import { RegionWaker } from '../ingest-regions/region-waker.ts';
import { S3MediaBucket } from '../media/s3-media-bucket.ts';
import { MediaLiveAccount } from '../medialive/medialive-account.ts';
import { DynamoTable } from '../storage/dynamo-table.ts';
import { R2WriteCredentials, r2AccountOf } from '../write-credentials/r2-write-credentials.ts';
import { StsWriteCredentials } from '../write-credentials/sts-write-credentials.ts';
import type { WriteCredentials } from '../write-credentials/write-credentials.ts';
import { toEventBus } from './event-bus.ts';
import { JobAlarm } from './job-alarm.ts';
import { readSecrets, type S3Key } from './secrets.ts';
import { LambdaSettings } from './settings.ts';

/** AWS's services, as a test names other addresses for them. */
export interface LambdaClients {
  readonly dynamo: DynamoDB;
  readonly sqs: SQS;
  readonly bridge: EventBridge;
  readonly secrets: SecretsManager;
  readonly sts: STS;
  /** Of another region, maybe. */
  readonly ecsOf: (region: RegionName) => ECS;
  readonly mediaLive: MediaLiveClient;
}

/** The control API of a function. */
export interface LambdaControl {
  readonly control: Awaited<ReturnType<typeof createControl>>;
  readonly alarm: JobAlarm;
}

/** Of the region and the role that the function runs with. */
export function lambdaClients(): LambdaClients {
  return {
    dynamo: new DynamoDB(),
    sqs: new SQS(),
    bridge: new EventBridge(),
    secrets: new SecretsManager(),
    sts: new STS({ maxAttempts: 2 }),
    ecsOf: (region) => new ECS({ region }),
    mediaLive: new MediaLiveClient(),
  };
}

/** Made once an instance of the function. Rejects when the deployment is not as it should be: then nothing works. */
export async function lambdaControl(
  environment: Readonly<Record<string, string | undefined>>,
  clients: LambdaClients,
  nowMs: () => number = Date.now,
): Promise<LambdaControl> {
  const settings = LambdaSettings.parse(environment);
  const log = pino({ name: 'control', level: settings.logLevel });
  const secrets = await readSecrets(clients.secrets, settings.secretArns, log);
  const alarm = new JobAlarm({ sqs: clients.sqs, queueUrl: settings.queueUrl, log, nowMs });
  const table = new DynamoTable(clients.dynamo, settings.tableName, nowMs);
  const { s3Key, ...tokens } = secrets;
  const control = await createControl({
    table,
    signingKey: await grantKey(table, makeSigningKey),
    bucket: new S3MediaBucket({
      name: settings.bucketName,
      endpoint: settings.s3Endpoint,
      region: settings.s3Region,
      credentials: s3Key,
    }),
    edgeUrl: settings.edgeUrl,
    ...tokens,
    targets: 'public',
    regionWaker:
      settings.ingestServices.length === 0
        ? undefined
        : new RegionWaker({ services: settings.ingestServices, ecsOf: clients.ecsOf, log }),
    writeCredentials: writeCredentials(settings, { sts: clients.sts, s3Key, nowMs }),
    mediaLive: settings.mediaLive && {
      ...settings.mediaLive,
      account: new MediaLiveAccount(clients.mediaLive, settings.mediaLive.deployment),
    },
    costBasis: settings.costBasis,
    log,
    nowMs,
    wake: (atMs) => alarm.set(atMs),
    consequences:
      settings.eventBusName === undefined
        ? []
        : [toEventBus({ bridge: clients.bridge, busName: settings.eventBusName })],
  });
  return { control, alarm };
}

/** `undefined`: nodes store with their own, for the deployment says so or has nothing to make others of. */
function writeCredentials(
  { areCredentialsOfChannels, writerRoleArn, bucketName, s3Endpoint }: LambdaSettings,
  { sts, s3Key, nowMs }: { readonly sts: STS; readonly s3Key: S3Key | undefined; readonly nowMs: () => number },
): WriteCredentials | undefined {
  if (!areCredentialsOfChannels) return undefined;
  if (writerRoleArn !== undefined) return new StsWriteCredentials({ sts, roleArn: writerRoleArn, bucketName });
  if (s3Key === undefined || s3Endpoint === undefined || r2AccountOf(s3Endpoint) === undefined) return undefined;
  return new R2WriteCredentials({ endpoint: s3Endpoint, bucketName, parent: s3Key, nowMs });
}
