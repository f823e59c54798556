import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

/**
 * What every node says of itself once a minute (the log line `figures`, docs/RUNBOOK.md), as metrics: the field of the
 * line and the metric's name. Counts are since the line before, so a minute's sum is what all nodes of the region did.
 */
export const INGEST_FIGURES = {
  slotsUsed: 'SlotsUsed',
  slotsFree: 'SlotsFree',
  partsStored: 'PartsStored',
  partsLost: 'PartsLost',
  putsRepeated: 'PutsRepeated',
  transcoderRestarts: 'TranscoderRestarts',
  publishesRefusedNoRoom: 'RefusedNoRoom',
  publishesFailed: 'PublishesFailed',
  putMsMax: 'PutMsMax',
} as const;
export type IngestFigure = keyof typeof INGEST_FIGURES;

/** Nodes that hold a broadcast: each counts one. No field of the line, but what is seen of one. */
export const NODES_HELD = 'NodesHeld';
/** Nodes say it once a minute, so nothing finer is known. */
export const FIGURES_PERIOD = Duration.minutes(1);

export interface IngestFiguresProps {
  readonly logGroup: ILogGroup;
  readonly namespace: string;
}

/** Makes metrics of the log of a region's nodes. */
export class IngestFigures extends Construct {
  constructor(scope: Construct, id: string, { logGroup, namespace }: IngestFiguresProps) {
    super(scope, id);
    for (const [field, metricName] of Object.entries(INGEST_FIGURES)) {
      new MetricFilter(this, metricName, {
        logGroup,
        // A node's last line says what it had counted, and nothing of how it is.
        filterPattern: FilterPattern.literal(`{ $.msg = "figures" && $.${field} >= 0 }`),
        metricNamespace: namespace,
        metricName,
        metricValue: `$.${field}`,
      });
    }
    new MetricFilter(this, NODES_HELD, {
      logGroup,
      filterPattern: FilterPattern.literal('{ $.msg = "figures" && $.slotsUsed > 0 }'),
      metricNamespace: namespace,
      metricName: NODES_HELD,
      metricValue: '1',
    });
  }
}

/** A figure of the nodes of `region`: their sum in a minute, if no statistic is named. */
export function ingestFigure(
  namespace: string,
  figure: IngestFigure,
  { region, statistic = Stats.SUM }: { readonly region?: string; readonly statistic?: string } = {},
): Metric {
  return new Metric({
    namespace,
    metricName: INGEST_FIGURES[figure],
    statistic,
    period: FIGURES_PERIOD,
    ...(region === undefined ? {} : { region }),
  });
}

/** Nodes that run: each says its figures once a minute. */
export function ingestNodes(namespace: string, region?: string): Metric {
  return ingestFigure(namespace, 'slotsUsed', {
    statistic: Stats.SAMPLE_COUNT,
    ...(region === undefined ? {} : { region }),
  });
}

/** The same, and 0 where no node says anything. */
export function orZero(metric: IMetric, label: string): MathExpression {
  return new MathExpression({ expression: 'FILL(m, 0)', usingMetrics: { m: metric }, label, period: FIGURES_PERIOD });
}
