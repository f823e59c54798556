import { useSignal } from '@preact/signals';
import { useEffect, useId, useRef } from 'preact/hooks';
import { machineTime } from '../format/times.ts';
import { Icon } from '../parts/icon.tsx';
import { chartSummary } from './chart-words.ts';
import type { ChartLine, ChartSpec } from './charts.ts';
import { formatFigure, formatMeasured } from './measure.ts';
import { onRepaint } from './palette.ts';
import type { Plot, ShownTime } from './plot.ts';
import { type ChartData, chartData, hasValues, newestOf, type Timed } from './series.ts';

interface ChartCardProps<S extends Timed> {
  readonly spec: ChartSpec<S>;
  readonly samples: readonly S[];
  readonly shownTime: ShownTime;
  /** Why its source has told nothing at all. */
  readonly silence?: string | undefined;
}

/** One figure: what it is now, how it was for half an hour, and the same as words and as a table. */
export function ChartCard<S extends Timed>({ spec, samples, shownTime, silence }: ChartCardProps<S>) {
  const id = useId();
  const table = useSignal(false);
  const isTable = table.value;
  const moment = useSignal<number | undefined>(undefined);
  const data = chartData(
    samples,
    spec.lines.map(({ pick }) => pick),
    shownTime.toMs,
  );
  const hasAny = hasValues(data);
  const at = hasAny ? moment.value : undefined;
  return (
    <section class="chart-card" aria-labelledby={id} data-chart={spec.id}>
      <div class="chart-head">
        <h3 id={id}>{spec.heading}</h3>
        {hasAny && (
          <button
            type="button"
            class="icon-button chart-toggle"
            aria-pressed={isTable}
            aria-label={`${spec.heading} as a table`}
            title="Show as a table"
            onClick={() => {
              table.value = !isTable;
            }}
          >
            <Icon name="table" />
          </button>
        )}
      </div>
      <ChartFigures spec={spec} data={data} at={at} />
      {hasAny && isTable && <ChartTable spec={spec} data={data} />}
      {hasAny && !isTable && (
        <Canvas
          lines={spec.lines}
          data={data}
          shownTime={shownTime}
          onMoment={(index) => {
            moment.value = index;
          }}
          // What cannot be drawn can be read.
          onFailed={() => {
            table.value = true;
          }}
        />
      )}
      {!hasAny && <p class="chart-absence">{silence ?? spec.absence}</p>}
      {hasAny && !isTable && <p class="visually-hidden">{chartSummary(spec.lines, data)}</p>}
      <p class="chart-about">{spec.about}</p>
    </section>
  );
}

/** The figures of now, or of the moment under the pointer. */
function ChartFigures<S extends Timed>({
  spec,
  data,
  at,
}: {
  readonly spec: ChartSpec<S>;
  readonly data: ChartData;
  readonly at: number | undefined;
}) {
  const timeS = at === undefined ? undefined : data.timesS[at];
  return (
    <p class="chart-figures numbers">
      {spec.lines.map(({ name, measure }, index) => {
        const line = data.lines[index] ?? [];
        const value = timeS === undefined ? newestOf(line) : line[at ?? 0];
        return (
          <span key={name} class={`chart-figure line-${index + 1}`}>
            {spec.lines.length > 1 && <span class="chart-key">{name}</span>}
            <span class="chart-value">{value == null ? '–' : formatFigure(value, measure)}</span>
            {value != null && measure.unit !== '' && <span class="chart-unit">{measure.unit}</span>}
          </span>
        );
      })}
      {timeS !== undefined && <span class="chart-moment">{clock(timeS)}</span>}
    </p>
  );
}

function Canvas<S extends Timed>({
  lines,
  data,
  shownTime,
  onMoment,
  onFailed,
}: {
  readonly lines: readonly ChartLine<S>[];
  readonly data: ChartData;
  readonly shownTime: ShownTime;
  readonly onMoment: (index: number | undefined) => void;
  readonly onFailed: () => void;
}) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | undefined>(undefined);
  const shown = useRef({ data, shownTime });
  shown.current = { data, shownTime };
  useEffect(() => {
    let isOver = false;
    let stop = () => {};
    const begin = async () => {
      const { Plot } = await import('./plot.ts');
      if (isOver || element.current === null) return;
      const made = new Plot({ element: element.current, lines: plotLines(lines), onMoment });
      plot.current = made;
      made.show(shown.current.data, shown.current.shownTime);
      stop = onRepaint(() => made.repaint());
    };
    begin().catch(onFailed);
    return () => {
      isOver = true;
      stop();
      plot.current?.close();
      plot.current = undefined;
    };
  }, [lines]);
  useEffect(() => plot.current?.show(data, shownTime), [data, shownTime]);
  return <div ref={element} class="plot" aria-hidden="true" />;
}

function plotLines<S extends Timed>(lines: readonly ChartLine<S>[]) {
  return lines.map(({ name, measure }) => ({ name, measure, scale: measure.unit }));
}

/** The newest first: that is what one reads it for. */
function ChartTable<S extends Timed>({ spec, data }: { readonly spec: ChartSpec<S>; readonly data: ChartData }) {
  const rows = data.timesS
    .map((timeS, index) => ({ timeS, values: data.lines.map((line) => line[index] ?? null) }))
    .filter(({ values }) => values.some((value) => value !== null))
    .reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard (axe: scrollable-region-focusable).
    <section class="chart-table" tabIndex={0} aria-label={`${spec.heading}, table`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {spec.lines.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ timeS, values }) => (
            <tr key={timeS}>
              <th scope="row">
                <time dateTime={machineTime(timeS * 1_000)}>{clock(timeS)}</time>
              </th>
              {spec.lines.map(({ name, measure }, index) => {
                const value = values[index];
                return <td key={name}>{value == null ? '–' : formatMeasured(value, measure)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function clock(timeS: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' }).format(timeS * 1_000);
}
