/** Prints rows under a heading, each column as wide as its widest cell. */
export function printTable(heading: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = heading.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`;
  process.stdout.write(`${[heading, ...rows].map((cells) => line(cells).trimEnd()).join('\n')}\n`);
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** `1.234 s`; a dash for what was not measured. */
export function seconds(valueMs: number | undefined): string {
  return valueMs === undefined || Number.isNaN(valueMs) ? '-' : `${(valueMs / 1_000).toFixed(3)} s`;
}

export function milliseconds(valueMs: number): string {
  return Number.isNaN(valueMs) ? '-' : `${valueMs.toFixed(1)} ms`;
}
