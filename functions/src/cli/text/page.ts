import type { Screen } from '../world.ts';

/** What a word is, for the eye. */
export type Tone = 'plain' | 'strong' | 'dim' | 'good' | 'warn' | 'bad';

/** ECMA-48 §8.3.117, select graphic rendition. */
const CODES: Readonly<Record<Exclude<Tone, 'plain'>, string>> = {
  strong: '1',
  dim: '2',
  good: '32',
  warn: '33',
  bad: '31',
};

/** Narrower than this nothing can be read; whoever has less sees it broken. */
const COLUMNS_MIN = 40;

/** What a text is laid out for. */
export interface Page {
  /** `undefined`: nothing is cut. */
  readonly columns: number | undefined;
  readonly nowMs: number;
  paint(text: string, tone: Tone): string;
}

/** A page as the screen takes it. Colours only for people, and not where NO_COLOR (no-color.org) is set. */
export function pageOf(screen: Screen, env: Readonly<Record<string, string | undefined>>, nowMs: number): Page {
  const isColoured = screen.isTty && !env.NO_COLOR && env.TERM !== 'dumb';
  const columns = screen.isTty && screen.columns !== undefined ? Math.max(COLUMNS_MIN, screen.columns) : undefined;
  return {
    columns,
    nowMs,
    paint: (text, tone) =>
      isColoured && tone !== 'plain' && text !== '' ? `\u001b[${CODES[tone]}m${text}\u001b[0m` : text,
  };
}
