import { Color, Dashboard, GraphWidget, type IMetric, Metric, Stats, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { type IngestFigure, ingestFigure, ingestNodes } from './ingest-figures.ts';

export interface OverviewProps {
  readonly deploymentName: string;
  readonly namespace: string;
  readonly regions: readonly string[];
  readonly edgeUrl: string;
  /** Of the control API, in the dashboard's own region. */
  readonly control: {
    readonly requests: IMetric;
    readonly failures: IMetric;
    readonly latency: IMetric;
    readonly jobFailures: IMetric;
    readonly jobAge: IMetric;
    readonly deadJobs: IMetric;
  };
  readonly tableName: string;
}

const WIDTH = 8;
const HEIGHT = 6;

/** A dashboard that answers, from the top: who publishes, is there room, does storage keep up, does the API answer. */
export class Overview extends Construct {
  readonly #props: OverviewProps;

  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id);
    this.#props = props;
    const { deploymentName, edgeUrl, control, tableName } = props;
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: `sluice-${deploymentName}`,
      defaultInterval: Duration.hours(3),
    });
    const said = `# Sluice ${deploymentName}\n${edgeUrl} | each alarm names its heading in docs/RUNBOOK.md | viewers are in the control API, not here`;
    dashboard.addWidgets(new TextWidget({ markdown: said, width: 3 * WIDTH, height: 2 }));
    dashboard.addWidgets(
      this.#byRegion('Broadcasts', 'slotsUsed'),
      this.#byRegion('Free slots', 'slotsFree'),
      graph(
        'Nodes',
        props.regions.map((region) => named(ingestNodes(props.namespace, region), region)),
      ),
    );
    dashboard.addWidgets(
      this.#byRegion('Slowest PUT, ms', 'putMsMax', Stats.MAXIMUM),
      this.#byRegion('Parts lost', 'partsLost'),
      this.#byRegion('Publishers without room', 'publishesRefusedNoRoom'),
    );
    dashboard.addWidgets(
      graph('Control API: requests', [named(control.requests, 'all'), named(control.failures, '5xx', Color.RED)]),
      graph('Control API: p95, ms', [named(control.latency, 'p95')]),
      this.#byRegion('Transcoders that died', 'transcoderRestarts'),
    );
    dashboard.addWidgets(
      graph('Jobs', [
        named(control.jobFailures, 'failed', Color.RED),
        named(control.deadJobs, 'given up', Color.PURPLE),
      ]),
      graph('Oldest job, s', [named(control.jobAge, 'age')]),
      graph(
        'Table: units',
        ['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits'].map((name) => ofTable(tableName, name)),
      ),
    );
  }

  #byRegion(title: string, figure: IngestFigure, statistic: string = Stats.SUM): GraphWidget {
    const { regions, namespace } = this.#props;
    return graph(
      title,
      regions.map((region) => named(ingestFigure(namespace, figure, { region, statistic }), region)),
    );
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: WIDTH, height: HEIGHT, leftYAxis: { min: 0 } });
}

function named(metric: IMetric, label: string, color?: string): IMetric {
  return metric instanceof Metric ? metric.with({ label, ...(color === undefined ? {} : { color }) }) : metric;
}

function ofTable(TableName: string, metricName: string): Metric {
  return new Metric({
    namespace: 'AWS/DynamoDB',
    metricName,
    dimensionsMap: { TableName },
    statistic: Stats.SUM,
    label: metricName,
  });
}
