import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ChannelId, type LatencyProfileName } from '@sluice/contracts';
import { startControl } from '@sluice/functions';
import { adminToken as adminTokenOf } from './admin-token.ts';
import { type DemoPublisher, startDemoPublisher } from './demo/demo-publisher.ts';
import { type EdgeRuntime, localBucket, makeBucketCredentials, startEdgeRuntime } from './edge-runtime.ts';
import { type IngestProcess, startIngestProcess } from './ingest-process.ts';
import { assertPortsFree, LOCAL_HOST, type Ports } from './ports.ts';
import { certificateKeyPath, certificatePath, selfSignedCertificate } from './self-signed-certificate.ts';
import type { UploadedWorker } from './uploaded-worker.ts';

export const DEMO_CHANNEL_ID = ChannelId.parse('demo');
/** Public by design: it is in the README and opens nothing but the demo channel of a local system. */
export const DEMO_STREAM_KEY = 'demo-key';

export interface SystemOptions {
  readonly ports: Ports;
  /** Made when absent. */
  readonly dataDirectory: string;
  readonly profile: LatencyProfileName;
  /** Publish the demo picture while nobody else does. */
  readonly isDemoOn: boolean;
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Where the log lines of the ingest node and the edge go: to the terminal, nowhere, or into an open file. */
  readonly log?: 'inherit' | 'ignore' | number;
  /** When renditions of channels on demand rest, in seconds; as the ingest node does it, if absent. */
  readonly rest?: { readonly restAfterS: number; readonly idleAfterS: number };
  /** Restream targets may be inside of a network, as another system on this machine is. */
  readonly arePrivateTargetsAllowed?: boolean;
  /** See EdgeRuntimeOptions. */
  readonly isBreakable?: boolean;
  /** Deploys the edge somewhere, and resolves with what was uploaded; that runs in place of the Worker of this tree. */
  readonly deploy?: (deployment: EdgeDeployment) => Promise<UploadedWorker>;
  /** What ingest nodes are told the others' addresses are, given the real ones; tests put proxies in between. */
  readonly detour?: (addresses: IngestAddresses) => Promise<IngestAddresses>;
}

/** What an edge must know of the rest of its system. */
export interface EdgeDeployment {
  readonly controlUrl: string;
  /** Secret. */
  readonly edgeToken: string;
  readonly bucketName: string;
}

/** Where an ingest node finds what it needs. */
export interface IngestAddresses {
  readonly controlUrl: string;
  readonly edgeUrl: string;
  readonly s3Endpoint: string;
}

/** The ports of an ingest node. */
export type IngestPorts = Pick<Ports, 'rtmp' | 'rtmps' | 'srt' | 'cmaf' | 'metrics'>;

/** How another ingest node differs from the first. */
export interface ExtraIngestNodeOptions {
  /** Half of the machine's CPUs, if absent. Many fewer make it choose another preset. */
  readonly transcodeCpus?: number;
  /** The path of its main module, where it is of another build. */
  readonly main?: string;
}

/** An ingest node of this system, on ports of its own. */
export interface ExtraIngestNode extends IngestProcess {
  readonly rtmpUrl: string;
  readonly metricsUrl: string;
}

/** All of Sluice on one machine. */
export interface System {
  readonly ports: Ports;
  readonly edgeUrl: string;
  readonly controlUrl: string;
  readonly rtmpUrl: string;
  readonly rtmpsUrl: string;
  /** Without a stream id. */
  readonly srtUrl: string;
  /** Behind it the stream key, and then the name of a track. */
  readonly cmafUrl: string;
  readonly metricsUrl: string;
  readonly channelId: ChannelId;
  readonly streamKey: string;
  readonly adminToken: string;
  readonly ingestPid: number;
  /** Resolves with a sentence when a part of it ended by itself. */
  readonly failed: Promise<string>;
  /** Where the media is, and the key to it. Secret. */
  readonly bucket: EdgeRuntime['bucket'];
  readonly edge: Pick<EdgeRuntime, 'resetChannel' | 'resetRelays' | 'restart'>;
  /** Starts another ingest node, as a region with two of them has; it ends with the system. */
  startIngestNode(ports: IngestPorts, options?: ExtraIngestNodeOptions): Promise<ExtraIngestNode>;
  close(): Promise<void>;
}

