/** Says when something has been so for long enough without a break. */
export class Lasting {
  readonly #forMs: number;
  #sinceMs: number | undefined;

  constructor(forMs: number) {
    this.#forMs = forMs;
  }

  /** Whether it has lasted, with what is seen now. Asked again and again: what lies between is taken to be as it was. */
  holds(isSo: boolean, nowMs: number): boolean {
    if (!isSo) {
      this.#sinceMs = undefined;
      return false;
    }
    this.#sinceMs ??= nowMs;
    return nowMs - this.#sinceMs >= this.#forMs;
  }
}
