import { nextProtectionState, type ProtectionInput, type ProtectionState } from './protection-life.ts';

const MS_PER_MINUTE = 60_000;
/** From there on the wait is retryMsMax anyway. */
const FAILURES_COUNTED_MAX = 20;

export interface ProtectionLimits {
  /** What is asked for; ECS takes 1 to 2,880. */
  readonly expiresInMinutes: number;
  /**
   * What is left then is a reserve for an ECS that does not renew it, as it may during a deployment (`DEPLOYMENT_BLOCKED`):
   * no less than the longest that a deployment waits for this node.
   */
  readonly renewAfterMs: number;
  /** Nobody has been there for so long: an encoder that starts again a moment later is no news to ECS. */
  readonly lingerMs: number;
  /** Before the first repetition; doubled with each. */
  readonly retryMs: number;
  readonly retryMsMax: number;
}

export const PROTECTION_LIMITS: ProtectionLimits = {
  expiresInMinutes: 180,
  renewAfterMs: 30 * MS_PER_MINUTE,
  lingerMs: MS_PER_MINUTE,
  retryMs: 1_000,
  retryMsMax: MS_PER_MINUTE,
};

/** The body of `PUT $ECS_AGENT_URI/task-protection/v1/state`. */
export interface ProtectionRequest {
  readonly ProtectionEnabled: boolean;
  readonly ExpiresInMinutes?: number;
}

/** What became of a request. `unanswered`: ECS may have done it. */
export type ProtectionOutcome = 'confirmed' | 'refused' | 'unanswered';

/**
 * Decides when ECS is asked to leave the task alone, and when that is taken back: protected as long as a broadcast is held.
 * One request at a time. What ECS says is what counts: a request that failed changes nothing, and is made again later.
 */
export class ProtectionPlan {
  readonly #limits: ProtectionLimits;
  #state: ProtectionState = 'open';
  #heldCount = 0;
  #isStopping = false;
  #isYielding = false;
  #idleSinceMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #retryAtMs = Number.NEGATIVE_INFINITY;
  #renewAtMs = Number.POSITIVE_INFINITY;
  #expiresAtMs = Number.POSITIVE_INFINITY;
  #askedAtMs = 0;

  constructor(limits: ProtectionLimits = PROTECTION_LIMITS) {
    this.#limits = limits;
  }

  get state(): ProtectionState {
    return this.#state;
  }

  /** Broadcasts of this node now, and publishers that stand by for one. */
  held(count: number, nowMs: number): void {
    if (count === 0 && this.#heldCount > 0) this.#idleSinceMs = nowMs;
    // The first one does not wait for the end of a back-off.
    if (count > 0 && this.#heldCount === 0) this.#retryAtMs = Math.min(this.#retryAtMs, nowMs);
    this.#heldCount = count;
  }

  /** The node ends: a broadcast that is still being finished is no reason any more. */
  stopping(nowMs: number): void {
    this.#isStopping = true;
    this.#retryAtMs = Math.min(this.#retryAtMs, nowMs);
  }

  /** A deployment has waited long enough: ECS may end the task with all its broadcasts, from which on it is told to stop. */
  yielding(nowMs: number): void {
    this.#isYielding = true;
    this.#retryAtMs = Math.min(this.#retryAtMs, nowMs);
  }

  /** That deployment was taken back. */
  staying(nowMs: number): void {
    this.#isYielding = false;
    this.#retryAtMs = Math.min(this.#retryAtMs, nowMs);
  }

  /** What ECS is to be asked now; `undefined`: nothing. Tell `answered` how it went. */
  poll(nowMs: number): ProtectionRequest | undefined {
    if (this.#state === 'held' && nowMs >= this.#expiresAtMs) this.#step('expired');
    if (this.#state === 'open' && this.#isStopping) this.#step('stopped');
    const input = this.#due(nowMs);
    if (input === undefined) return undefined;
    this.#step(input);
    this.#askedAtMs = nowMs;
    if (input === 'unwanted') return { ProtectionEnabled: false };
    return { ProtectionEnabled: true, ExpiresInMinutes: this.#limits.expiresInMinutes };
  }

  answered(outcome: ProtectionOutcome, nowMs: number): void {
    const wasLowering = this.#state === 'lowering';
    const wasRaising = this.#state === 'raising';
    this.#step(outcome);
    if (outcome === 'confirmed') {
      this.#failures = 0;
      this.#retryAtMs = Number.NEGATIVE_INFINITY;
      if (!wasLowering) this.#protectedFor(this.#limits.renewAfterMs);
      return;
    }
    if (outcome === 'unanswered' && wasRaising) this.#protectedFor(0);
    this.#retryAtMs = nowMs + Math.min(this.#limits.retryMsMax, this.#limits.retryMs * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, FAILURES_COUNTED_MAX);
  }

  /** When `poll` is to be called again, if nothing happens before; infinite for never. */
  get deadlineMs(): number {
    if (this.#state === 'open') return this.#isWanted || this.#isStopping ? this.#retryAtMs : Number.POSITIVE_INFINITY;
    if (this.#state !== 'held') return Number.POSITIVE_INFINITY;
    const changesAtMs = this.#isWanted ? this.#renewAtMs : this.#loweredAtMs;
    return Math.min(this.#expiresAtMs, Math.max(this.#retryAtMs, changesAtMs));
  }

  #due(nowMs: number): ProtectionInput | undefined {
    if (nowMs < this.#retryAtMs) return undefined;
    if (this.#state === 'open') return this.#isWanted ? 'wanted' : undefined;
    if (this.#state !== 'held') return undefined;
    if (!this.#isWanted) return nowMs >= this.#loweredAtMs ? 'unwanted' : undefined;
    return nowMs >= this.#renewAtMs ? 'renewal-due' : undefined;
  }

  get #isWanted(): boolean {
    return this.#heldCount > 0 && !this.#isGivenUp;
  }

  get #loweredAtMs(): number {
    return this.#isGivenUp ? Number.NEGATIVE_INFINITY : this.#idleSinceMs + this.#limits.lingerMs;
  }

  get #isGivenUp(): boolean {
    return this.#isStopping || this.#isYielding;
  }

  /** Counted from when it was asked: ECS began no sooner. */
  #protectedFor(renewAfterMs: number): void {
    this.#renewAtMs = this.#askedAtMs + renewAfterMs;
    this.#expiresAtMs = this.#askedAtMs + this.#limits.expiresInMinutes * MS_PER_MINUTE;
  }

  #step(input: ProtectionInput): void {
    this.#state = nextProtectionState(this.#state, input);
  }
}
