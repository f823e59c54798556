/** One point each half second, a minute of them. */
export const TRACE_INTERVAL_MS = 500;
const POINTS_MAX = 120;
/** The drawing's own units; the page stretches it. */
export const TRACE_WIDTH = 240;
export const TRACE_HEIGHT = 56;

/** The last minute of a value, to be drawn. Pure. */
export class Trace {
  #values: readonly number[] = [];

  add(value: number | undefined): void {
    if (value === undefined || !Number.isFinite(value)) return;
    this.#values = [...this.#values, Math.max(0, value)].slice(-POINTS_MAX);
  }

  get max(): number {
    return this.#values.reduce((max, value) => Math.max(max, value), 0);
  }

  /** `points` of an SVG polyline, the newest value at the right edge, `scaleMax` at the top. */
  points(scaleMax: number): string {
    const stepX = TRACE_WIDTH / (POINTS_MAX - 1);
    const firstX = TRACE_WIDTH - (this.#values.length - 1) * stepX;
    return this.#values
      .map((value, index) => {
        const y = TRACE_HEIGHT * (1 - Math.min(1, value / scaleMax));
        return `${(firstX + index * stepX).toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  }
}

/** A round number of milliseconds that `max` fits under: the scale jumps seldom, so the line keeps its place. */
export function traceScaleMs(maxMs: number): number {
  return [1_000, 2_000, 3_000, 5_000, 10_000, 30_000, 60_000].find((scale) => maxMs <= scale * 0.95) ?? 300_000;
}
