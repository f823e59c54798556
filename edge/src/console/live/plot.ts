import uPlot from 'uplot';
import { formatFigure, type Measure } from './measure.ts';
import type { ChartData } from './series.ts';

/** All charts of a page show the same moment under the pointer. */
const CROSSHAIR = 'sluice-crosshair';
const HEIGHT_PX = 118;
const FONT = '11px system-ui, sans-serif';
/** Room for `100 000`; the same in all charts, so that their times stand below each other. */
const AXIS_PX = 44;
const NARROW_TICKS_PX = 70;

export interface PlotLine {
  readonly name: string;
  readonly measure: Measure;
  /** With lines of another measure it does not share a scale. */
  readonly scale: string;
}

/** What the axis of time shows, in epoch milliseconds. */
export interface ShownTime {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface PlotOptions {
  readonly element: HTMLElement;
  readonly lines: readonly PlotLine[];
  /** The moment under the pointer, here or in another chart; `undefined`: there is none. */
  readonly onMoment: (index: number | undefined) => void;
}

/** The canvas of one chart (uPlot). Its colours are those that the style sheet gives the element now. */
export class Plot {
  readonly #plot: uPlot;
  readonly #watch: ResizeObserver;
  #window: [number, number] = [0, 1];

  constructor(options: PlotOptions) {
    const { element } = options;
    this.#plot = new uPlot(this.#settings(options), [[], ...options.lines.map(() => [])], element);
    this.#watch = new ResizeObserver(() => {
      const widthPx = element.clientWidth;
      if (widthPx > 0) this.#plot.setSize({ width: widthPx, height: HEIGHT_PX });
    });
    this.#watch.observe(element);
  }

  /** Between the moments that the axis of time has. */
  show({ timesS, lines }: ChartData, { fromMs, toMs }: ShownTime): void {
    this.#window = [fromMs / 1_000, toMs / 1_000];
    this.#plot.setData([[...timesS], ...lines.map((line) => [...line])]);
  }

  /** Takes the colours anew. */
  repaint(): void {
    this.#plot.redraw(false, true);
  }

  close(): void {
    this.#watch.disconnect();
    this.#plot.destroy();
  }

  #settings({ element, lines, onMoment }: PlotOptions): uPlot.Options {
    const axis = { font: FONT, stroke: colourOf(element, '--dim'), ticks: { show: false } };
    const grid = { stroke: colourOf(element, '--line'), width: 1 };
    const [first] = lines;
    return {
      width: Math.max(1, element.clientWidth),
      height: HEIGHT_PX,
      padding: [8, 6, 0, 0],
      legend: { show: false },
      cursor: {
        y: false,
        sync: { key: CROSSHAIR, setSeries: false },
        points: { size: 7 },
        drag: { x: false, y: false },
      },
      scales: { x: { time: true, range: () => this.#window }, ...scalesOf(lines) },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 22,
          gap: 4,
          space: NARROW_TICKS_PX,
          values: (_plot, splits) => splits.map(clockTime),
        },
        {
          ...axis,
          grid,
          scale: first?.scale ?? 'y',
          size: AXIS_PX,
          gap: 6,
          space: 32,
          values: (_plot, splits) => splits.map((split) => axisFigure(split)),
        },
      ],
      series: [{}, ...lines.map((line, index) => seriesOf(element, line, index))],
      hooks: { setCursor: [({ cursor }) => onMoment(cursor.idx ?? undefined)] },
    };
  }
}

function seriesOf(element: HTMLElement, { name, scale }: PlotLine, index: number): uPlot.Series {
  const stroke = colourOf(element, index === 0 ? '--chart-1' : '--chart-2');
  return {
    label: name,
    scale,
    stroke,
    width: 1.75,
    // Two lines are told apart without colour, too.
    ...(index > 0 && { dash: [5, 3] }),
    points: { show: (plot, _series, from, to) => to - from === 0 || plot.data[0].length === 1, size: 5, fill: stroke },
    spanGaps: false,
  };
}

function scalesOf(lines: readonly PlotLine[]): uPlot.Scales {
  return Object.fromEntries(lines.map(({ scale }) => [scale, { range: (_plot, min, max) => fromZero(min, max) }]));
}

/** From nothing, so that the height of a line says how much it is; never flat. */
function fromZero(min: number | null, max: number | null): [number, number] {
  const top = Math.max(max ?? 0, 0);
  return [Math.min(0, min ?? 0), top === 0 ? 1 : top * 1.12];
}

/** Asked for at each draw: light and dark differ. */
function colourOf(element: HTMLElement, name: string): () => string {
  return () => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}

function clockTime(epochS: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'short' }).format(epochS * 1_000);
}

function axisFigure(value: number): string {
  const decimals = Number.isInteger(value) ? 0 : Math.abs(value) < 0.1 ? 2 : 1;
  return formatFigure(value, { unit: '', decimals });
}
