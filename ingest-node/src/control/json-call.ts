import { type AuthorizeRefusal, Problem } from '@sluice/contracts';
import type { z } from 'zod';

/** Answers of the control API and the edge are a few KiB; whoever sends more is neither. */
const ANSWER_BYTES_MAX = 256 * 1024;
/** Client errors that say nothing about the request: asking again may help. */
const RETRYABLE_STATUSES = new Set([408, 425, 429]);

/** A 429 that is about the publisher, and not about us: asking again at once is just what it forbids. */
const TOO_MANY_ATTEMPTS: AuthorizeRefusal = 'too-many-attempts';

export interface JsonCall<T> {
  readonly method: 'POST' | 'DELETE';
  readonly url: string;
  /** Secret. */
  readonly bearer: string;
  readonly body: unknown;
  readonly answer: z.ZodType<T>;
  readonly withinMs: number;
  /** Gives the call up: the outcome is `unreachable`. */
  readonly signal?: AbortSignal | undefined;
}

/** How a call went. `refused`: asking the same again is useless. `unreachable`: it may be asked again. */
export type CallOutcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | { readonly kind: 'unreachable'; readonly why: string };

/** One call with a JSON body and a JSON answer. Never rejects, and names no secret in what it tells. */
export async function callJson<T>(call: JsonCall<T>): Promise<CallOutcome<T>> {
  const cutOff = new AbortController();
  const giveUp = () => cutOff.abort();
  const timer = setTimeout(() => cutOff.abort(new TimeLimit()), call.withinMs);
  call.signal?.addEventListener('abort', giveUp);
  try {
    call.signal?.throwIfAborted();
    const response = await fetch(call.url, {
      method: call.method,
      headers: { authorization: `Bearer ${call.bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(call.body),
      // An answer from anywhere else is none of theirs, and the bearer must not follow.
      redirect: 'error',
      signal: cutOff.signal,
    });
    return outcomeOf(call, response.status, await boundedText(response));
  } catch (error) {
    return { kind: 'unreachable', why: whyOf(error, call) };
  } finally {
    clearTimeout(timer);
    call.signal?.removeEventListener('abort', giveUp);
  }
}

class TimeLimit extends Error {
  override readonly name = 'TimeLimit';
}

function outcomeOf<T>({ answer }: JsonCall<T>, status: number, text: string): CallOutcome<T> {
  const body = parsed(text);
  if (status >= 200 && status < 300) {
    const read = answer.safeParse(body);
    if (read.success) return { kind: 'answered', answer: read.data };
    return { kind: 'unreachable', why: `answered ${status} with what is no answer` };
  }
  const problem = Problem.safeParse(body);
  const code = problem.success ? problem.data.code : `http-${status}`;
  const isFinal = !RETRYABLE_STATUSES.has(status) || code === TOO_MANY_ATTEMPTS;
  if (status >= 400 && status < 500 && isFinal) {
    return { kind: 'refused', code, detail: problem.success ? problem.data.detail : '' };
  }
  return { kind: 'unreachable', why: `answered ${status} (${code})` };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const pieces: Uint8Array[] = [];
  let heldBytes = 0;
  for await (const piece of response.body) {
    heldBytes += piece.length;
    if (heldBytes > ANSWER_BYTES_MAX) throw new Error('the answer is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** fetch hides the reason (`ECONNREFUSED`) in the cause of a TypeError. */
function whyOf(error: unknown, { withinMs }: { readonly withinMs: number }): string {
  if (!(error instanceof Error)) return 'failed';
  if (error instanceof TimeLimit) return `no answer in ${withinMs} ms`;
  if (error.name === 'AbortError') return 'given up';
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}
