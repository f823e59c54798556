import { Certificate, CertificateValidation, type ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { INetworkLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ARecord, HostedZone, type IHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';

export interface PublisherNamesProps {
  /** The zone of the ingest names, which another region may have made. */
  readonly zoneId: string;
  /** `ingest.live.example.com`: leads to the nearest region. */
  readonly domain: string;
  readonly region: string;
  /** Whether there is a name for what MediaLive pushes, too. */
  readonly hasEncoded: boolean;
}

/** `encoded.ingest.live.example.com`: no region is called so. */
export function encodedName(ingestDomain: string): string {
  return `encoded.${ingestDomain}`;
}

/** `eu-west-1.ingest.live.example.com` */
export function regionalName(region: string, ingestDomain: string): string {
  return `${region}.${ingestDomain}`;
}

/**
 * What publishers type: the name of all regions, which Route 53 answers with the nearest one that is well (latency-based
 * records that look at the load balancer's health), and the region's own name. One certificate has both.
 */
export class PublisherNames extends Construct {
  readonly certificate: ICertificate;
  readonly #props: PublisherNamesProps;
  readonly #zone: IHostedZone;

  constructor(scope: Construct, id: string, props: PublisherNamesProps) {
    super(scope, id);
    this.#props = props;
    const { zoneId, domain, hasEncoded } = props;
    this.#zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: zoneId, zoneName: domain });
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: domain,
      subjectAlternativeNames: [this.regionName, ...(hasEncoded ? [encodedName(domain)] : [])],
      validation: CertificateValidation.fromDns(this.#zone),
    });
  }

  get regionName(): string {
    return regionalName(this.#props.region, this.#props.domain);
  }

  leadTo(balancer: INetworkLoadBalancer): void {
    const { region } = this.#props;
    const target = RecordTarget.fromAlias(new LoadBalancerTarget(balancer, { evaluateTargetHealth: true }));
    new ARecord(this, 'Nearest', { zone: this.#zone, target, region, setIdentifier: region });
    // Whoever names the region gets it, well or not.
    const asked = RecordTarget.fromAlias(new LoadBalancerTarget(balancer));
    new ARecord(this, 'Region', { zone: this.#zone, recordName: region, target: asked });
  }

  leadEncodedTo(balancer: INetworkLoadBalancer): void {
    const target = RecordTarget.fromAlias(new LoadBalancerTarget(balancer));
    new ARecord(this, 'Encoded', { zone: this.#zone, recordName: encodedName(this.#props.domain), target });
  }
}
