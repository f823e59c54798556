/** What was asked for could not be done. The program ends with 1. */
export class Failure extends Error {
  override readonly name = 'Failure';
  /** What to do about it, as a sentence. */
  readonly advice: string | undefined;
  /** For programs. */
  readonly code: string;

  constructor(code: string, message: string, options: ErrorOptions & { readonly advice?: string | undefined } = {}) {
    super(message, options);
    this.code = code;
    this.advice = options.advice;
  }
}
