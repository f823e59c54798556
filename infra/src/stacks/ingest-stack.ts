import { Cluster, ContainerInsights, Protocol } from 'aws-cdk-lib/aws-ecs';
import { CfnOutput } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { EncodedBalancer } from '../ingest/encoded-balancer.ts';
import { IngestNetwork } from '../ingest/ingest-network.ts';
import { INGEST_PORTS } from '../ingest/ingest-ports.ts';
import { IngestService } from '../ingest/ingest-service.ts';
import { IngestTask, type IngestTaskProps } from '../ingest/ingest-task.ts';
import { nodeImage } from '../ingest/node-image.ts';
import { PublishBalancer } from '../ingest/publish-balancer.ts';
import { addressesAt } from '../ingest/publisher-addresses.ts';
import { PublisherNames } from '../ingest/publisher-names.ts';
import { SlotScaling } from '../ingest/slot-scaling.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { EncodedAlarms, IngestAlarms } from '../observability/ingest-alarms.ts';
import { IngestFigures } from '../observability/ingest-figures.ts';
import { r2Endpoint } from '../storage/r2-endpoint.ts';
import { regionalSecret } from '../storage/regional-secret.ts';
import { DeployedStack, type DeployedStackProps } from './deployed-stack.ts';

export interface IngestStackProps extends DeployedStackProps {
  /** Of the zone of the ingest names. */
  readonly zoneId: string;
  /** Of the nodes' token in the first region. */
  readonly nodeTokenArn: string;
  /** Of the bucket's key there, where nodes have it. */
  readonly bucketKeysArn?: string | undefined;
}

/** Where publishers of one region push to: a load balancer that stays, and nodes that come and go with the broadcasts. */
export class IngestStack extends DeployedStack {
  readonly #props: IngestStackProps;
  readonly #network: IngestNetwork;
  readonly #cluster: Cluster;
  readonly #publisherNames: PublisherNames;
  readonly #balancer: PublishBalancer;

