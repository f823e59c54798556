/** What ECS says of the deployment that this task is of. `unknown`: it did not answer. */
export type DeploymentSight = 'current' | 'outdated' | 'unknown';

/**
 * Decides how long a deployment waits for this node's broadcasts. While the node is of an older deployment than the
 * service wants, it takes no new channel; and when that has been so for `handOverAfterMs`, it lets ECS end it, which moves
 * its publishers to another node. Otherwise a broadcast of a day would hold up a deployment for a day, and CloudFormation
 * gives it up after three hours.
 */
export class HandOverPlan {
  readonly #handOverAfterMs: number;
  #outdatedSinceMs: number | undefined;

  constructor({ handOverAfterMs }: { readonly handOverAfterMs: number }) {
    this.#handOverAfterMs = handOverAfterMs;
  }

  /** A deployment that was taken back makes the node current again. Not to know changes nothing. */
  seen(sight: DeploymentSight, nowMs: number): void {
    if (sight === 'current') this.#outdatedSinceMs = undefined;
    if (sight === 'outdated') this.#outdatedSinceMs ??= nowMs;
  }

  get isOutdated(): boolean {
    return this.#outdatedSinceMs !== undefined;
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.overAtMs;
  }

  /** Infinite for never. */
  get overAtMs(): number {
    return this.#outdatedSinceMs === undefined
      ? Number.POSITIVE_INFINITY
      : this.#outdatedSinceMs + this.#handOverAfterMs;
  }
}
