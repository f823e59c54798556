import type { ECS, Service } from '@aws-sdk/client-ecs';
import type { Logger } from 'pino';
import { DeadlineTimer } from '../server/deadline-timer.ts';
import { type DeploymentSight, type DeploymentState, HandOverPlan } from './hand-over-plan.ts';
import { readTaskMetadata } from './task-metadata.ts';

/** A deployment takes minutes anyway, and ECS answers a few such questions a second for a whole account. */
const LOOK_EVERY_MS = 60_000;

/** The status of the deployment that ECS wants now (Amazon ECS API Reference, `Deployment`). */
const PRIMARY = 'PRIMARY';

/** What the log says when it begins. */
const NEWS: Readonly<Record<DeploymentState, string>> = {
  current: 'the newer deployment was taken back: this node goes on',
  awaited: 'a newer deployment is wanted, and none of its nodes runs: this one takes channels until then',
  outdated: 'a newer deployment waits for this node: it takes no new channel',
};

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
  /** That deployment, or one that had not waited so long, was taken back. */
  readonly onTakenBack: () => void;
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

  /** A node of a newer deployment runs: whoever comes now is better off with that one. */
  get isOutdated(): boolean {
    return this.#plan.isOutdated;
  }

  close(): void {
    this.#isClosed = true;
    this.#timer.clear();
  }

  async #look(): Promise<void> {
    const before = this.#plan.state;
    this.#plan.seen(await this.#ask(), performance.now());
    if (this.#isClosed) return;
    if (before !== this.#plan.state) this.#changed();
    if (this.#plan.isOver(performance.now())) this.#handOver();
    const nextMs = performance.now() + (this.#options.lookEveryMs ?? LOOK_EVERY_MS);
    this.#timer.set(this.#hasHandedOver ? nextMs : Math.min(nextMs, this.#plan.overAtMs));
  }

  #changed(): void {
    const { state } = this.#plan;
    const { logger, handOverAfterMs } = this.#options;
    logger.info({ handOverAfterMs }, NEWS[state]);
    if (state !== 'current') return;
    this.#hasHandedOver = false;
    this.#options.onTakenBack();
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
      if (services[0] === undefined) throw new Error(`ECS knows no service ${service} in ${cluster}`);
      const seen = sightOf(services[0], this.#own);
      this.#isInTrouble = false;
      return seen;
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

/** @param own `family:revision`. Throws where ECS does not say which deployment it wants. */
function sightOf({ deployments = [] }: Service, own: string): DeploymentState {
  const { taskDefinition, runningCount = 0 } = deployments.find(({ status }) => status === PRIMARY) ?? {};
  if (taskDefinition === undefined) throw new Error('ECS names no primary deployment');
  // `arn:aws:ecs:eu-west-1:123456789012:task-definition/family:revision`
  if (taskDefinition.endsWith(`/${own}`)) return 'current';
  return runningCount > 0 ? 'outdated' : 'awaited';
}
