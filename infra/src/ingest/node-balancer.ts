import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  NetworkListenerAction,
  NetworkLoadBalancer,
  type NetworkTargetGroup,
  Protocol,
  SslPolicy,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';
import type { IngestNetwork } from './ingest-network.ts';

export interface NodeBalancerProps {
  readonly network: IngestNetwork;
  /** Of the names that lead here. */
  readonly certificate: ICertificate;
}

/** A publisher that sends nothing for longer is long gone: the node itself waits for seconds. */
const IDLE_S = 350;

/** A network load balancer in front of nodes: an address that stays. */
export class NodeBalancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly #certificate: ICertificate;

  constructor(scope: Construct, id: string, { network, certificate }: NodeBalancerProps) {
    super(scope, id);
    this.#certificate = certificate;
    this.balancer = new NetworkLoadBalancer(this, 'Balancer', {
      vpc: network.vpc,
      internetFacing: true,
      // Nodes are few: one zone may have none while the other has room.
      crossZoneEnabled: true,
      securityGroups: [network.balancerGroup],
    });
    acknowledge(
      this.balancer,
      'AwsSolutions-ELB2',
      'Its access log knows TLS listeners only; nodes log every publisher.',
    );
  }

  listen(id: string, port: number, protocol: Protocol.TCP | Protocol.UDP, targets: NetworkTargetGroup): void {
    const listener = this.balancer.addListener(id, {
      port,
      protocol,
      defaultAction: NetworkListenerAction.forward([targets]),
    });
    if (protocol === Protocol.TCP) listener.setAttribute('tcp.idle_timeout.seconds', String(IDLE_S));
  }

  /** TLS ends here: nodes see what is in it. */
  listenWithTls(id: string, port: number, targets: NetworkTargetGroup): void {
    this.balancer.addListener(id, {
      port,
      protocol: Protocol.TLS,
      certificates: [this.#certificate],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      defaultAction: NetworkListenerAction.forward([targets]),
    });
  }
}
