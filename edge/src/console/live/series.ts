/** What charts go back: the edge's series is as long (contracts: FIGURES_SERIES_MAX). */
export const WINDOW_MS = 30 * 60_000;
/** A broadcast that has just begun is not a sliver at the side of half an hour. */
const WINDOW_MS_MIN = 3 * 60_000;

/** Where the axis of time begins: with the broadcast, or half an hour ago. */
export function windowStart(startedAtMs: number, endMs: number): number {
  return Math.max(endMs - WINDOW_MS, Math.min(startedAtMs, endMs - WINDOW_MS_MIN));
}

/** All sources tell every ten seconds. After more than two and a half of that something is missing. */
const GAP_MS = 25_000;

/** The lines of one chart on one axis of time; `null`: it was not told. */
export interface ChartData {
  /** Epoch seconds, rising. */
  readonly timesS: readonly number[];
  readonly lines: readonly (readonly (number | null)[])[];
}

export interface Timed {
  readonly atMs: number;
}

/** Takes a line's value out of a sample. */
export type Pick<S> = (sample: S) => number | null | undefined;

/**
 * The lines out of samples in the order of time, of the window that ends with `endMs`. Where samples are missing the lines
 * break: nobody knows what was there.
 */
export function chartData<S extends Timed>(samples: readonly S[], picks: readonly Pick<S>[], endMs: number): ChartData {
  const timesS: number[] = [];
  const lines: (number | null)[][] = picks.map(() => []);
  let beforeMs: number | undefined;
  for (const sample of samples) {
    if (sample.atMs < endMs - WINDOW_MS) continue;
    // Two nodes may tell of one moment, while one takes over from the other.
    if (beforeMs !== undefined && sample.atMs <= beforeMs) continue;
    if (beforeMs !== undefined && sample.atMs - beforeMs > GAP_MS) {
      timesS.push((beforeMs + 1_000) / 1_000);
      for (const line of lines) line.push(null);
    }
    timesS.push(sample.atMs / 1_000);
    for (const [index, pick] of picks.entries()) lines[index]?.push(pick(sample) ?? null);
    beforeMs = sample.atMs;
  }
  return { timesS, lines };
}

/** Whether there is anything to draw. */
export function hasValues({ lines }: ChartData): boolean {
  return lines.some((line) => line.some((value) => value !== null));
}

/** The newest value of a line; `undefined`: the newest moment has none. */
export function newestOf(line: readonly (number | null)[]): number | undefined {
  return line.at(-1) ?? undefined;
}

/** The least and the most of a line; `undefined`: it has no value. */
export function rangeOf(line: readonly (number | null)[]): { readonly min: number; readonly max: number } | undefined {
  const values = line.filter((value) => value !== null);
  if (values.length === 0) return undefined;
  return { min: Math.min(...values), max: Math.max(...values) };
}

interface Sequenced<E> {
  readonly sequence: number;
  readonly event: E;
}

/** What was known and what came since, without what was told twice; the newest `max` of it, in the order of time. */
export function merged<E extends Timed>(
  before: readonly Sequenced<E>[],
  came: readonly Sequenced<E>[],
  max: number,
): readonly Sequenced<E>[] {
  if (came.length === 0) return before;
  const bySequence = new Map([...before, ...came].map((each) => [each.sequence, each]));
  return [...bySequence.values()].sort((one, other) => one.event.atMs - other.event.atMs).slice(-max);
}
