import type { AuthorizeAnswer, RenewAnswer } from '@sluice/contracts';
import type { CallOutcome } from '../control/json-call.ts';

/** Where the control API was not reached: often enough that a short outage costs no grant. */
const RETRY_MS = 2_000;
/** A grant that is (nearly) over when it comes would be renewed without a pause. */
const RENEW_MS_MIN = 1_000;
/** Node's timers end at 24 days; a grant that lasts longer is no grant, and renewing it does no harm. */
const RENEW_MS_MAX = 3_600_000;

/** Credentials that are over are asked for by each broadcast so often: the control API could make none the last time. */
const STORAGE_RETRY_MS = 10_000;

/** A grant and what came with it, and how long both last. */
export type Grant = Pick<AuthorizeAnswer, 'grant' | 'grantExpiresAtMs' | 'storage'>;

export interface GrantKeeperOptions {
  readonly renew: (grant: string) => Promise<CallOutcome<RenewAnswer>>;
  /** What the control API said with it. */
  readonly onRenewed?: (answer: RenewAnswer) => void;
  /** The control API has taken the right to publish away. Once; nothing is renewed after it. */
  readonly onRefused: (code: string) => void;
  readonly onTrouble: (why: string) => void;
}

/**
 * Keeps a broadcast's grant fresh, and the credentials of its channel with it: half of what they last is a reserve for a
 * control API that is away.
 */
export class GrantKeeper {
  readonly #options: GrantKeeperOptions;
  #grant: Grant;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isAsking = false;

  constructor(grant: Grant, options: GrantKeeperOptions) {
    this.#options = options;
    this.#grant = grant;
    this.#renewIn(renewAfterMs(grant));
  }

  /** Secret. */
  get current(): string {
    return this.#grant.grant;
  }

  /** A publisher who came back has brought one; it may be older than what was renewed meanwhile. */
  replace(grant: Grant): void {
    if (grant.grantExpiresAtMs < this.#grant.grantExpiresAtMs) return;
    // Where no credentials came with it, those that there are stay.
    const storage = grant.storage ?? this.#grant.storage;
    this.#grant = { ...grant, ...(storage && { storage }) };
    this.#renewIn(renewAfterMs(this.#grant));
  }

  /** Before its time: the control API has other settings of the channel. */
  renewNow(): void {
    if (this.#isOver || this.#isAsking) return;
    clearTimeout(this.#timer);
    void this.#renew();
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #renewIn(afterMs: number): void {
    if (this.#isOver) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#renew(), afterMs);
  }

  async #renew(): Promise<void> {
    const asked = this.#grant;
    this.#isAsking = true;
    const outcome = await this.#options.renew(asked.grant);
    this.#isAsking = false;
    // Meanwhile it ended, or somebody brought a newer one.
    if (this.#isOver || this.#grant !== asked) return;
    if (outcome.kind === 'answered') {
      this.replace(outcome.answer);
      this.#options.onRenewed?.(outcome.answer);
    } else if (outcome.kind === 'unreachable') {
      this.#options.onTrouble(outcome.why);
      this.#renewIn(RETRY_MS);
    } else {
      this.close();
      this.#options.onRefused(outcome.code);
    }
  }
}

function renewAfterMs({ grantExpiresAtMs, storage }: Grant): number {
  const ofGrantMs = Math.min(RENEW_MS_MAX, Math.max(RENEW_MS_MIN, halfOf(grantExpiresAtMs)));
  return storage === undefined
    ? ofGrantMs
    : Math.min(ofGrantMs, Math.max(STORAGE_RETRY_MS, halfOf(storage.expiresAtMs)));
}

function halfOf(expiresAtMs: number): number {
  return (expiresAtMs - Date.now()) / 2;
}
