import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Logger } from 'pino';
import { BroadcastRegistry } from './broadcast/broadcast-registry.ts';
import { ControlClient } from './control/control-client.ts';
import { EdgeClient } from './control/edge-client.ts';
import { EventOutbox } from './control/event-outbox.ts';
import { TaskLife } from './ecs/task-life.ts';
import { IngestServers } from './ingest-servers.ts';
import { FiguresLog } from './operations/figures-log.ts';
import { Metrics } from './operations/metrics.ts';
import { OperationsServer } from './operations/operations-server.ts';
import { S3MediaStore } from './publish/s3-media-store.ts';
import type { RestreamAccess } from './restream/restreamer.ts';
import type { Settings } from './settings.ts';
import { receiverCommand } from './srt/receiver-command.ts';
import { WarmChild } from './transcode/warm-child.ts';

/** An ingest node: its servers, its broadcasts, and what they share. */
export class IngestNode {
  readonly #registry: BroadcastRegistry;
  readonly #operations: OperationsServer;
  readonly #store: S3MediaStore;
  readonly #spares: readonly WarmChild[];
  readonly #events: EventOutbox;
  readonly #task: TaskLife;
  /** There where lines of figures are wanted. */
  readonly #figures: FiguresLog | undefined;
  readonly #logger: Logger;
  readonly servers: IngestServers;
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
    const warmReceiver = new WarmChild({ logger, command: receiverCommand(process.execPath) });
    started.defer(() => warmReceiver.close());
    const control = new ControlClient(settings);
    const events = new EventOutbox({
      send: (batch) => control.tell({ nodeId: settings.nodeId, events: [...batch] }),
      onTrouble: (why) => logger.warn({ why }, 'the control API was not told what happened'),
    });
    const task = new TaskLife(settings, logger);
    started.defer(() => task.close());
    const onHeld = (heldCount: number) => task.held(heldCount);
    const registry = makeRegistry(settings, { metrics, store, warmChild, logger, control, events, onHeld });
    const readiness = {
      get isReady() {
        return registry.isReady && !task.isOutdated;
      },
    };
    const operations = new OperationsServer({ registry: metrics.registry, readiness });
    const operationsPort = await operations.listen(settings.host, settings.metricsPort);
    started.defer(() => operations.close());
    const servers = await IngestServers.listen({
      settings,
      onPublish: (attempt, handle) => registry.publish(attempt, handle),
      onPlay: (attempt) => registry.play(attempt),
      takeReceiver: () => warmReceiver.take(),
      metrics,
      logger,
    });
    started.move();
    const spares = [warmChild, warmReceiver];
    const periodMs = settings.figuresEveryMs;
    const slots = () => registry.slots;
    const figures = periodMs === 0 ? undefined : new FiguresLog({ periodMs, metrics, slots, logger });
    const ends = { spares, events, task, figures };
    return new IngestNode({ registry, servers, operations, operationsPort, store, ...ends, logger });
  }

  private constructor(parts: {
    readonly registry: BroadcastRegistry;
    readonly servers: IngestServers;
    readonly operations: OperationsServer;
    readonly operationsPort: number;
    readonly store: S3MediaStore;
    readonly spares: readonly WarmChild[];
    readonly events: EventOutbox;
    readonly task: TaskLife;
    readonly figures: FiguresLog | undefined;
    readonly logger: Logger;
  }) {
    this.#registry = parts.registry;
    this.servers = parts.servers;
    this.#operations = parts.operations;
    this.#store = parts.store;
    this.#spares = parts.spares;
    this.#events = parts.events;
    this.#task = parts.task;
    this.#figures = parts.figures;
    this.#logger = parts.logger;
    this.operationsPort = parts.operationsPort;
  }

  /** Takes nobody any more, finishes every broadcast and closes everything. Idempotent; never rejects. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#logger.info('stopping: no new publishers, broadcasts are finished');
    // A load balancer is told from here on.
    this.#registry.stopAccepting();
    const isUnprotected = this.#task.close();
    const moved = this.servers.stopAccepting();
    const sparesGone = Promise.all(this.#spares.map((spare) => spare.close()));
    await moved;
    await this.#registry.drain();
    await this.#events.close();
    await this.servers.close();
    // Last: until here a load balancer is told that the node is draining.
    await this.#operations.close();
    this.#store.close();
    await sparesGone;
    await isUnprotected;
    await this.#figures?.close();
  }
}

/** Throws Node's own error where the file cannot be read. */
function restreamAccess({ arePrivateTargetsAllowed, authoritiesFile }: Settings['restream']): RestreamAccess {
  if (authoritiesFile === undefined) return { arePrivateTargetsAllowed };
  return { arePrivateTargetsAllowed, authorities: readFileSync(authoritiesFile, 'utf8') };
}

interface Shared {
  readonly metrics: Metrics;
  readonly store: S3MediaStore;
  readonly warmChild: WarmChild;
  readonly control: ControlClient;
  readonly events: EventOutbox;
  readonly onHeld: (heldCount: number) => void;
  readonly logger: Logger;
}

function makeRegistry(
  settings: Settings,
  { metrics, store, warmChild, control, events, onHeld, logger }: Shared,
): BroadcastRegistry {
  const services = {
    nodeId: settings.nodeId,
    control,
    events,
    edge: new EdgeClient(settings),
    store,
    metrics,
    logger,
    cpuCount: settings.transcodeCpus ?? availableParallelism(),
    demandLimits: settings.demandLimits,
    restreamAccess: restreamAccess(settings.restream),
    takeChild: () => warmChild.take(),
  };
  return new BroadcastRegistry({ services, broadcastsMax: settings.broadcastsMax, onHeld });
}
