/** A table of words, as it is printed and as it stands in docs. */
export interface CostTable {
  readonly heading: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The same in Markdown. */
export function markdownTable({ heading, rows }: CostTable): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heading), `|${'---|'.repeat(heading.length)}`, ...rows.map(line)].join('\n');
}

/** Cents where they matter. */
export function dollars(value: number): string {
  return value < 1_000 ? `$${value.toFixed(2)}` : `$${Math.round(value).toLocaleString('en-US')}`;
}

/** `1,000 viewers`. */
export function viewersWords(viewers: number): string {
  return viewers === 1 ? '1 viewer' : `${viewers.toLocaleString('en-US')} viewers`;
}
