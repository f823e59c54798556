import type { RestreamReason, RestreamState } from '@sluice/contracts';
import { BackOff } from './back-off.ts';
import { nextPushState, type PushInput } from './push-life.ts';

/** An encoder that hiccups is not away; below what targets wait for. */
const QUIET_MS = 3_000;
/** A connection that held so long was a good one: the next failure is a new one. */
const STEADY_MS = 30_000;

/** Why it is as it is, as it is told. */
export interface PushCause {
  readonly reason: RestreamReason;
  readonly sentence: string;
}

/** What its driver has to do: `close` comes before the `open` that takes its place. */
export type PushEffect = 'open' | 'close';

const ABSENT: PushCause = { reason: 'publisher-absent', sentence: 'The publisher sends nothing.' };
const CHANGED: PushCause = {
  reason: 'source-changed',
  sentence: 'The publisher sends in another format: the target gets a new connection.',
};

/** One push, as a machine: what happens goes in with its time, what is to be done comes out. */
export class PushCourse {
  readonly #backOff: BackOff;
  readonly #effects: PushEffect[] = [];
  #state: RestreamState = 'waiting';
  #sinceMs: number;
  #cause: PushCause | undefined = ABSENT;
  /** A connection is there, or is being made. */
  #isOpen = false;
  /** The target has taken something over it. */
  #isAccepted = false;
  #lastPacketMs: number | undefined;
  #retryAtMs = 0;

  constructor({ random, nowMs }: { readonly random: () => number; readonly nowMs: number }) {
    this.#backOff = new BackOff(random);
    this.#sinceMs = nowMs;
  }

  get state(): RestreamState {
    return this.#state;
  }

  /** When it came into this state. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get cause(): PushCause | undefined {
    return this.#cause;
  }

  /** When `advance` is to be called; infinite for never. */
  get deadlineMs(): number {
    if (this.#state === 'failing') return this.#retryAtMs;
    const isMoving = this.#state === 'connecting' || this.#state === 'live' || this.#state === 'unsupported';
    return isMoving ? (this.#lastPacketMs ?? this.#sinceMs) + QUIET_MS : Number.POSITIVE_INFINITY;
  }

  /** What is to be done next, each once. */
  poll(): PushEffect | undefined {
    return this.#effects.shift();
  }

  /** The publisher has sent a packet that the target could have. */
  packet(nowMs: number): void {
    this.#lastPacketMs = nowMs;
    if (this.#state !== 'waiting' && this.#state !== 'unsupported') return;
    if (this.#isOpen) this.#step(this.#isAccepted ? 'source-resumes' : 'source-moves', nowMs);
    // Who comes and goes does not make the target be tried more often.
    else if (nowMs >= this.#retryAtMs) this.#connect('source-moves', nowMs);
  }

  /** The target's protocol does not carry what the publisher sends. */
  unsupported(sentence: string, nowMs: number): void {
    if (this.#state === 'stopped') return;
    this.#lastPacketMs = nowMs;
    if (this.#state === 'unsupported') return;
    this.#close();
    this.#step('source-unsupported', nowMs, { reason: 'unsupported-codec', sentence });
  }

  /** What is sent cannot go on over the same connection. */
  sourceChanged(nowMs: number): void {
    if (!this.#isOpen) return;
    this.#close();
    this.#connect('source-changed', nowMs, CHANGED);
  }

  /** The target has taken the first packet. */
  accepted(nowMs: number): void {
    if (!this.#isOpen || this.#isAccepted) return;
    this.#isAccepted = true;
    this.#step('accepted', nowMs, this.#state === 'waiting' ? ABSENT : undefined);
  }

  /** The connection is gone, or never was. */
  failed(cause: PushCause, nowMs: number): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (this.#state === 'live' && nowMs - this.#sinceMs >= STEADY_MS) this.#backOff.reset();
    this.#retryAtMs = nowMs + this.#backOff.nextMs();
    // Who waits for the publisher is told that, and not what a target does that gets nothing.
    if (this.#state === 'waiting') this.#step('failed', nowMs, ABSENT);
    else this.#step('failed', nowMs, cause);
  }

  stop(cause: PushCause, nowMs: number): void {
    if (this.#state === 'stopped') return;
    this.#close();
    this.#step('stop', nowMs, cause);
  }

  /** At the deadline. */
  advance(nowMs: number): void {
    if (nowMs < this.deadlineMs) return;
    const isQuiet = nowMs >= (this.#lastPacketMs ?? this.#sinceMs) + QUIET_MS;
    if (isQuiet) this.#step('source-quiet', nowMs, ABSENT);
    else if (this.#state === 'failing') this.#connect('retry', nowMs);
  }

  #connect(input: PushInput, nowMs: number, cause?: PushCause): void {
    this.#step(input, nowMs, cause);
    this.#isOpen = true;
    this.#isAccepted = false;
    this.#effects.push('open');
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#effects.push('close');
  }

  #step(input: PushInput, nowMs: number, cause?: PushCause): void {
    const next = nextPushState(this.#state, input);
    if (next === undefined) throw new Error(`a push was ${input} while ${this.#state}`);
    if (next !== this.#state) this.#sinceMs = nowMs;
    this.#state = next;
    this.#cause = cause;
  }
}
