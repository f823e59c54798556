import { describe, expect, it } from 'vitest';
import { type Page, pageOf } from './page.ts';
import { record } from './record.ts';
import { table } from './table.ts';
import { textWidth } from './text-width.ts';

const COLUMNS = [
  { title: 'CHANNEL', columnsMin: 8 },
  { title: 'VIEWERS', align: 'right' as const },
  { title: 'LABEL', columnsMin: 6 },
];
const ROWS = [
  ['studio', '1,204', 'the first camera in the hall'],
  ['東京', '7', 'a'],
];

function page(columns?: number, env: Record<string, string> = {}): Page {
  return pageOf({ write: () => undefined, isTty: columns !== undefined, columns, rows: undefined }, env, 0);
}

describe('a table', () => {
  it('stands in columns, whatever characters are in it', () => {
    expect(table(COLUMNS, ROWS, page())).toBe(
      ['CHANNEL  VIEWERS  LABEL', 'studio     1,204  the first camera in the hall', '東京           7  a', ''].join(
        '\n',
      ),
    );
  });

  it('fits the terminal, by cutting what may be cut', () => {
    const text = table(COLUMNS, ROWS, page(40, { NO_COLOR: '1' }));
    expect(text).toBe(
      ['CHANNEL  VIEWERS  LABEL', 'studio     1,204  the first camera in t…', '東京           7  a', ''].join('\n'),
    );
  });

  it('cuts nothing below what a column must have', () => {
    const wide = [['a-channel-of-a-very-long-name', '1', 'something that is long']];
    for (const line of table(COLUMNS, wide, page(40, { NO_COLOR: '1' })).split('\n')) {
      expect(textWidth(line)).toBeLessThanOrEqual(40);
    }
    const fixed = [{ title: 'ID' }, { title: 'L', columnsMin: 3 }];
    expect(table(fixed, [['x'.repeat(60), 'label']], page(40, { NO_COLOR: '1' }))).toContain(`${'x'.repeat(60)}  la…`);
  });

  it('is coloured for people only', () => {
    const rows = [[{ text: 'studio', tone: 'good' as const }]];
    const columns = [{ title: 'CHANNEL' }];
    expect(table(columns, rows, page(80))).toBe('\u001b[2mCHANNEL\u001b[0m\n\u001b[32mstudio\u001b[0m\n');
    const plain = 'CHANNEL\nstudio\n';
    expect(table(columns, rows, page(80, { NO_COLOR: '1' }))).toBe(plain);
    expect(table(columns, rows, page(80, { TERM: 'dumb' }))).toBe(plain);
    expect(table(columns, rows, page())).toBe(plain);
    // no-color.org: an empty one does not count.
    expect(table(columns, rows, page(80, { NO_COLOR: '' }))).not.toBe(plain);
  });

  it('lets no label steer the terminal', () => {
    expect(table([{ title: 'LABEL' }], [['a\u001b[2Jb\nc']], page())).toBe('LABEL\na\ufffd[2Jb\ufffdc\n');
  });
});

it('a record cuts nothing', () => {
  expect(
    record(
      [
        ['HLS', 'x'.repeat(60)],
        ['label', 'a\u001bb'],
      ],
      page(40, { NO_COLOR: '1' }),
    ),
  ).toBe(`HLS    ${'x'.repeat(60)}\nlabel  a\ufffdb\n`);
});
