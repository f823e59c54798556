import { type NetworkTargetGroup, Protocol } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Construct } from 'constructs';
import { INGEST_PORTS } from './ingest-ports.ts';
import { NodeBalancer, type NodeBalancerProps } from './node-balancer.ts';
import { NodeTargets } from './node-targets.ts';

/** The fixed address of a region: RTMP, RTMPS and SRT. */
export class PublishBalancer extends NodeBalancer {
  readonly rtmpTargets: NetworkTargetGroup;
  readonly srtTargets: NetworkTargetGroup;

  constructor(scope: Construct, id: string, props: NodeBalancerProps) {
    super(scope, id, props);
    const { vpc } = props.network;
    const { rtmp, rtmps, srt } = INGEST_PORTS;
    const tcp = new NodeTargets(this, 'Rtmp', { vpc, protocol: Protocol.TCP, port: rtmp, healthPath: '/readyz' });
    // Nothing says what becomes of an SRT connection whose target is "unhealthy"; a full node refuses with its own words.
    const udp = new NodeTargets(this, 'Srt', { vpc, protocol: Protocol.UDP, port: srt, healthPath: '/healthz' });
    this.rtmpTargets = tcp.group;
    this.srtTargets = udp.group;
    this.listen('RtmpListener', rtmp, Protocol.TCP, this.rtmpTargets);
    this.listenWithTls('RtmpsListener', rtmps, this.rtmpTargets);
    this.listen('SrtListener', srt, Protocol.UDP, this.srtTargets);
  }
}
