/** How a figure is written: values are of `unit`, with so many digits after the point. */
export interface Measure {
  /** Behind the figure: `Mbit/s`; empty: it is a count. */
  readonly unit: string;
  readonly decimals: number;
}

export const MEASURES = {
  mbps: { unit: 'Mbit/s', decimals: 2 },
  fps: { unit: 'fps', decimals: 1 },
  seconds: { unit: 's', decimals: 1 },
  preciseSeconds: { unit: 's', decimals: 2 },
  milliseconds: { unit: 'ms', decimals: 0 },
  percent: { unit: '%', decimals: 1 },
  times: { unit: '×', decimals: 1 },
  count: { unit: '', decimals: 0 },
  rate: { unit: '/s', decimals: 1 },
  cents: { unit: '¢', decimals: 2 },
} as const satisfies Record<string, Measure>;

const FORMATS = [0, 1, 2].map(
  (decimals) => new Intl.NumberFormat('en', { minimumFractionDigits: decimals, maximumFractionDigits: decimals }),
);

/** `6.04`, without the unit. */
export function formatFigure(value: number, { decimals }: Measure): string {
  return FORMATS[decimals]?.format(value) ?? String(value);
}

/** `6.04 Mbit/s`, `98.2%`. */
export function formatMeasured(value: number, measure: Measure): string {
  const { unit } = measure;
  const isClose = unit === '%' || unit === '/s' || unit === '×' || unit === '¢';
  return `${formatFigure(value, measure)}${unit === '' || isClose ? '' : ' '}${unit}`;
}
