import { NodeId } from '@sluice/contracts';
import { z } from 'zod';
import { type EcsEnvironment, isInEcs, readEcsEnvironment } from './ecs/ecs-environment.ts';
import { randomNodeId } from './ecs/node-name.ts';
import { DEMAND_LIMITS, type DemandLimits } from './publish/rendition-demand.ts';

const MS_PER_S = 1_000;

const Port = z.coerce.number().int().min(0).max(65_535);

const OFF = 0;
/** CloudWatch counts by the minute. */
const FIGURES_S_IN_ECS = 60;
const FIGURES_S_MIN = 10;
const FIGURES_S_MAX = 3_600;
const WATCHDOG_S_IN_ECS = 30;
/** A collection of garbage, or a machine that is busy with others, is no loop that stands. */
const WATCHDOG_S_MIN = 5;
const WATCHDOG_S_MAX = 600;
/** Some seconds are usual, also on a machine that is busy. */
const START_S = 60;
const START_S_MAX = 600;

function offOr(min: number, max: number) {
  return z.coerce
    .number()
    .int()
    .refine((value) => value === OFF || (value >= min && value <= max), `0, or ${min} to ${max}`);
}

/** More than a rack of such encoders is a mistake. */
const SRT_PORT_KEYS_MAX = 64;

const SrtPortKey = z.object({ port: z.int().min(0).max(65_535), streamKey: z.string().min(1).max(256) });
const SrtPortKeys = z
  .string()
  .max(64 * 1024)
  // One `=` a pair: what is behind a second one makes the pair wrong.
  .transform((text) => text.split(',').map((pair) => pair.split('=')))
  .refine((pairs) => pairs.every(({ length }) => length === 2), 'pairs of a port and a key, as in 8891=KEY')
  .transform((pairs) => pairs.map(([port, streamKey = '']) => ({ port: port ? Number(port) : Number.NaN, streamKey })))
  .pipe(z.array(SrtPortKey).max(SRT_PORT_KEYS_MAX));

/** CloudFormation waits for three hours for a deployment. */
export const HAND_OVER_MIN_MAX = 150;
const HAND_OVER_MIN = 60;
const MS_PER_MIN = 60 * MS_PER_S;

