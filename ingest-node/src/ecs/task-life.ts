import { ECS } from '@aws-sdk/client-ecs';
import type { Logger } from 'pino';
import type { Settings } from '../settings.ts';
import { DeploymentWatch } from './deployment-watch.ts';
import { TaskProtector } from './task-protector.ts';

/** What ECS and this node have to say to each other while it runs. Nothing, where it does not run there. */
export class TaskLife {
  readonly #protector: TaskProtector | undefined;
  readonly #watch: DeploymentWatch | undefined;
  readonly #ecs: ECS | undefined;

  constructor({ ecs: { agentUrl, metadataUrl }, handOver }: Pick<Settings, 'ecs' | 'handOver'>, logger: Logger) {
    this.#protector = agentUrl === undefined ? undefined : new TaskProtector({ agentUrl, logger });
    if (metadataUrl === undefined || handOver === undefined) return;
    // Region and credentials are the task's.
    this.#ecs = new ECS();
    const onHandOver = () => this.#protector?.giveWay();
    const onTakenBack = () => this.#protector?.stay();
    this.#watch = new DeploymentWatch({ ...handOver, ecs: this.#ecs, metadataUrl, logger, onHandOver, onTakenBack });
  }

  /** A node of a newer deployment runs. */
  get isOutdated(): boolean {
    return this.#watch?.isOutdated ?? false;
  }

  /** Broadcasts of this node now, and publishers that stand by for one. */
  held(count: number): void {
    this.#protector?.held(count);
  }

  /** The node ends. Resolves when ECS knows, or has taken too long. Never rejects. */
  async close(): Promise<void> {
    this.#watch?.close();
    await this.#protector?.close();
    this.#ecs?.destroy();
  }
}
