import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  NetworkListenerAction,
  NetworkLoadBalancer,
  NetworkTargetGroup,
  Protocol,
  SslPolicy,
  TargetType,
} from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';
import type { IngestNetwork } from './ingest-network.ts';
import { INGEST_PORTS } from './ingest-ports.ts';
import { DRAIN } from './node-life.ts';

export interface PublishBalancerProps {
  readonly network: IngestNetwork;
  /** Of the names that publishers push RTMPS to. */
  readonly certificate: ICertificate;
}

/** A full node is passed over, and a dead one left, this many seconds times THRESHOLD later. The shortest there is. */
const HEALTH_INTERVAL = Duration.seconds(5);
const HEALTH_THRESHOLD = 2;
/** A publisher that sends nothing for longer is long gone: the node itself waits for seconds. */
const IDLE_S = 350;

/**
 * The fixed address of a region: RTMP, RTMPS (TLS ends here) and SRT on one network load balancer. Publishers' own
 * addresses reach the nodes.
 */
export class PublishBalancer extends Construct {
  readonly balancer: NetworkLoadBalancer;
  readonly rtmpTargets: NetworkTargetGroup;
  readonly srtTargets: NetworkTargetGroup;
  readonly #props: PublishBalancerProps;

  constructor(scope: Construct, id: string, props: PublishBalancerProps) {
    super(scope, id);
    this.#props = props;
    const { network } = props;
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
    this.rtmpTargets = this.targets('Rtmp', Protocol.TCP, INGEST_PORTS.rtmp, '/readyz');
    // Nothing says what becomes of an SRT connection whose target is "unhealthy"; a full node refuses with its own words.
    this.srtTargets = this.targets('Srt', Protocol.UDP, INGEST_PORTS.srt, '/healthz');
    const rtmp = this.balancer.addListener('RtmpListener', {
      port: INGEST_PORTS.rtmp,
      protocol: Protocol.TCP,
      defaultAction: NetworkListenerAction.forward([this.rtmpTargets]),
    });
    rtmp.setAttribute('tcp.idle_timeout.seconds', String(IDLE_S));
    this.addTlsListener('RtmpsListener', INGEST_PORTS.rtmps, this.rtmpTargets);
    this.balancer.addListener('SrtListener', {
      port: INGEST_PORTS.srt,
      protocol: Protocol.UDP,
      defaultAction: NetworkListenerAction.forward([this.srtTargets]),
    });
  }

  addTlsListener(id: string, port: number, targets: NetworkTargetGroup): void {
    this.balancer.addListener(id, {
      port,
      protocol: Protocol.TLS,
      certificates: [this.#props.certificate],
      sslPolicy: SslPolicy.RECOMMENDED_TLS,
      defaultAction: NetworkListenerAction.forward([targets]),
    });
  }

  /** Nodes on `port` that answer 200 at `healthPath`. */
  targets(id: string, protocol: Protocol, port: number, healthPath: '/readyz' | '/healthz'): NetworkTargetGroup {
    const group = new NetworkTargetGroup(this, `${id}Targets`, {
      vpc: this.#props.network.vpc,
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
        timeout: Duration.seconds(4),
        healthyThresholdCount: HEALTH_THRESHOLD,
        unhealthyThresholdCount: HEALTH_THRESHOLD,
      },
    });
    // A node that is full is not ready, and goes on with whom it has: without this the balancer would reset them all.
    if (protocol === Protocol.TCP) {
      group.setAttribute('target_health_state.unhealthy.connection_termination.enabled', 'false');
    }
    return group;
  }
}
