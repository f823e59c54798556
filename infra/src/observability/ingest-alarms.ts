import { MathExpression, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Alarms } from './alarms.ts';
import { FIGURES_PERIOD, ingestFigure, ingestNodes, orZero } from './ingest-figures.ts';

export interface IngestAlarmsProps {
  readonly deploymentName: string;
  readonly namespace: string;
  readonly nodesMin: number;
  readonly nodesMax: number;
}

/** Half a part of the profile `low`: later than that, every viewer is. */
const PUT_MS_MAX = 270;

/** What is looked at in a region that has nodes. */
export class IngestAlarms extends Construct {
  constructor(scope: Construct, id: string, { deploymentName, namespace, nodesMin, nodesMax }: IngestAlarmsProps) {
    super(scope, id);
    const alarms = new Alarms(this, 'Alarms', { deploymentName });
    if (nodesMin > 0) {
      alarms.add('TooFewNodes', {
        metric: orZero(ingestNodes(namespace), 'Nodes'),
        says: `Fewer than ${nodesMin} ingest nodes have spoken for five minutes: nobody may be able to publish.`,
        runbook: 'No node speaks',
        when: 'below',
        threshold: nodesMin,
        of: 5,
        isSilenceBad: true,
      });
    }
    alarms.add('AllNodesUsed', {
      metric: new MathExpression({
        expression: `IF(nodes >= ${nodesMax}, IF(free < 1, 1, 0), 0)`,
        usingMetrics: { nodes: ingestNodes(namespace), free: ingestFigure(namespace, 'slotsFree') },
        label: 'At nodesMax without a free slot',
        period: FIGURES_PERIOD,
      }),
      says: 'There are as many nodes as there may be, and each is full.',
      runbook: 'Publishers find no room',
      when: 'above',
      threshold: 0,
      of: 3,
    });
    alarms.add('NoRoom', {
      metric: ingestFigure(namespace, 'publishesRefusedNoRoom'),
      says: 'Publishers were sent away because no slot was free.',
      runbook: 'Publishers find no room',
      when: 'above',
      threshold: 0,
    });
    alarms.add('PartsLost', {
      metric: ingestFigure(namespace, 'partsLost'),
      says: 'Parts could not be stored; viewers have gaps.',
      runbook: 'Storage is slow',
      when: 'above',
      threshold: 0,
    });
    alarms.add('StorageSlow', {
      metric: ingestFigure(namespace, 'putMsMax', { statistic: Stats.p(50) }),
      says: `Storage took longer than ${PUT_MS_MAX} ms for the slowest part of a minute, at half of the nodes.`,
      runbook: 'Storage is slow',
      when: 'above',
      threshold: PUT_MS_MAX,
      of: 5,
      minutes: 3,
    });
    alarms.add('PublishesFail', {
      metric: ingestFigure(namespace, 'publishesFailed'),
      says: 'Publishers were refused for a reason that is ours.',
      runbook: 'Publishers are refused',
      when: 'above',
      threshold: 0,
      of: 3,
      minutes: 2,
    });
    alarms.add('TranscodersDie', {
      metric: ingestFigure(namespace, 'transcoderRestarts'),
      says: 'Transcoders die and are started anew; viewers see a blink each time.',
      runbook: 'Transcoders die',
      when: 'at-least',
      threshold: 2,
      of: 3,
      minutes: 2,
    });
  }
}

/** What is looked at of the one node that takes what MediaLive encodes. */
export class EncodedAlarms extends Construct {
  constructor(scope: Construct, id: string, props: Pick<IngestAlarmsProps, 'deploymentName' | 'namespace'>) {
    super(scope, id);
    const { deploymentName, namespace } = props;
    const alarms = new Alarms(this, 'Alarms', { deploymentName });
    alarms.add('NoEncodedNode', {
      metric: orZero(ingestNodes(namespace), 'Nodes'),
      says: 'The node that takes what MediaLive encodes has said nothing for five minutes.',
      runbook: 'No node speaks',
      when: 'below',
      threshold: 1,
      of: 5,
      isSilenceBad: true,
    });
    alarms.add('EncodedPartsLost', {
      metric: ingestFigure(namespace, 'partsLost'),
      says: 'Parts of channels that MediaLive encodes could not be stored; viewers have gaps.',
      runbook: 'Storage is slow',
      when: 'above',
      threshold: 0,
    });
  }
}
