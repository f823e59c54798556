import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { z } from 'zod';
import { DeadlineTimer } from '../server/deadline-timer.ts';
import {
  type ProtectionLimits,
  type ProtectionOutcome,
  ProtectionPlan,
  type ProtectionRequest,
} from './protection-plan.ts';

/** The agent asks ECS in its turn, and gives that up sooner than this. */
const ANSWER_MS_MAX = 10_000;
/** When the node ends nobody waits longer for ECS: the task is being stopped anyway. */
const LAST_WORD_MS_MAX = 3_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** aws/amazon-ecs-agent, tmds/handlers/taskprotection/v1/types: one of the three. A failure comes with status 200. */
const AgentAnswer = z.object({
  protection: z.object({ ProtectionEnabled: z.boolean() }).optional(),
  failure: z.object({ Reason: z.string().nullish(), Detail: z.string().nullish() }).optional(),
  error: z.object({ Code: z.string(), Message: z.string() }).optional(),
});

export interface TaskProtectorOptions {
  /** `ECS_AGENT_URI`. */
  readonly agentUrl: string;
  readonly logger: Logger;
  readonly limits?: ProtectionLimits;
  /** How long `close` waits for ECS; LAST_WORD_MS_MAX, if absent. */
  readonly lastWordMs?: number;
}

/** Asks the agent of ECS to leave this task alone while it has broadcasts. No broadcast waits for it, or ends by it. */
export class TaskProtector {
  readonly #url: string;
  readonly #logger: Logger;
  readonly #plan: ProtectionPlan;
  readonly #lastWordMs: number;
  readonly #timer = new DeadlineTimer(
    () => performance.now(),
    () => this.#look(),
  );
  #asking: Promise<void> | undefined;
  #isInTrouble = false;
  #isClosed = false;

  constructor({ agentUrl, logger, limits, lastWordMs = LAST_WORD_MS_MAX }: TaskProtectorOptions) {
    this.#lastWordMs = lastWordMs;
    this.#url = `${agentUrl.replace(/\/$/, '')}/task-protection/v1/state`;
    this.#logger = logger;
    this.#plan = new ProtectionPlan(limits);
  }

  /** ECS leaves the task alone, as far as is known. */
  get isProtected(): boolean {
    return this.#plan.state === 'held' || this.#plan.state === 'renewing';
  }

  /** Broadcasts of this node now, and publishers that stand by for one. */
  held(count: number): void {
    this.#plan.held(count, performance.now());
    this.#look();
  }

  /** Lets ECS end the task although it has broadcasts: a deployment has waited long enough. */
  giveWay(): void {
    this.#plan.yielding(performance.now());
    this.#look();
  }

  /** The deployment was taken back: the task is protected again while it has broadcasts. */
  stay(): void {
    this.#plan.staying(performance.now());
    this.#look();
  }

  /** The node ends: takes the protection back. Resolves when that is done, or has taken too long. Never rejects. */
  async close(): Promise<void> {
    this.#plan.stopping(performance.now());
    this.#look();
    const late = sleep(this.#lastWordMs, undefined, { ref: false });
    // What is on its way may be followed by the last word.
    while (this.#asking !== undefined && !this.#isClosed) {
      await Promise.race([this.#asking, late.then(() => this.#end())]);
    }
    this.#end();
  }

  #end(): void {
    this.#isClosed = true;
    this.#timer.clear();
  }

  #look(): void {
    if (this.#isClosed) return;
    const request = this.#plan.poll(performance.now());
    if (request !== undefined) this.#asking = this.#ask(request);
    this.#timer.set(this.#plan.deadlineMs);
  }

  async #ask(request: ProtectionRequest): Promise<void> {
    const { outcome, why } = await this.#put(request);
    this.#plan.answered(outcome, performance.now());
    this.#tell(outcome, request, why);
    this.#asking = undefined;
    this.#look();
  }

  /** Trouble that goes on is told once. */
  #tell(outcome: ProtectionOutcome, { ProtectionEnabled: isProtected }: ProtectionRequest, why: string): void {
    if (outcome === 'confirmed') {
      this.#isInTrouble = false;
      this.#logger.info({ isProtected }, 'the task is protected against scale-in, or not any more');
    } else if (!this.#isInTrouble) {
      this.#isInTrouble = true;
      this.#logger.warn(
        { wanted: isProtected, why },
        'the protection of the task could not be changed, and is tried again',
      );
    }
  }

  async #put(request: ProtectionRequest): Promise<{ readonly outcome: ProtectionOutcome; readonly why: string }> {
    try {
      const response = await fetch(this.#url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(request),
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const text = await response.text();
      return verdict(response.status, AgentAnswer.safeParse(parsed(text.slice(0, ANSWER_BYTES_MAX))), request);
    } catch (error) {
      return { outcome: 'unanswered', why: error instanceof Error ? error.name : 'error' };
    }
  }
}

function verdict(
  status: number,
  read: ReturnType<typeof AgentAnswer.safeParse>,
  { ProtectionEnabled }: ProtectionRequest,
): { readonly outcome: ProtectionOutcome; readonly why: string } {
  const { protection, failure, error } = read.success ? read.data : {};
  if (status === 200 && protection?.ProtectionEnabled === ProtectionEnabled) return { outcome: 'confirmed', why: '' };
  const said = failure?.Reason ?? error?.Code ?? 'no answer that is known';
  const more = failure?.Detail ?? error?.Message;
  const why = `${status} ${said}${more === undefined || more === null ? '' : `: ${more}`}`;
  // Behind these the agent does not know what ECS did.
  return { outcome: status >= 500 ? 'unanswered' : 'refused', why };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
