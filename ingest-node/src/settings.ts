import { NodeId } from '@sluice/contracts';
import { z } from 'zod';

const Port = z.coerce.number().int().min(0).max(65_535);

/** The environment of an ingest node. Everything it is told from outside is here. */
const Environment = z.object({
  SLUICE_NODE_ID: NodeId,
  /** Address to listen on; `0.0.0.0` in a container. */
  SLUICE_HOST: z.string().min(1).default('127.0.0.1'),
  SLUICE_RTMP_PORT: Port.default(1_935),
  /** `/healthz`, `/readyz` and `/metrics`. */
  SLUICE_METRICS_PORT: Port.default(8_082),
  SLUICE_CONTROL_URL: z.url(),
  SLUICE_EDGE_URL: z.url(),
  /** Proves to the control API that this is one of ours. Secret. */
  SLUICE_NODE_TOKEN: z.string().min(16),
  SLUICE_BUCKET: z.string().min(3).max(63),
  SLUICE_S3_REGION: z.string().min(1).default('auto'),
  /** Absent for AWS itself; R2's or the local endpoint otherwise. */
  SLUICE_S3_ENDPOINT: z.url().optional(),
  /** Both or neither: without them the AWS SDK's own chain is asked (a task role). */
  SLUICE_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  SLUICE_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** More at once than the machine can encode helps nobody; a load balancer asks another node. */
  SLUICE_BROADCASTS_MAX: z.coerce.number().int().min(1).max(1_000).default(16),
  /** CPUs that all broadcasts together may count on when they choose how hard to encode; all of the machine's if absent. */
  SLUICE_TRANSCODE_CPUS: z.coerce.number().min(0.25).max(1_024).optional(),
  SLUICE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** What an ingest node is told from outside, read once at the start. */
export interface Settings {
  readonly nodeId: NodeId;
  readonly host: string;
  readonly rtmpPort: number;
  readonly metricsPort: number;
  readonly controlUrl: string;
  readonly edgeUrl: string;
  readonly nodeToken: string;
  readonly bucket: {
    readonly name: string;
    readonly region: string;
    readonly endpoint?: string;
    readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly broadcastsMax: number;
  readonly transcodeCpus?: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** The environment is wrong. Names the variables, never their values: some are secrets. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Reads the environment. Throws SettingsError with one line a wrong variable. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const read = Environment.safeParse(environment);
  if (!read.success) {
    const lines = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new SettingsError(`The environment is not complete:\n  ${lines.join('\n  ')}`);
  }
  const found = read.data;
  const accessKeyId = found.SLUICE_S3_ACCESS_KEY_ID;
  const secretAccessKey = found.SLUICE_S3_SECRET_ACCESS_KEY;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new SettingsError('SLUICE_S3_ACCESS_KEY_ID and SLUICE_S3_SECRET_ACCESS_KEY go together.');
  }
  return {
    nodeId: found.SLUICE_NODE_ID,
    host: found.SLUICE_HOST,
    rtmpPort: found.SLUICE_RTMP_PORT,
    metricsPort: found.SLUICE_METRICS_PORT,
    controlUrl: found.SLUICE_CONTROL_URL,
    edgeUrl: found.SLUICE_EDGE_URL,
    nodeToken: found.SLUICE_NODE_TOKEN,
    bucket: {
      name: found.SLUICE_BUCKET,
      region: found.SLUICE_S3_REGION,
      ...(found.SLUICE_S3_ENDPOINT === undefined ? {} : { endpoint: found.SLUICE_S3_ENDPOINT }),
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
    },
    broadcastsMax: found.SLUICE_BROADCASTS_MAX,
    ...(found.SLUICE_TRANSCODE_CPUS === undefined ? {} : { transcodeCpus: found.SLUICE_TRANSCODE_CPUS }),
    logLevel: found.SLUICE_LOG_LEVEL,
  };
}
