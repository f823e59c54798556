import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { NetworkTargetGroup, Protocol, TargetType } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { INGEST_PORTS } from './ingest-ports.ts';
import { DRAIN } from './node-life.ts';

export interface NodeTargetsProps {
  readonly vpc: IVpc;
  readonly protocol: Protocol.TCP | Protocol.UDP;
  readonly port: number;
  /** What has to answer 200: whether a node has room, or whether it lives. */
  readonly healthPath: '/readyz' | '/healthz';
}

/** A full node is passed over, and a dead one left, this many seconds times THRESHOLD later. The shortest there is. */
const HEALTH_INTERVAL = Duration.seconds(5);
const HEALTH_TIMEOUT = Duration.seconds(4);
const HEALTH_THRESHOLD = 2;

/** Nodes, as a load balancer leads to one of their ports. They see publishers' own addresses. */
export class NodeTargets extends Construct {
  readonly group: NetworkTargetGroup;

  constructor(scope: Construct, id: string, { vpc, protocol, port, healthPath }: NodeTargetsProps) {
    super(scope, id);
    this.group = new NetworkTargetGroup(this, 'Group', {
      vpc,
      targetType: TargetType.IP,
      protocol,
      port,
      preserveClientIp: true,
      deregistrationDelay: DRAIN,
      healthCheck: {
        protocol: Protocol.HTTP,
        port: String(INGEST_PORTS.operations),
        path: healthPath,
        interval: HEALTH_INTERVAL,
        timeout: HEALTH_TIMEOUT,
        healthyThresholdCount: HEALTH_THRESHOLD,
        unhealthyThresholdCount: HEALTH_THRESHOLD,
      },
    });
    // A node that is full is not ready, and goes on with whom it has: without this the balancer would reset them all.
    if (protocol === Protocol.TCP) {
      this.group.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    }
  }
}
