/** What a deployment is to this node. `awaited`: a newer version is wanted, and none of its nodes runs. `outdated`: one does. */
export type DeploymentState = 'current' | 'awaited' | 'outdated';

/** What ECS says of the deployment that this task is of. `unknown`: it did not answer. */
export type DeploymentSight = DeploymentState | 'unknown';

/**
 * Decides how long a deployment waits for this node's broadcasts. Once a newer node runs, this one takes no new channel;
 * and when another version has been wanted for `handOverAfterMs`, it lets ECS end it, which moves its publishers to another
 * node. Otherwise a broadcast of a day would hold up a deployment for a day, and CloudFormation gives it up after three hours.
 */
export class HandOverPlan {
  readonly #handOverAfterMs: number;
  #state: DeploymentState = 'current';
  #wantedSinceMs: number | undefined;

  constructor({ handOverAfterMs }: { readonly handOverAfterMs: number }) {
    this.#handOverAfterMs = handOverAfterMs;
  }

  /** A deployment that was taken back makes the node current again. Not to know changes nothing. */
  seen(sight: DeploymentSight, nowMs: number): void {
    if (sight === 'unknown') return;
    this.#state = sight;
    if (sight === 'current') this.#wantedSinceMs = undefined;
    // Not only once a newer node runs: where a service may have no two nodes at once, that one waits for this one's end.
    else this.#wantedSinceMs ??= nowMs;
  }

  get state(): DeploymentState {
    return this.#state;
  }

  get isOutdated(): boolean {
    return this.#state === 'outdated';
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.overAtMs;
  }

  /** Infinite for never. */
  get overAtMs(): number {
    return this.#wantedSinceMs === undefined ? Number.POSITIVE_INFINITY : this.#wantedSinceMs + this.#handOverAfterMs;
  }
}