/** Starts control, edge, ingest node and, if asked, the demo publisher; what was started ends if a later one fails. */
export async function startSystem(options: SystemOptions): Promise<System> {
  await assertPortsFree(options.ports);
  await mkdir(options.dataDirectory, { recursive: true });
  await using started = new AsyncDisposableStack();
  const nodeToken = randomBytes(24).toString('hex');
  const edgeToken = randomBytes(24).toString('hex');
  const adminToken = await adminTokenOf(options.dataDirectory);
  const edgeUrl = `http://${LOCAL_HOST}:${options.ports.edge}`;
  const bucketCredentials = makeBucketCredentials();

  const control = await startControl({
    host: LOCAL_HOST,
    port: options.ports.control,
    databasePath: join(options.dataDirectory, 'control.sqlite'),
    nodeToken,
    adminToken,
    edgeToken,
    edgeUrl,
    bucket: { ...localBucket(edgeUrl), credentials: bucketCredentials },
    seed: { channelId: DEMO_CHANNEL_ID, streamKey: DEMO_STREAM_KEY, profile: options.profile },
  });
  started.defer(() => control.close());

  const bucketName = localBucket(edgeUrl).name;
  const uploaded = await options.deploy?.({ controlUrl: control.url, edgeToken, bucketName });
  const edge = await startEdgeRuntime({
    host: LOCAL_HOST,
    port: options.ports.edge,
    dataDirectory: join(options.dataDirectory, 'edge'),
    controlJwks: JSON.stringify(control.jwks),
    controlUrl: control.url,
    bucketCredentials,
    edgeToken,
    isBreakable: options.isBreakable ?? false,
    ...(uploaded && { uploaded }),
    onLog: (level, line) => showEdgeLog(options, level, line),
  });
  started.defer(() => edge.close());

  const real = { controlUrl: control.url, edgeUrl: edge.url, s3Endpoint: edge.bucket.endpoint };
  const addresses = (await options.detour?.(real)) ?? real;
  const startIngestNode = async (
    ports: IngestPorts,
    // The other half is for whoever watches and publishes on this machine too.
    { transcodeCpus = availableParallelism() / 2, main }: ExtraIngestNodeOptions = {},
  ): Promise<ExtraIngestNode> => {
    await selfSignedCertificate(options.dataDirectory);
    const known = { addresses, ports, bucket: edge.bucket, nodeToken, transcodeCpus };
    const environment = ingestEnvironment(options, known);
    const node = await startIngestProcess({ environment, log: options.log ?? 'ignore', main });
    return { ...node, rtmpUrl: rtmpUrlOf(ports), metricsUrl: metricsUrlOf(ports) };
  };
  const ingest = await startIngestNode(options.ports);
  started.defer(() => ingest.close());

  const demo = options.isDemoOn ? await startDemo(edge, ingest.rtmpUrl) : undefined;
  if (demo !== undefined) started.defer(() => demo.close());

  const parts = started.move();
  return {
    ports: options.ports,
    edgeUrl: edge.url,
    controlUrl: control.url,
    rtmpUrl: ingest.rtmpUrl,
    rtmpsUrl: `rtmps://${LOCAL_HOST}:${options.ports.rtmps}/live`,
    srtUrl: `srt://${LOCAL_HOST}:${options.ports.srt}`,
    cmafUrl: `http://${LOCAL_HOST}:${options.ports.cmaf}/cmaf`,
    metricsUrl: ingest.metricsUrl,
    channelId: DEMO_CHANNEL_ID,
    streamKey: DEMO_STREAM_KEY,
    adminToken,
    ingestPid: ingest.pid,
    failed: ingest.ended,
    bucket: edge.bucket,
    edge,
    startIngestNode: async (ports, nodeOptions) => {
      const node = await startIngestNode(ports, nodeOptions);
      parts.defer(() => node.close());
      return node;
    },
    close: () => parts.disposeAsync(),
  };
}

/** From the least to the most urgent; workerd and pino share these names. */
const LOG_LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];

function showEdgeLog({ log, logLevel = 'info' }: SystemOptions, level: string, line: string): void {
  const isKnown = LOG_LEVELS.includes(level);
  const isUrgent = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(logLevel);
  if (!isKnown || !isUrgent) return;
  if (log === 'inherit') process.stderr.write(`${line}\n`);
  else if (typeof log === 'number') writeSync(log, `${line}\n`);
}

function rtmpUrlOf({ rtmp }: Pick<Ports, 'rtmp'>): string {
  return `rtmp://${LOCAL_HOST}:${rtmp}/live`;
}

function metricsUrlOf({ metrics }: Pick<Ports, 'metrics'>): string {
  return `http://${LOCAL_HOST}:${metrics}/metrics`;
}

function ingestEnvironment(
  { logLevel, dataDirectory, rest, arePrivateTargetsAllowed = false }: SystemOptions,
  known: {
    readonly addresses: IngestAddresses;
    readonly ports: IngestPorts;
    readonly bucket: EdgeRuntime['bucket'];
    readonly nodeToken: string;
    readonly transcodeCpus: number;
  },
): Record<string, string> {
  const { addresses, ports, bucket, nodeToken, transcodeCpus } = known;
  return {
    SLUICE_NODE_ID: `local-${process.pid}-${ports.rtmp}`,
    SLUICE_HOST: LOCAL_HOST,
    SLUICE_RTMP_PORT: String(ports.rtmp),
    SLUICE_RTMPS_PORT: String(ports.rtmps),
    SLUICE_TLS_CERT_FILE: certificatePath(dataDirectory),
    SLUICE_TLS_KEY_FILE: certificateKeyPath(dataDirectory),
    SLUICE_SRT_PORT: String(ports.srt),
    SLUICE_CMAF_PORT: String(ports.cmaf),
    SLUICE_METRICS_PORT: String(ports.metrics),
    SLUICE_CONTROL_URL: addresses.controlUrl,
    SLUICE_EDGE_URL: addresses.edgeUrl,
    SLUICE_NODE_TOKEN: nodeToken,
    SLUICE_BUCKET: bucket.name,
    SLUICE_S3_ENDPOINT: addresses.s3Endpoint,
    SLUICE_S3_ACCESS_KEY_ID: bucket.accessKeyId,
    SLUICE_S3_SECRET_ACCESS_KEY: bucket.secretAccessKey,
    SLUICE_TRANSCODE_CPUS: String(transcodeCpus),
    ...(rest && { SLUICE_REST_AFTER_S: String(rest.restAfterS), SLUICE_IDLE_AFTER_S: String(rest.idleAfterS) }),
    SLUICE_PRIVATE_TARGETS: arePrivateTargetsAllowed ? 'on' : 'off',
    SLUICE_LOG_LEVEL: logLevel ?? 'info',
  };
}

function startDemo(edge: EdgeRuntime, rtmpUrl: string): Promise<DemoPublisher> {
  return startDemoPublisher({
    rtmpUrl,
    streamKey: DEMO_STREAM_KEY,
    statusUrl: `${edge.url}/live/${DEMO_CHANNEL_ID}/status.json`,
  });
}
