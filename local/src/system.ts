import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ChannelId, type LatencyProfileName } from '@sluice/contracts';
import { startControl } from '@sluice/functions';
import { adminToken as adminTokenOf } from './admin-token.ts';
import { type DemoPublisher, startDemoPublisher } from './demo/demo-publisher.ts';
import { type EdgeRuntime, localBucket, makeBucketCredentials, startEdgeRuntime } from './edge-runtime.ts';
import {
  type ExtraIngestNode,
  type ExtraIngestNodeOptions,
  type IngestAddresses,
  IngestNodes,
} from './ingest-nodes.ts';
import { assertPortsFree, type IngestPorts, LOCAL_HOST, type Ports } from './ports.ts';
import { publishAddress, publishAddresses } from './publish-addresses.ts';
import type { Region } from './regions/region.ts';
import { Regions, type RegionsOptions } from './regions/regions.ts';
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
  /** Several regions, whose front listens on `ports` instead of a node; absent: one node does. */
  readonly regions?: RegionsOptions;
}

/** What an edge must know of the rest of its system. */
export interface EdgeDeployment {
  readonly controlUrl: string;
  /** Secret. */
  readonly edgeToken: string;
  readonly bucketName: string;
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
  /** Of the first region's node, as it was started, where there are several. */
  readonly ingestPid: number;
  /** Resolves with a sentence when a part of it ended by itself, but for regions, which may. */
  readonly failed: Promise<string>;
  /** The nearest first; none, where one node listens on the documented ports by itself. */
  readonly regions: readonly Region[];
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
    ingestAddresses: publishAddresses(options.ports, options.regions?.ports),
    consoleToken: adminToken,
    isBreakable: options.isBreakable ?? false,
    ...(uploaded && { uploaded }),
    onLog: (level, line) => showEdgeLog(options, level, line),
  });
  started.defer(() => edge.close());

  const real = { controlUrl: control.url, edgeUrl: edge.url, s3Endpoint: edge.bucket.endpoint };
  const addresses = (await options.detour?.(real)) ?? real;
  const nodes = new IngestNodes({
    addresses,
    bucket: edge.bucket,
    nodeToken,
    dataDirectory: options.dataDirectory,
    logLevel: options.logLevel ?? 'info',
    log: options.log ?? 'ignore',
    rest: options.rest,
    arePrivateTargetsAllowed: options.arePrivateTargetsAllowed ?? false,
  });
  const ingest = await startIngest(options, nodes, started);
  const { rtmpUrl, rtmpsUrl, srtUrl, cmafUrl } = publishAddress(options.ports);

  const demo = options.isDemoOn ? await startDemo(edge, rtmpUrl) : undefined;
  if (demo !== undefined) started.defer(() => demo.close());

  const parts = started.move();
  return {
    ports: options.ports,
    edgeUrl: edge.url,
    controlUrl: control.url,
    rtmpUrl,
    rtmpsUrl,
    srtUrl,
    cmafUrl,
    metricsUrl: ingest.metricsUrl,
    channelId: DEMO_CHANNEL_ID,
    streamKey: DEMO_STREAM_KEY,
    adminToken,
    ingestPid: ingest.pid,
    failed: ingest.failed,
    regions: ingest.regions,
    bucket: edge.bucket,
    edge,
    startIngestNode: async (ports, nodeOptions) => {
      const node = await nodes.start(ports, nodeOptions);
      parts.defer(() => node.close());
      return node;
    },
    close: () => parts.disposeAsync(),
  };
}

/** What takes publishers: one node, or regions behind one address. */
interface Ingest extends Pick<System, 'metricsUrl' | 'failed' | 'regions'> {
  readonly pid: number;
}

async function startIngest(
  { ports, regions: asked }: SystemOptions,
  nodes: IngestNodes,
  started: AsyncDisposableStack,
): Promise<Ingest> {
  if (asked === undefined) {
    const node = await nodes.start(ports);
    started.defer(() => node.close());
    return { pid: node.pid, metricsUrl: node.metricsUrl, failed: node.ended, regions: [] };
  }
  for (const regionPorts of asked.ports) await assertPortsFree(regionPorts);
  const regions = started.use(await Regions.start(ports, nodes, asked));
  const [{ pid = 0, metricsUrl }] = regions.all;
  return { pid, metricsUrl, failed: new Promise(() => undefined), regions: regions.all };
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

function startDemo(edge: EdgeRuntime, rtmpUrl: string): Promise<DemoPublisher> {
  return startDemoPublisher({
    rtmpUrl,
    streamKey: DEMO_STREAM_KEY,
    statusUrl: `${edge.url}/live/${DEMO_CHANNEL_ID}/status.json`,
  });
}
