import {
  GatewayVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';
import { INGEST_PORTS } from './ingest-ports.ts';

export interface IngestNetworkProps {
  /** Who may publish, as blocks of IPv4 addresses. */
  readonly allowedCidrs: readonly string[];
  /** Whether MediaLive pushes here, from addresses that AWS does not tell. */
  readonly isCmafTaken: boolean;
}

/** One of a region's data centres may go dark. More of them would be a paid address each. */
const ZONES = 2;
const CIDR = '10.43.0.0/20';

/**
 * Public subnets alone: nodes have addresses of their own and talk to storage, edge and control directly, so there is no
 * NAT gateway, which would cost more by the gigabyte than the upload itself. What reaches them is the load balancer only.
 */
export class IngestNetwork extends Construct {
  readonly vpc: IVpc;
  readonly balancerGroup: ISecurityGroup;
  readonly nodeGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, { allowedCidrs, isCmafTaken }: IngestNetworkProps) {
    super(scope, id);
    this.vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(CIDR),
      maxAzs: ZONES,
      natGateways: 0,
      subnetConfiguration: [{ name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: 24 }],
      // What goes to S3 stays inside of AWS, at no cost by the gigabyte.
      gatewayEndpoints: { S3: { service: GatewayVpcEndpointAwsService.S3 } },
    });
    acknowledge(this.vpc, 'AwsSolutions-VPC7', 'Nodes log each publisher with its address; flow logs would repeat it.');

    const groups = { vpc: this.vpc, allowAllOutbound: false };
    const balancerGroup = new SecurityGroup(this, 'BalancerGroup', { ...groups, description: 'What publishers reach' });
    const nodeGroup = new SecurityGroup(this, 'NodeGroup', {
      vpc: this.vpc,
      description: 'Ingest nodes: reached by the load balancer alone',
      allowAllOutbound: true,
    });
    for (const cidr of allowedCidrs) {
      const peer = Peer.ipv4(cidr);
      balancerGroup.addIngressRule(peer, Port.tcp(INGEST_PORTS.rtmp), 'RTMP');
      balancerGroup.addIngressRule(peer, Port.tcp(INGEST_PORTS.rtmps), 'RTMPS');
      balancerGroup.addIngressRule(peer, Port.udp(INGEST_PORTS.srt), 'SRT');
    }
    if (isCmafTaken) balancerGroup.addIngressRule(Peer.anyIpv4(), Port.tcp(INGEST_PORTS.cmafs), 'CMAF of MediaLive');
    const inside = [Port.tcp(INGEST_PORTS.rtmp), Port.udp(INGEST_PORTS.srt), Port.tcp(INGEST_PORTS.operations)];
    for (const port of isCmafTaken ? [...inside, Port.tcp(INGEST_PORTS.cmaf)] : inside) {
      nodeGroup.addIngressRule(balancerGroup, port);
      balancerGroup.addEgressRule(nodeGroup, port);
    }
    acknowledge(
      balancerGroup,
      'AwsSolutions-EC23',
      'Publishers come from anywhere; who may publish is decided by stream keys.',
    );
    this.balancerGroup = balancerGroup;
    this.nodeGroup = nodeGroup;
  }
}
