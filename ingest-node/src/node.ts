import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { BroadcastRegistry } from './broadcast/broadcast-registry.ts';
import { ControlClient } from './control/control-client.ts';
import { EdgeClient } from './control/edge-client.ts';
import { Metrics } from './operations/metrics.ts';
import { OperationsServer } from './operations/operations-server.ts';
import { S3MediaStore } from './publish/s3-media-store.ts';
import { RtmpServer } from './server/rtmp-server.ts';
import type { Settings } from './settings.ts';
import { WarmChild } from './transcode/warm-child.ts';

/** An ingest node: its servers, its broadcasts, and what they share. */
export class IngestNode {
  readonly #registry: BroadcastRegistry;
  readonly #rtmp: RtmpServer;
  readonly #operations: OperationsServer;
  readonly #store: S3MediaStore;
  readonly #warmChild: WarmChild;
  readonly #logger: Logger;
  readonly rtmpPort: number;
  readonly operationsPort: number;
  #stopped: Promise<void> | undefined;

  /** Resolves when it listens. Rejects with Node's own error when a port is taken. */
  static async start(settings: Settings, logger: Logger): Promise<IngestNode> {
    await using started = new AsyncDisposableStack();
    const metrics = new Metrics();
    const store = new S3MediaStore(settings.bucket);
    started.defer(() => store.close());
    void store.warmUp().catch((error: Error) => logger.warn({ why: error.message }, 'the bucket was not reached yet'));
    const warmChild = new WarmChild({ logger });
    started.defer(() => warmChild.close());
    const registry = makeRegistry(settings, { metrics, store, warmChild, logger });
    const operations = new OperationsServer({ registry: metrics.registry, readiness: registry });
    const operationsPort = await operations.listen(settings.host, settings.metricsPort);
    started.defer(() => operations.close());
    const rtmp = await listenRtmp(settings, { registry, metrics, logger });
    started.move();
    return new IngestNode({ registry, rtmp, operations, operationsPort, store, warmChild, logger });
  }

  private constructor(parts: {
    readonly registry: BroadcastRegistry;
    readonly rtmp: RtmpServer;
    readonly operations: OperationsServer;
    readonly operationsPort: number;
    readonly store: S3MediaStore;
    readonly warmChild: WarmChild;
    readonly logger: Logger;
  }) {
    this.#registry = parts.registry;
    this.#rtmp = parts.rtmp;
    this.#operations = parts.operations;
    this.#store = parts.store;
    this.#warmChild = parts.warmChild;
    this.#logger = parts.logger;
    this.rtmpPort = parts.rtmp.port;
    this.operationsPort = parts.operationsPort;
  }

  /** Takes nobody any more, finishes every broadcast and closes everything. Idempotent; never rejects. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#logger.info('stopping: no new publishers, broadcasts are finished');
    this.#rtmp.stopAccepting();
    const spareGone = this.#warmChild.close();
    await this.#registry.drain();
    await this.#rtmp.close();
    // Last: until here a load balancer is told that the node is draining.
    await this.#operations.close();
    this.#store.close();
    await spareGone;
  }
}

interface Shared {
  readonly metrics: Metrics;
  readonly store: S3MediaStore;
  readonly warmChild: WarmChild;
  readonly logger: Logger;
}

function makeRegistry(settings: Settings, { metrics, store, warmChild, logger }: Shared): BroadcastRegistry {
  const services = {
    nodeId: settings.nodeId,
    control: new ControlClient(settings),
    edge: new EdgeClient(settings),
    store,
    metrics,
    logger,
    cpuCount: settings.transcodeCpus ?? availableParallelism(),
    takeChild: () => warmChild.take(),
  };
  return new BroadcastRegistry({ services, broadcastsMax: settings.broadcastsMax });
}

function listenRtmp(
  { host, rtmpPort }: Settings,
  { registry, metrics, logger }: Pick<Shared, 'metrics' | 'logger'> & { readonly registry: BroadcastRegistry },
): Promise<RtmpServer> {
  return RtmpServer.listen({
    host,
    port: rtmpPort,
    onPublish: (attempt, handle) => registry.publish(attempt, handle),
    logger,
    onConnections: (count) => metrics.connections.set({ protocol: 'rtmp' }, count),
    onReceived: (bytes) => metrics.receivedBytes.inc(bytes),
    onRefused: (code) => metrics.publishesRefused.inc({ code }),
  });
}
