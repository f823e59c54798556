import type { ProblemCode } from './problem.ts';

/** What was asked is refused: the caller's fault or the channel's state. Becomes a Problem, and is never logged as ours. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ProblemCode;
  /** A sentence for a person, without secrets; absent: the code's own title says it. */
  readonly detail: string | undefined;
  /** What else the answer says in its head. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(code);
    this.code = code;
    this.detail = detail;
    this.headers = headers;
  }
}
