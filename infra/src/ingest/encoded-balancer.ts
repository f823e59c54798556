import { type NetworkTargetGroup, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { INGEST_PORTS } from './ingest-ports.ts';
import { NodeBalancer, type NodeBalancerProps } from './node-balancer.ts';
import { NodeTargets } from './node-targets.ts';

/**
 * Where MediaLive pushes to, with TLS. A load balancer of its own: every target group of one counts when Route 53 asks
 * whether it is well, so the one node behind this port would decide for all publishers of the region.
 */
export class EncodedBalancer extends NodeBalancer {
  readonly targets: NetworkTargetGroup;

  constructor(scope: Construct, id: string, props: NodeBalancerProps) {
    super(scope, id, props);
    const { vpc } = props.network;
    const { cmaf, cmafs } = INGEST_PORTS;
    this.targets = new NodeTargets(this, 'Cmaf', {
      vpc,
      protocol: Protocol.TCP,
      port: cmaf,
      healthPath: '/healthz',
    }).group;
    this.listenWithTls('CmafListener', cmafs, this.targets);
  }
}
