import { type ExtraIngestNode, type IngestNodes, metricsUrlOf } from '../ingest-nodes.ts';
import { type IngestPorts, LOCAL_HOST } from '../ports.ts';
import { descendantPids } from '../process-list.ts';
import { HealthWatch } from './health-watch.ts';
import type { HealthCheck } from './region-health.ts';
import type { RegionState } from './region-life.ts';

/** What is told of a region as it happens. */
export type RegionNews =
  | { readonly kind: 'ended'; readonly sentence: string }
  | { readonly kind: 'started' }
  | { readonly kind: 'changed'; readonly state: RegionState };

export interface RegionOptions {
  readonly name: string;
  readonly ports: IngestPorts;
  readonly nodes: IngestNodes;
  /** The path of its nodes' main module, where it is another one. */
  readonly main?: string;
  readonly check: HealthCheck;
  /** So long after its node has ended another one is started, as ECS does; absent: none is. */
  readonly restartAfterMs: number | undefined;
  onNews(region: Region, news: RegionNews): void;
}

/** A region with one ingest node, in a process group of its own. */
export class Region implements AsyncDisposable {
  readonly name: string;
  readonly ports: IngestPorts;
  readonly #options: RegionOptions;
  readonly #watch: HealthWatch;
  #node: ExtraIngestNode | undefined;
  #starting: Promise<void> | undefined;
  #restartTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  static async start(options: RegionOptions): Promise<Region> {
    return new Region(options, await startNode(options));
  }

  private constructor(options: RegionOptions, node: ExtraIngestNode) {
    this.name = options.name;
    this.ports = options.ports;
    this.#options = options;
    this.#keep(node);
    this.#watch = new HealthWatch({
      readyUrl: `http://${LOCAL_HOST}:${options.ports.metrics}/readyz`,
      check: options.check,
      onChange: (state) => options.onNews(this, { kind: 'changed', state }),
    });
  }

  /** As those who send publishers there know it. */
  get state(): RegionState {
    return this.#watch.state;
  }

  /** Of its node; `undefined` while there is none. */
  get pid(): number | undefined {
    return this.#node?.pid;
  }

  get metricsUrl(): string {
    return metricsUrlOf(this.ports);
  }

  /** Starts a node where there is none; resolves once it listens. */
  async start(): Promise<void> {
    clearTimeout(this.#restartTimer);
    if (this.#node !== undefined || this.#isClosed) return;
    this.#starting ??= this.#startNode().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  /** Kills everything in it at one instant, as a region that loses its power; resolves when its node is gone. */
  async kill(): Promise<void> {
    const node = this.#node;
    if (node === undefined) return;
    // Transcoders lead groups of their own; one that were left would only find out a moment later.
    const others = await descendantPids(node.pid);
    for (const pid of [-node.pid, ...others]) tryKill(pid);
    await node.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#restartTimer);
    this.#watch[Symbol.dispose]();
    // What could not be started has nothing to be ended.
    await this.#starting?.catch(() => undefined);
    await this.#node?.close();
  }

  async #startNode(): Promise<void> {
    this.#keep(await startNode(this.#options));
    this.#options.onNews(this, { kind: 'started' });
  }

  #keep(node: ExtraIngestNode): void {
    this.#node = node;
    void node.ended.then((sentence) => this.#lost(sentence));
  }

  #lost(sentence: string): void {
    this.#node = undefined;
    if (this.#isClosed) return;
    this.#options.onNews(this, { kind: 'ended', sentence });
    const { restartAfterMs } = this.#options;
    if (restartAfterMs !== undefined) this.#restartTimer = setTimeout(() => void this.#startAgain(), restartAfterMs);
  }

  async #startAgain(): Promise<void> {
    try {
      await this.start();
    } catch (error) {
      // Something may still hold its ports; it is tried again for as long as it takes.
      this.#lost(error instanceof Error ? error.message : 'The ingest node did not start.');
    }
  }
}

async function startNode({ nodes, ports, main }: RegionOptions): Promise<ExtraIngestNode> {
  return await nodes.start(ports, { leadsGroup: true, ...(main !== undefined && { main }) });
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone.
  }
}