  constructor(scope: Construct, props: IngestStackProps) {
    super(scope, `Ingest-${props.region}`, `ingest nodes of ${props.region}`, props);
    this.#props = props;
    const { config, names, region, zoneId } = props;
    this.#network = new IngestNetwork(this, 'Network', {
      allowedCidrs: config.ingest.allowedCidrs,
      isCmafTaken: this.#hasMediaLive,
    });
    this.#publisherNames = new PublisherNames(this, 'Names', {
      zoneId,
      domain: names.ingestDomain,
      region,
      hasEncoded: this.#hasMediaLive,
    });
    const { certificate } = this.#publisherNames;
    this.#balancer = new PublishBalancer(this, 'Publish', { network: this.#network, certificate });
    this.#publisherNames.leadTo(this.#balancer.balancer);
    this.#cluster = new Cluster(this, 'Cluster', {
      clusterName: names.cluster,
      vpc: this.#network.vpc,
      containerInsightsV2: ContainerInsights.DISABLED,
    });
    acknowledge(
      this.#cluster,
      'AwsSolutions-ECS4',
      'Nodes tell their own figures; Container Insights costs more than a small node.',
    );
    this.#addNodes();
    if (this.#hasMediaLive) this.#addEncodedNode();
    const { rtmpUrl, rtmpsUrl, srtUrl } = addressesAt(names.ingestDomain);
    for (const [id, value] of [
      ['RtmpUrl', rtmpUrl],
      ['RtmpsUrl', rtmpsUrl],
      ['SrtUrl', srtUrl],
    ] as const) {
      new CfnOutput(this, id, { description: 'What publishers push to', value });
    }
  }

  /** MediaLive is in the deployment's first region alone. */
  get #hasMediaLive(): boolean {
    const { config, region } = this.#props;
    return config.isMediaLiveOn && region === config.aws.regions[0];
  }

  #addNodes(): void {
    const { config, names } = this.#props;
    const { slots, nodesMin, nodesMax, freeSlots } = config.ingest;
    const task = new IngestTask(this, 'Node', this.#taskProps({ slots, isCmafTaken: false }));
    const { service } = new IngestService(this, 'Nodes', {
      cluster: this.#cluster,
      clusterName: names.cluster,
      serviceName: names.ingestService,
      network: this.#network,
      task,
      targets: [
        { group: this.#balancer.rtmpTargets, containerPort: INGEST_PORTS.rtmp, protocol: Protocol.TCP },
        { group: this.#balancer.srtTargets, containerPort: INGEST_PORTS.srt, protocol: Protocol.UDP },
      ],
    });
    const namespace = names.metricNamespace;
    new IngestFigures(this, 'Figures', { logGroup: task.logGroup, namespace });
    const { balancer } = this.#balancer;
    new SlotScaling(this, 'Scaling', { service, balancer, namespace, nodesMin, nodesMax, slots, freeSlots });
    new IngestAlarms(this, 'Watched', { deploymentName: config.name, namespace, nodesMin, nodesMax });
  }

  /** MediaLive pushes each rendition by a connection of its own, and all have to reach the same node: there is one. */
  #addEncodedNode(): void {
    const { config, names } = this.#props;
    const task = new IngestTask(this, 'EncodedNode', {
      ...this.#taskProps({ slots: ENCODED_SLOTS, isCmafTaken: true }),
      ...ENCODED_SIZE,
    });
    const { certificate } = this.#publisherNames;
    const { balancer, targets } = new EncodedBalancer(this, 'EncodedPublish', { network: this.#network, certificate });
    this.#publisherNames.leadEncodedTo(balancer);
    new IngestService(this, 'Encoded', {
      cluster: this.#cluster,
      clusterName: names.cluster,
      serviceName: names.encodedService,
      network: this.#network,
      task,
      targets: [{ group: targets, containerPort: INGEST_PORTS.cmaf, protocol: Protocol.TCP }],
      isAlone: true,
    });
    const namespace = `${names.metricNamespace}/encoded`;
    new IngestFigures(this, 'EncodedFigures', { logGroup: task.logGroup, namespace });
    new EncodedAlarms(this, 'EncodedWatched', { deploymentName: config.name, namespace });
  }

  #taskProps({ slots, isCmafTaken }: { slots: number; isCmafTaken: boolean }): IngestTaskProps {
    const { config, names, nodeTokenArn, bucketKeysArn } = this.#props;
    const { cpus, memoryGb, image, handOverAfterMin, logLevel } = config.ingest;
    const id = isCmafTaken ? 'Encoded' : '';
    return {
      image: nodeImage(this, image),
      cpus,
      memoryGb,
      slots,
      isCmafTaken,
      nodeTokenSecret: regionalSecret(this, `${id}NodeToken`, nodeTokenArn),
      ...(bucketKeysArn !== undefined && {
        bucketKeysSecret: regionalSecret(this, `${id}BucketKeys`, bucketKeysArn),
      }),
      controlUrl: names.controlUrl,
      edgeUrl: names.edgeUrl,
      bucket: this.#bucket(),
      service: `${names.cluster}/${isCmafTaken ? names.encodedService : names.ingestService}`,
      handOverAfterMin,
      logDays: config.observability.logDays,
      logLevel,
      revision: config.revision,
    };
  }

  #bucket(): IngestTaskProps['bucket'] {
    const { config, names } = this.#props;
    if (config.storage.kind === 'r2') return { name: names.bucketName, region: 'auto', endpoint: r2Endpoint(config) };
    // The bucket is where the storage stack is.
    return { name: names.bucketName, region: config.aws.regions[0] ?? this.region };
  }
}

/** Nothing is encoded there: packaging and storing a channel takes a tenth of a CPU. */
const ENCODED_SIZE = { cpus: 2, memoryGb: 4 };
const ENCODED_SLOTS = 16;