/** The environment of an ingest node. Everything it is told from outside is here. */
const Environment = z.object({
  /** Another one for each run. Absent: one that is made up, out of the task's where the node runs in ECS. */
  SLUICE_NODE_ID: NodeId.optional(),
  /** Address to listen on; `0.0.0.0` in a container. */
  SLUICE_HOST: z.string().min(1).default('127.0.0.1'),
  SLUICE_RTMP_PORT: Port.default(1_935),
  /** RTMPS is there when a certificate is. */
  SLUICE_RTMPS_PORT: Port.default(1_936),
  /** PEM files; read again when they change. Both or neither. */
  SLUICE_TLS_CERT_FILE: z.string().min(1).optional(),
  SLUICE_TLS_KEY_FILE: z.string().min(1).optional(),
  /** UDP. */
  SLUICE_SRT_PORT: Port.default(8_890),
  /** `8891=KEY,8892=KEY`: more UDP ports, for encoders that cannot set a stream id. Secret. */
  SLUICE_SRT_PORT_KEYS: SrtPortKeys.default([]),
  /** CMAF over HTTP; without it nobody can publish so. */
  SLUICE_CMAF_PORT: Port.optional(),
  /** `/healthz`, `/readyz` and `/metrics`. */
  SLUICE_METRICS_PORT: Port.default(8_082),
  SLUICE_CONTROL_URL: z.url(),
  SLUICE_EDGE_URL: z.url(),
  /** Proves to the control API that this is one of ours. Secret. */
  SLUICE_NODE_TOKEN: z.string().trim().min(16),
  SLUICE_BUCKET: z.string().min(3).max(63),
  /** Absent: `auto` where there is an endpoint (R2), else the region that the node runs in. */
  SLUICE_S3_REGION: z.string().min(1).optional(),
  /** Put there by ECS. */
  AWS_REGION: z.string().min(1).optional(),
  /** Absent for AWS itself; R2's or the local endpoint otherwise. */
  SLUICE_S3_ENDPOINT: z.url().optional(),
  /** Both or neither: without them the AWS SDK's own chain is asked (a task role). */
  SLUICE_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  SLUICE_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  /** More at once than the machine can encode helps nobody; a load balancer asks another node. */
  SLUICE_BROADCASTS_MAX: z.coerce.number().int().min(1).max(1_000).default(16),
  /** CPUs that all broadcasts together may count on when they choose how hard to encode; all of the machine's if absent. */
  SLUICE_TRANSCODE_CPUS: z.coerce.number().min(0.25).max(1_024).optional(),
  /** Of channels on demand: nobody watched a rendition for so long, so it is not stored; and after so long again not encoded. */
  SLUICE_REST_AFTER_S: z.coerce
    .number()
    .min(1)
    .max(86_400)
    .default(DEMAND_LIMITS.restAfterMs / MS_PER_S),
  SLUICE_IDLE_AFTER_S: z.coerce
    .number()
    .min(0)
    .max(86_400)
    .default(DEMAND_LIMITS.idleAfterMs / MS_PER_S),
  /** `on`: restream targets may be inside of a network. For tests and intranets: whoever makes targets reaches what the node does. */
  SLUICE_PRIVATE_TARGETS: z.enum(['on', 'off']).default('off'),
  /** A PEM file with authorities that restream targets' certificates may be of, beside those that Node knows. */
  SLUICE_TARGET_CA_FILE: z.string().min(1).optional(),
  /** A line of figures so often, and none for 0. In ECS 60, if absent; elsewhere 0: a terminal is to be read. */
  SLUICE_FIGURES_S: offOr(FIGURES_S_MIN, FIGURES_S_MAX).optional(),
  /** The process ends itself when its event loop stands for so long, and never for 0. In ECS 30, if absent; elsewhere 0. */
  SLUICE_WATCHDOG_S: offOr(WATCHDOG_S_MIN, WATCHDOG_S_MAX).optional(),
  /** The process ends itself when it does not listen after so long. */
  SLUICE_START_S: z.coerce.number().int().min(1).max(START_S_MAX).default(START_S),
  /**
   * Of ECS, where this node is a task of: `CLUSTER/SERVICE`. With it a node that a newer deployment waits for gives way after
   * SLUICE_HAND_OVER_AFTER_MIN; without it, never.
   */
  SLUICE_ECS_SERVICE: z
    .string()
    .regex(/^[\w-]{1,255}\/[\w-]{1,255}$/, 'a cluster and a service, as in CLUSTER/SERVICE')
    .optional(),
  SLUICE_HAND_OVER_AFTER_MIN: z.coerce.number().min(0).max(HAND_OVER_MIN_MAX).default(HAND_OVER_MIN),
  SLUICE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
});

