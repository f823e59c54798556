import type { Page } from './page.ts';
import type { Cell } from './table.ts';
import { harmless, textWidth } from './text-width.ts';

/** Names and what they are, one below the other. Nothing is cut: addresses and secrets are copied from here. */
export function record(entries: readonly (readonly [name: string, cell: Cell])[], page: Page): string {
  const width = Math.max(0, ...entries.map(([name]) => textWidth(name)));
  return entries
    .map(([name, cell]) => {
      const { text, tone } = typeof cell === 'string' ? { text: cell, tone: 'plain' as const } : cell;
      return `${page.paint(name.padEnd(width), 'dim')}  ${page.paint(harmless(text), tone)}\n`;
    })
    .join('');
}
