/** A rule that a playlist breaks. */
export interface Violation {
  /** Number of the rule in docs/HLS-RULES.md: `A1.6`. */
  readonly rule: string;
  /** From 1; 0 where the fault is not in one line. */
  readonly line: number;
  readonly text: string;
}

/** Collects violations; a checker writes `expect(rule, holds, …)` and goes on after a fault. */
export class ViolationList {
  readonly #found: Violation[] = [];

  get found(): readonly Violation[] {
    return this.#found;
  }

  add(rule: string, line: number, text: string): void {
    this.#found.push({ rule, line, text });
  }

  expect(holds: boolean, rule: string, where: { readonly line: number } | number, text: string): void {
    if (!holds) this.add(rule, typeof where === 'number' ? where : where.line, text);
  }
}
