import type { ECS } from '@aws-sdk/client-ecs';
import type { Logger } from 'pino';
import { DeadlineTimer } from '../server/deadline-timer.ts';
import { type DeploymentSight, HandOverPlan } from './hand-over-plan.ts';
import { readTaskMetadata } from './task-metadata.ts';

/** A deployment takes minutes anyway, and ECS answers a few such questions a second for a whole account. */
const LOOK_EVERY_MS = 60_000;

export interface DeploymentWatchOptions {
  readonly ecs: Pick<ECS, 'describeServices'>;
  /** `ECS_CONTAINER_METADATA_URI_V4`. */
  readonly metadataUrl: string;
  readonly cluster: string;
  readonly service: string;
  readonly handOverAfterMs: number;
  readonly logger: Logger;
  /** The deployment has waited long enough for this node. Called once for each deployment. */
  readonly onHandOver: () => void;
  /** LOOK_EVERY_MS, if absent. */
  readonly lookEveryMs?: number;
}

/** Looks whether ECS wants this service in another version than this node is, and says when the node has to give way. */
export class DeploymentWatch {
  readonly #options: DeploymentWatchOptions;
  readonly #plan: HandOverPlan;
  readonly #timer = new DeadlineTimer(
    () => performance.now(),
    () => void this.#look(),
  );
  #own: string | undefined;
  #hasHandedOver = false;
  #isInTrouble = false;
  #isClosed = false;

  constructor(options: DeploymentWatchOptions) {
    this.#options = options;
    this.#plan = new HandOverPlan(options);
    this.#timer.set(performance.now());
  }

  /** A newer deployment is on its way: whoever comes now is better off with a node of that one. */
  get isOutdated(): boolean {
    return this.#plan.isOutdated;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.clear();
  }

  async #look(): Promise<void> {
    const wasOutdated = this.#plan.isOutdated;
    this.#plan.seen(await this.#ask(), performance.now());
    if (this.#isClosed) return;
    if (wasOutdated !== this.#plan.isOutdated) this.#tellOfChange();
    if (this.#plan.isOver(performance.now())) this.#handOver();
    const nextMs = performance.now() + (this.#options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.set(this.#hasHandedOver ? nextMs : Math.min(nextMs, this.#plan.overAtMs));
  }

  #tellOfChange(): void {
    const { logger, handOverAfterMs } = this.#options;
    if (this.#plan.isOutdated) {
      logger.info({ handOverAfterMs }, 'a newer deployment waits for this node: it takes no new channel');
    } else {
      this.#hasHandedOver = false;
      logger.info('the newer deployment was taken back: this node goes on');
    }
  }

  #handOver(): void {
    if (this.#hasHandedOver) return;
    this.#hasHandedOver = true;
    this.#options.logger.info(
      'the newer deployment has waited long enough: ECS may end this node, its publishers move',
    );
    this.#options.onHandOver();
  }

  async #ask(): Promise<DeploymentSight> {
    const { ecs, cluster, service, metadataUrl } = this.#options;
    try {
      this.#own ??= (await readTaskMetadata(metadataUrl)).definition;
      const { services = [] } = await ecs.describeServices({ cluster, services: [service] });
      const wanted = services[0]?.taskDefinition;
      if (wanted === undefined) throw new Error(`ECS knows no service ${service} in ${cluster}`);
      this.#isInTrouble = false;
      // `arn:aws:ecs:eu-west-1:123456789012:task-definition/family:revision`
      return wanted.endsWith(`/${this.#own}`) ? 'current' : 'outdated';
    } catch (error) {
      this.#tellOfTrouble(error);
      return 'unknown';
    }
  }

  /** Trouble that goes on is told once. */
  #tellOfTrouble(error: unknown): void {
    if (this.#isInTrouble || this.#isClosed) return;
    this.#isInTrouble = true;
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'error';
    this.#options.logger.warn({ why }, 'ECS does not say which deployment is wanted, and is asked again');
  }
}
