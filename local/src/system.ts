import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ChannelId, type LatencyProfileName } from '@sluice/contracts';
import { startControl } from '@sluice/functions';
import { adminToken as adminTokenOf } from './admin-token.ts';
import { type DemoPublisher, startDemoPublisher } from './demo/demo-publisher.ts';
import { type EdgeRuntime, startEdgeRuntime } from './edge-runtime.ts';
import { type IngestProcess, startIngestProcess } from './ingest-process.ts';
import { assertPortsFree, LOCAL_HOST, type Ports } from './ports.ts';

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
  /** Where the log lines of the ingest node and the edge go. */
  readonly log?: 'inherit' | 'ignore';
}

/** All of Sluice on one machine. */
export interface System {
  readonly ports: Ports;
  readonly edgeUrl: string;
  readonly controlUrl: string;
  readonly rtmpUrl: string;
  readonly metricsUrl: string;
  readonly channelId: ChannelId;
  readonly streamKey: string;
  readonly adminToken: string;
  readonly ingestPid: number;
  /** Resolves with a sentence when a part of it ended by itself. */
  readonly failed: Promise<string>;
  close(): Promise<void>;
}

/** Starts control, edge, ingest node and, if asked, the demo publisher; what was started ends if a later one fails. */
export async function startSystem(options: SystemOptions): Promise<System> {
  await assertPortsFree(options.ports);
  await mkdir(options.dataDirectory, { recursive: true });
  await using started = new AsyncDisposableStack();
  const nodeToken = randomBytes(24).toString('hex');
  const adminToken = await adminTokenOf(options.dataDirectory);

  const control = await startControl({
    host: LOCAL_HOST,
    port: options.ports.control,
    databasePath: join(options.dataDirectory, 'control.sqlite'),
    nodeToken,
    adminToken,
    seed: { channelId: DEMO_CHANNEL_ID, streamKey: DEMO_STREAM_KEY, profile: options.profile },
  });
  started.defer(() => control.close());

  const edge = await startEdgeRuntime({
    host: LOCAL_HOST,
    port: options.ports.edge,
    dataDirectory: join(options.dataDirectory, 'edge'),
    controlJwks: JSON.stringify(control.jwks),
    onLog: (level, line) => showEdgeLog(options, level, line),
  });
  started.defer(() => edge.close());

  const ingest = await startIngestProcess({
    environment: ingestEnvironment(options, { controlUrl: control.url, edge, nodeToken }),
    log: options.log ?? 'ignore',
  });
  started.defer(() => ingest.close());

  const rtmpUrl = `rtmp://${LOCAL_HOST}:${options.ports.rtmp}/live`;
  const demo = options.isDemoOn ? await startDemo(edge, rtmpUrl) : undefined;
  if (demo !== undefined) started.defer(() => demo.close());

  const parts = started.move();
  return describeSystem({ options, control, edge, ingest, rtmpUrl, adminToken, close: () => parts.disposeAsync() });
}

/** From the least to the most urgent; workerd and pino share these names. */
const LOG_LEVELS: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];

function showEdgeLog({ log, logLevel = 'info' }: SystemOptions, level: string, line: string): void {
  const isKnown = LOG_LEVELS.includes(level);
  const isUrgent = LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(logLevel);
  if (log === 'inherit' && isKnown && isUrgent) process.stderr.write(`${line}\n`);
}

function ingestEnvironment(
  options: SystemOptions,
  known: { readonly controlUrl: string; readonly edge: EdgeRuntime; readonly nodeToken: string },
): Record<string, string> {
  return {
    SLUICE_NODE_ID: `local-${process.pid}`,
    SLUICE_HOST: LOCAL_HOST,
    SLUICE_RTMP_PORT: String(options.ports.rtmp),
    SLUICE_METRICS_PORT: String(options.ports.metrics),
    SLUICE_CONTROL_URL: known.controlUrl,
    SLUICE_EDGE_URL: known.edge.url,
    SLUICE_NODE_TOKEN: known.nodeToken,
    SLUICE_BUCKET: known.edge.bucket.name,
    SLUICE_S3_ENDPOINT: known.edge.bucket.endpoint,
    SLUICE_S3_ACCESS_KEY_ID: known.edge.bucket.accessKeyId,
    SLUICE_S3_SECRET_ACCESS_KEY: known.edge.bucket.secretAccessKey,
    // The other half is for whoever watches and publishes on this machine too.
    SLUICE_TRANSCODE_CPUS: String(availableParallelism() / 2),
    SLUICE_LOG_LEVEL: options.logLevel ?? 'info',
  };
}

function startDemo(edge: EdgeRuntime, rtmpUrl: string): Promise<DemoPublisher> {
  return startDemoPublisher({
    rtmpUrl,
    streamKey: DEMO_STREAM_KEY,
    statusUrl: `${edge.url}/live/${DEMO_CHANNEL_ID}/status.json`,
  });
}

function describeSystem(known: {
  readonly options: SystemOptions;
  readonly control: { readonly url: string };
  readonly edge: EdgeRuntime;
  readonly ingest: IngestProcess;
  readonly rtmpUrl: string;
  readonly adminToken: string;
  readonly close: () => Promise<void>;
}): System {
  const { options, control, edge, ingest } = known;
  return {
    ports: options.ports,
    edgeUrl: edge.url,
    controlUrl: control.url,
    rtmpUrl: known.rtmpUrl,
    metricsUrl: `http://${LOCAL_HOST}:${options.ports.metrics}/metrics`,
    channelId: DEMO_CHANNEL_ID,
    streamKey: DEMO_STREAM_KEY,
    adminToken: known.adminToken,
    ingestPid: ingest.pid,
    failed: ingest.ended,
    close: known.close,
  };
}
