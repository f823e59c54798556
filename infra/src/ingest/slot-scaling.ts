import {
  AdjustmentType,
  CfnScalingPolicy,
  MetricAggregationType,
  ScalableTarget,
  ServiceNamespace,
  StepScalingAction,
} from 'aws-cdk-lib/aws-applicationautoscaling';
import { Alarm, ComparisonOperator, MathExpression, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ApplicationScalingAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { FargateService } from 'aws-cdk-lib/aws-ecs';
import type { NetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { FIGURES_PERIOD, INGEST_FIGURES, ingestFigure, NODES_HELD } from '../observability/ingest-figures.ts';

export interface SlotScalingProps {
  readonly service: FargateService;
  readonly balancer: NetworkLoadBalancer;
  readonly namespace: string;
  readonly nodesMin: number;
  readonly nodesMax: number;
  /** Broadcasts that a node holds. */
  readonly slots: number;
  /** Slots that are to be free for whoever comes next. */
  readonly freeSlots: number;
}

/** Nodes that were just started say nothing yet: until then it would start them again. */
const SCALE_OUT_COOLDOWN = Duration.minutes(2);
/** A publisher who was cut comes back within a minute; ten are enough for those who begin anew. */
const SCALE_IN_COOLDOWN = Duration.minutes(10);

/**
 * As many nodes as there are broadcasts for, and room for more.
 *
 * - Tracking keeps the number right, up and down. Its metric is `(used + free) / nodes` with the node's slots as its
 *   target, for Application Auto Scaling then wants `nodes * metric / target = (used + free) / slots` nodes.
 * - It never wants fewer than hold a broadcast: ECS would leave those running, for they are protected, but it refuses further
 *   protection while more tasks are protected than are wanted (`DEPLOYMENT_BLOCKED`), and the next broadcast would have none.
 * - A step is quicker where the room is gone: two minutes instead of three.
 * - From zero, where no node says anything: somebody knocks at the load balancer.
 */
export class SlotScaling extends Construct {
  readonly target: ScalableTarget;
  readonly #props: SlotScalingProps;

  constructor(scope: Construct, id: string, props: SlotScalingProps) {
    super(scope, id);
    this.#props = props;
    const { service, nodesMin, nodesMax } = props;
    this.target = new ScalableTarget(this, 'Target', {
      serviceNamespace: ServiceNamespace.ECS,
      resourceId: `service/${service.cluster.clusterName}/${service.serviceName}`,
      scalableDimension: 'ecs:service:DesiredCount',
      minCapacity: nodesMin,
      maxCapacity: nodesMax,
    });
    this.#track();
    this.#stepWhenFull();
    if (nodesMin === 0) this.#wakeWhenSomebodyKnocks();
  }

  #track(): void {
    const { nodesMin, slots, freeSlots, namespace } = this.#props;
    // As slots: room for those in use and for who comes next, and never fewer than all of the nodes that hold somebody.
    const room = `used + ${freeSlots}`;
    const wanted = `IF(${room} > FILL(held, 0) * ${slots}, ${room}, FILL(held, 0) * ${slots})`;
    // Nobody there and none wanted: the room would keep a node for ever.
    const expression = nodesMin === 0 ? `IF(used > 0, ${wanted}, 0) / nodes` : `${wanted} / nodes`;
    const figure = (id: string, metricName: string, stat: string) => ({
      id,
      returnData: false,
      metricStat: { metric: { namespace, metricName }, stat },
    });
    new CfnScalingPolicy(this, 'Tracking', {
      policyName: 'free-slots',
      policyType: 'TargetTrackingScaling',
      scalingTargetId: this.target.scalableTargetId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: slots,
        scaleInCooldown: SCALE_IN_COOLDOWN.toSeconds(),
        scaleOutCooldown: SCALE_OUT_COOLDOWN.toSeconds(),
        customizedMetricSpecification: {
          metrics: [
            figure('used', INGEST_FIGURES.slotsUsed, 'Sum'),
            figure('nodes', INGEST_FIGURES.slotsUsed, 'SampleCount'),
            figure('held', NODES_HELD, 'Sum'),
            { id: 'perNode', expression, returnData: true, label: 'Slots wanted of each node' },
          ],
        },
      },
    });
  }

  #stepWhenFull(): void {
    const { namespace, slots, freeSlots } = this.#props;
    const free = ingestFigure(namespace, 'slotsFree');
    const alarm = new Alarm(this, 'RoomIsGone', {
      metric: free,
      alarmDescription: 'Starts nodes; nobody is told. Fewer slots are free than are to be.',
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      threshold: freeSlots,
      // A line that comes late is missing in the newest minute.
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.#stepOn(alarm, { id: 'MoreRoom', nodes: Math.ceil(freeSlots / slots), side: 'below' });
  }

  #wakeWhenSomebodyKnocks(): void {
    const { balancer, namespace } = this.#props;
    const flows = ['RejectedFlowCount', 'TCP_ELB_Reset_Count', 'NewFlowCount'].map((metricName, index) => {
      const metric = balancer.metrics.custom(metricName, { statistic: 'Sum', period: FIGURES_PERIOD });
      return [`flows${index}`, metric] as const;
    });
    const nodes = new Metric({
      namespace,
      metricName: INGEST_FIGURES.slotsUsed,
      statistic: 'SampleCount',
      period: FIGURES_PERIOD,
    });
    const knocks = new MathExpression({
      expression: `IF(FILL(nodes, 0) > 0, 0, ${flows.map(([id]) => `FILL(${id}, 0)`).join(' + ')})`,
      usingMetrics: { nodes, ...Object.fromEntries(flows) },
      label: 'Connections while no node runs',
      period: FIGURES_PERIOD,
    });
    const alarm = new Alarm(this, 'SomebodyKnocks', {
      metric: knocks,
      alarmDescription: 'Starts the first node; nobody is told. Somebody tries to publish and no node runs.',
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      threshold: 0,
      // The newest minute has the balancer's figures before it has those of nodes, which look like none then.
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    this.#stepOn(alarm, { id: 'FirstNode', nodes: 1, side: 'above' });
  }

  /** Starts `nodes` more whenever the alarm rings; its metric is then `side` of its threshold. */
  #stepOn(alarm: Alarm, { id, nodes, side }: { id: string; nodes: number; side: 'below' | 'above' }): void {
    const action = new StepScalingAction(this, id, {
      scalingTarget: this.target,
      adjustmentType: AdjustmentType.CHANGE_IN_CAPACITY,
      cooldown: SCALE_OUT_COOLDOWN,
      metricAggregationType: MetricAggregationType.MAXIMUM,
    });
    action.addAdjustment({ adjustment: nodes, ...(side === 'below' ? { upperBound: 0 } : { lowerBound: 0 }) });
    alarm.addAlarmAction(new ApplicationScalingAction(action));
  }
}