/** What an ingest node is told from outside, read once at the start. */
export interface Settings {
  readonly nodeId: NodeId;
  readonly host: string;
  readonly rtmpPort: number;
  readonly rtmpsPort: number;
  /** There where RTMPS is on. */
  readonly tls?: { readonly certFile: string; readonly keyFile: string };
  readonly srtPort: number;
  /** The stream keys are secret. */
  readonly srtPortKeys: readonly { readonly port: number; readonly streamKey: string }[];
  /** There where CMAF is taken. */
  readonly cmafPort?: number;
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
  readonly demandLimits: DemandLimits;
  readonly restream: { readonly arePrivateTargetsAllowed: boolean; readonly authoritiesFile?: string };
  /** What ECS tells; nothing where the node does not run there. */
  readonly ecs: EcsEnvironment;
  /** There where ECS can be asked which deployment of this service it wants. */
  readonly handOver?: { readonly cluster: string; readonly service: string; readonly handOverAfterMs: number };
  /** 0: no lines. */
  readonly figuresEveryMs: number;
  /** How long the event loop may stand; 0: nobody looks. */
  readonly watchdogMs: number;
  /** How long starting may take. */
  readonly startMs: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** The environment is wrong. Names the variables, never their values: some are secrets. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

/** Reads the environment. Throws SettingsError with one line a wrong variable. @param ownNodeId where none is given. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  ownNodeId: NodeId = randomNodeId(),
): Settings {
  const ecs = readEcsEnvironment(environment);
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
  const certFile = found.SLUICE_TLS_CERT_FILE;
  const keyFile = found.SLUICE_TLS_KEY_FILE;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new SettingsError('SLUICE_TLS_CERT_FILE and SLUICE_TLS_KEY_FILE go together.');
  }
  return {
    nodeId: found.SLUICE_NODE_ID ?? ownNodeId,
    host: found.SLUICE_HOST,
    rtmpPort: found.SLUICE_RTMP_PORT,
    rtmpsPort: found.SLUICE_RTMPS_PORT,
    ...(certFile !== undefined && keyFile !== undefined ? { tls: { certFile, keyFile } } : {}),
    srtPort: found.SLUICE_SRT_PORT,
    srtPortKeys: found.SLUICE_SRT_PORT_KEYS,
    ...(found.SLUICE_CMAF_PORT === undefined ? {} : { cmafPort: found.SLUICE_CMAF_PORT }),
    metricsPort: found.SLUICE_METRICS_PORT,
    controlUrl: found.SLUICE_CONTROL_URL,
    edgeUrl: found.SLUICE_EDGE_URL,
    nodeToken: found.SLUICE_NODE_TOKEN,
    bucket: {
      name: found.SLUICE_BUCKET,
      region: regionOf(found),
      ...(found.SLUICE_S3_ENDPOINT === undefined ? {} : { endpoint: found.SLUICE_S3_ENDPOINT }),
      ...(accessKeyId === undefined || secretAccessKey === undefined
        ? {}
        : { credentials: { accessKeyId, secretAccessKey } }),
    },
    broadcastsMax: found.SLUICE_BROADCASTS_MAX,
    ...(found.SLUICE_TRANSCODE_CPUS === undefined ? {} : { transcodeCpus: found.SLUICE_TRANSCODE_CPUS }),
    demandLimits: {
      restAfterMs: found.SLUICE_REST_AFTER_S * MS_PER_S,
      idleAfterMs: found.SLUICE_IDLE_AFTER_S * MS_PER_S,
    },
    restream: {
      arePrivateTargetsAllowed: found.SLUICE_PRIVATE_TARGETS === 'on',
      ...(found.SLUICE_TARGET_CA_FILE === undefined ? {} : { authoritiesFile: found.SLUICE_TARGET_CA_FILE }),
    },
    ecs,
    ...handOverOf(found),
    figuresEveryMs: (found.SLUICE_FIGURES_S ?? (isInEcs(ecs) ? FIGURES_S_IN_ECS : OFF)) * MS_PER_S,
    watchdogMs: (found.SLUICE_WATCHDOG_S ?? (isInEcs(ecs) ? WATCHDOG_S_IN_ECS : OFF)) * MS_PER_S,
    startMs: found.SLUICE_START_S * MS_PER_S,
    logLevel: found.SLUICE_LOG_LEVEL,
  };
}

function handOverOf(found: z.infer<typeof Environment>): Pick<Settings, 'handOver'> {
  const [cluster, service] = found.SLUICE_ECS_SERVICE?.split('/') ?? [];
  if (cluster === undefined || service === undefined) return {};
  return { handOver: { cluster, service, handOverAfterMs: found.SLUICE_HAND_OVER_AFTER_MIN * MS_PER_MIN } };
}

/** S3 knows no `auto`. Throws SettingsError where nobody says which one it is. */
function regionOf({ SLUICE_S3_REGION, SLUICE_S3_ENDPOINT, AWS_REGION }: z.infer<typeof Environment>): string {
  const region = SLUICE_S3_REGION ?? (SLUICE_S3_ENDPOINT === undefined ? AWS_REGION : 'auto');
  if (region === undefined) throw new SettingsError('SLUICE_S3_REGION: without an endpoint it is the bucket’s region.');
  return region;
}
