import type { AuthorizeAnswer, RenewAnswer } from '@sluice/contracts';
import type { CallOutcome } from '../control/json-call.ts';

/** Where the control API was not reached: often enough that a short outage costs no grant. */
const RETRY_MS = 2_000;
/** A grant that is (nearly) over when it comes would be renewed without a pause. */
const RENEW_MS_MIN = 1_000;
/** Node's timers end at 24 days; a grant that lasts longer is no grant, and renewing it does no harm. */
const RENEW_MS_MAX = 3_600_000;

/** A grant and how long it lasts. */
export type Grant = Pick<AuthorizeAnswer, 'grant' | 'grantExpiresAtMs'>;

export interface GrantKeeperOptions {
  readonly renew: (grant: string) => Promise<CallOutcome<RenewAnswer>>;
  /** What the control API said with it. */
  readonly onRenewed?: (answer: RenewAnswer) => void;
  /** The control API has taken the right to publish away. Once; nothing is renewed after it. */
  readonly onRefused: (code: string) => void;
  readonly onTrouble: (why: string) => void;
}

/** Keeps a broadcast's grant fresh: half of each grant's life is a reserve for a control API that is away. */
export class GrantKeeper {
  readonly #options: GrantKeeperOptions;
  #grant: Grant;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #isAsking = false;

  constructor(grant: Grant, options: GrantKeeperOptions) {
    this.#options = options;
    this.#grant = grant;
    this.#renewIn(halfLifeMs(grant));
  }

  /** Secret. */
  get current(): string {
    return this.#grant.grant;
  }

  /** A publisher who came back has brought one; it may be older than what was renewed meanwhile. */
  replace(grant: Grant): void {
    if (grant.grantExpiresAtMs < this.#grant.grantExpiresAtMs) return;
    this.#grant = grant;
    this.#renewIn(halfLifeMs(grant));
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
      this.replace({ grant: outcome.answer.grant, grantExpiresAtMs: outcome.answer.grantExpiresAtMs });
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

function halfLifeMs({ grantExpiresAtMs }: Grant): number {
  return Math.min(RENEW_MS_MAX, Math.max(RENEW_MS_MIN, (grantExpiresAtMs - Date.now()) / 2));
}
