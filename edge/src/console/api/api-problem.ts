import * as z from 'zod/mini';

/** RFC 9457, as far as people are told of it. */
const Problem = z.object({ code: z.string(), detail: z.string(), title: z.optional(z.string()) });

/** Why a call was not answered as hoped: the server's own sentence, or ours where there was no server. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  /** The server's code; `unreachable`, `too-slow` and `unreadable` are ours. */
  readonly code: string;
  /** HTTP; 0: there was no answer. */
  readonly status: number;
  /** Asked for by the server, in seconds. */
  readonly retryAfterS: number | undefined;

  constructor(
    { code, status, retryAfterS }: { readonly code: string; readonly status: number; readonly retryAfterS?: number },
    sentence: string,
    options?: ErrorOptions,
  ) {
    super(sentence, options);
    this.code = code;
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/** How those of the edge or the control API that are away, or have too much to do, answer. */
const PASSING_STATUSES: readonly number[] = [0, 429, 502, 503, 504];

/** Whether the same call may well be answered in a moment. */
export function isPassing(problem: ApiProblem): boolean {
  return PASSING_STATUSES.includes(problem.status);
}

/** What a refusal says (RFC 9457); what is no Problem, as a proxy's own page, becomes one. */
export async function readProblem(response: Response): Promise<ApiProblem> {
  const { status } = response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) && seconds >= 0 ? { retryAfterS: seconds } : {};
  const body: unknown = await response.json().catch(() => undefined);
  const told = Problem.safeParse(body);
  if (told.success) return new ApiProblem({ code: told.data.code, status, ...retryAfter }, told.data.detail);
  return new ApiProblem({ code: 'unreadable', status, ...retryAfter }, `The server answered with status ${status}.`);
}

/** What became of a call that got no answer. */
export function problemOfFailure(cause: unknown): ApiProblem {
  if (cause instanceof ApiProblem) return cause;
  if (cause instanceof DOMException && cause.name === 'TimeoutError') {
    return new ApiProblem({ code: 'too-slow', status: 0 }, 'The server did not answer in time.', { cause });
  }
  return new ApiProblem({ code: 'unreachable', status: 0 }, 'The server cannot be reached.', { cause });
}
