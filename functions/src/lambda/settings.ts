import { z } from 'zod';
import { IngestServices } from '../ingest-regions/ingest-service.ts';
import type { CostBasis } from '../usage/broadcast-cost.ts';
import { USUAL_NODE } from '../usage/stream-cost.ts';
import { parsedJson } from './parsed-json.ts';

const RoleArn = z.string().regex(/^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/);
const SecretArn = z.string().min(20).max(2_048);

/** What a deployment tells its functions by their environment. Secrets are not among it: see readSecrets. */
export const LambdaSettings = z
  .object({
    SLUICE_TABLE_NAME: z.string().min(3).max(255),
    /** Where viewers, and the functions, find the edge: an origin, without a slash at its end. */
    SLUICE_EDGE_URL: z.url().refine((url) => new URL(url).origin === url, 'an origin has no path'),
    SLUICE_BUCKET: z.string().min(3).max(63),
    /** Of R2's S3 API, for one; absent: S3. */
    SLUICE_S3_ENDPOINT: z.url().optional(),
    /** Absent: `auto` where there is an endpoint, else the region that the function runs in. */
    SLUICE_S3_REGION: z.string().min(1).optional(),
    /**
     * Who media is stored as: `channel`, with credentials of one channel each, which this API makes where it can (of S3 with
     * the role below, of R2 with the bucket's key); `node`, with those of the node.
     */
    SLUICE_WRITE_CREDENTIALS: z.enum(['channel', 'node']).default('channel'),
    /** The role of S3 that may put objects into the bucket, and that this API may take. */
    SLUICE_S3_WRITER_ROLE_ARN: RoleArn.optional(),
    /** The services of ECS that may have no tasks, and that this API may wake: JSON, see IngestServices. Absent: none. */
    SLUICE_INGEST_SERVICES: z
      .string()
      .max(64 * 1024)
      .transform(parsedJson)
      .pipe(IngestServices)
      .optional(),
    /** Where jobs wait that are due within a quarter of an hour. */
    SLUICE_QUEUE_URL: z.url(),
    /** Where what happens to broadcasts is told to the rest of the AWS account; absent: nowhere. */
    SLUICE_EVENT_BUS_NAME: z.string().min(1).max(256).optional(),
    /** Of secrets in AWS Secrets Manager, each of which is a token and nothing else: what nodes, the edge and the operator say. */
    SLUICE_NODE_TOKEN_SECRET_ARN: SecretArn,
    SLUICE_EDGE_TOKEN_SECRET_ARN: SecretArn,
    SLUICE_ADMIN_TOKEN_SECRET_ARN: SecretArn,
    /** Of the bucket's key, where the function's role does not open it: R2. JSON, see S3Key. */
    SLUICE_S3_SECRET_ARN: SecretArn.optional(),
    /**
     * Tells our MediaLive from another deployment's of the account. Without a default: two that had the same one would each
     * take the other's for things that nobody wants, and remove them.
     */
    SLUICE_DEPLOYMENT: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
      .optional(),
    /** What MediaLive acts as; absent, as its ingest URL: no channel can be encoded by it. */
    SLUICE_MEDIALIVE_ROLE_ARN: RoleArn.optional(),
    /** Where MediaLive reaches our nodes' CMAF port: `https://ingest.example/cmaf`. */
    SLUICE_MEDIALIVE_INGEST_URL: z
      .url({ protocol: /^https?$/ })
      .max(1_024)
      .optional(),
    /** The size of ingest nodes, and how many broadcasts each is for: what a broadcast is priced by, and nothing else. */
    SLUICE_NODE_CPUS: z.coerce.number().positive().max(192).default(USUAL_NODE.vcpus),
    SLUICE_NODE_MEMORY_GB: z.coerce.number().positive().max(1_024).default(USUAL_NODE.memoryGb),
    SLUICE_NODE_SLOTS: z.coerce.number().int().positive().max(1_000).default(USUAL_NODE.slots),
    SLUICE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  })
  .refine(
    (read) => (read.SLUICE_MEDIALIVE_ROLE_ARN === undefined) === (read.SLUICE_MEDIALIVE_INGEST_URL === undefined),
    {
      message: 'the role and the ingest URL of MediaLive come together',
      path: ['SLUICE_MEDIALIVE_INGEST_URL'],
    },
  )
  .refine((read) => read.SLUICE_MEDIALIVE_ROLE_ARN === undefined || read.SLUICE_DEPLOYMENT !== undefined, {
    message: 'with MediaLive a deployment needs a name of its own in the account',
    path: ['SLUICE_DEPLOYMENT'],
  })
  .refine((read) => read.SLUICE_S3_WRITER_ROLE_ARN === undefined || read.SLUICE_S3_SECRET_ARN === undefined, {
    message: 'a role is of S3, and a key of R2: the bucket is one of them',
    path: ['SLUICE_S3_WRITER_ROLE_ARN'],
  })
  .transform((read) => ({
    tableName: read.SLUICE_TABLE_NAME,
    edgeUrl: read.SLUICE_EDGE_URL,
    bucketName: read.SLUICE_BUCKET,
    s3Endpoint: read.SLUICE_S3_ENDPOINT,
    s3Region: read.SLUICE_S3_REGION,
    areCredentialsOfChannels: read.SLUICE_WRITE_CREDENTIALS === 'channel',
    writerRoleArn: read.SLUICE_S3_WRITER_ROLE_ARN,
    ingestServices: read.SLUICE_INGEST_SERVICES ?? [],
    queueUrl: read.SLUICE_QUEUE_URL,
    eventBusName: read.SLUICE_EVENT_BUS_NAME,
    secretArns: {
      nodeToken: read.SLUICE_NODE_TOKEN_SECRET_ARN,
      edgeToken: read.SLUICE_EDGE_TOKEN_SECRET_ARN,
      adminToken: read.SLUICE_ADMIN_TOKEN_SECRET_ARN,
      s3Key: read.SLUICE_S3_SECRET_ARN,
    },
    mediaLive: mediaLiveOf(read),
    costBasis: costBasisOf(read),
    logLevel: read.SLUICE_LOG_LEVEL,
  }));
export type LambdaSettings = z.infer<typeof LambdaSettings>;

function costBasisOf(read: {
  readonly SLUICE_S3_ENDPOINT?: string | undefined;
  readonly SLUICE_NODE_CPUS: number;
  readonly SLUICE_NODE_MEMORY_GB: number;
  readonly SLUICE_NODE_SLOTS: number;
}): CostBasis {
  return {
    storage: read.SLUICE_S3_ENDPOINT === undefined ? 's3' : 'r2',
    node: { vcpus: read.SLUICE_NODE_CPUS, memoryGb: read.SLUICE_NODE_MEMORY_GB, slots: read.SLUICE_NODE_SLOTS },
  };
}

/** All of it, or none: see the refinements. */
function mediaLiveOf(read: {
  readonly SLUICE_DEPLOYMENT?: string | undefined;
  readonly SLUICE_MEDIALIVE_ROLE_ARN?: string | undefined;
  readonly SLUICE_MEDIALIVE_INGEST_URL?: string | undefined;
}) {
  const {
    SLUICE_DEPLOYMENT: deployment,
    SLUICE_MEDIALIVE_ROLE_ARN: roleArn,
    SLUICE_MEDIALIVE_INGEST_URL: ingestUrl,
  } = read;
  if (deployment === undefined || roleArn === undefined || ingestUrl === undefined) return undefined;
  return { deployment, roleArn, ingestUrl };
}
