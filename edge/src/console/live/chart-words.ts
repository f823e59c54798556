import type { ChartLine } from './charts.ts';
import { formatMeasured } from './measure.ts';
import { type ChartData, newestOf, rangeOf, type Timed } from './series.ts';

const MINUTE_S = 60;

/** A chart in a sentence, for who does not see it: what it is now, and between what it was. */
export function chartSummary<S extends Timed>(lines: readonly ChartLine<S>[], data: ChartData): string {
  const [first, last] = [data.timesS[0], data.timesS.at(-1)];
  if (first === undefined || last === undefined) return 'There is nothing to show yet.';
  const told = lines.map((line, index) => lineSummary(line, data.lines[index] ?? [], lines.length > 1));
  return `${spanOf(last - first)} ${told.join(' ')}`;
}

function lineSummary<S extends Timed>(
  { name, measure }: ChartLine<S>,
  line: readonly (number | null)[],
  isNamed: boolean,
): string {
  const range = rangeOf(line);
  const what = isNamed ? `${name}: ` : '';
  if (range === undefined) return `${what}not told.`;
  const newest = newestOf(line);
  const now = newest === undefined ? 'not told now' : `now ${formatMeasured(newest, measure)}`;
  return `${what}${now}, between ${formatMeasured(range.min, measure)} and ${formatMeasured(range.max, measure)}.`;
}

function spanOf(spanS: number): string {
  const minutes = Math.round(spanS / MINUTE_S);
  return minutes < 1 ? 'In the last minute.' : `In the last ${minutes === 1 ? 'minute' : `${minutes} minutes`}.`;
}
