import type { Page, Tone } from './page.ts';
import { harmless, textWidth, truncated } from './text-width.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** It may be cut to so many columns where the terminal is too narrow; absent: it is never cut. */
  readonly columnsMin?: number;
}

/** What stands in one place of a table. */
export type Cell = string | { readonly text: string; readonly tone: Tone };

const GAP = '  ';

/** Rows below their titles, each line ended; cut to the page's width where it has one. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[], page: Page): string {
  const cells = rows.map((row) => columns.map((_, index) => cellOf(row[index])));
  const widths = fitted(
    columns,
    columns.map(({ title }, index) =>
      Math.max(textWidth(title), ...cells.map((row) => textWidth(row[index]?.text ?? ''))),
    ),
    page.columns,
  );
  const titles = columns.map(({ title }) => ({ text: title, tone: 'dim' as const }));
  return [titles, ...cells].map((row) => `${lineOf(row, columns, widths, page)}\n`).join('');
}

/** Widths that fit: the widest of those that may be cut gives first. */
function fitted(columns: readonly Column[], natural: readonly number[], columnsMax: number | undefined): number[] {
  const widths = [...natural];
  if (columnsMax === undefined) return widths;
  const gaps = GAP.length * (columns.length - 1);
  let over = widths.reduce((sum, width) => sum + width, gaps) - columnsMax;
  while (over > 0) {
    const widest = widestOf(columns, widths);
    if (widest === undefined) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    over -= 1;
  }
  return widths;
}

function widestOf(columns: readonly Column[], widths: readonly number[]): number | undefined {
  const open = columns.flatMap(({ columnsMin }, index) =>
    columnsMin !== undefined && (widths[index] ?? 0) > columnsMin ? [index] : [],
  );
  return open.sort((one, other) => (widths[other] ?? 0) - (widths[one] ?? 0))[0];
}

function lineOf(
  row: readonly { text: string; tone: Tone }[],
  columns: readonly Column[],
  widths: readonly number[],
  page: Page,
): string {
  const parts = row.map(({ text, tone }, index) => {
    const width = widths[index] ?? 0;
    const shown = truncated(text, width);
    const space = ' '.repeat(Math.max(0, width - textWidth(shown)));
    const painted = page.paint(shown, tone);
    return columns[index]?.align === 'right' ? space + painted : painted + space;
  });
  return parts.join(GAP).trimEnd();
}

function cellOf(cell: Cell | undefined): { text: string; tone: Tone } {
  const { text, tone } = typeof cell === 'object' ? cell : { text: cell ?? '', tone: 'plain' as const };
  return { text: harmless(text), tone };
}
