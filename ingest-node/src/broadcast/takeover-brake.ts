import { type TakeoverBrake as Brake, takenOver, takeoverRestMs } from '@sluice/contracts';

/** Takeovers among the publishers of one broadcast on this node. Time is an argument. */
export class TakeoverBrake {
  #brake: Brake | undefined;

  /** Whether a publisher that sends may be taken over now; a yes counts as done. */
  take(nowMs: number): boolean {
    if (takeoverRestMs(this.#brake, nowMs) > 0) return false;
    this.#brake = takenOver(this.#brake, nowMs);
    return true;
  }
}
