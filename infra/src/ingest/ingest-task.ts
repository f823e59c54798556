import {
  AwsLogDriver,
  AwsLogDriverMode,
  Capability,
  type ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  OperatingSystemFamily,
  Protocol,
  Secret as TaskSecret,
} from 'aws-cdk-lib/aws-ecs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeWildcard } from '../nag/acknowledge.ts';
import { logRetention } from '../observability/log-retention.ts';
import { INGEST_PORTS } from './ingest-ports.ts';
import { DRAIN } from './node-life.ts';

export interface IngestTaskProps {
  readonly image: ContainerImage;
  readonly cpus: number;
  readonly memoryGb: number;
  /** Broadcasts at once. */
  readonly slots: number;
  readonly nodeTokenSecret: ISecret;
  /** The bucket's key, where the control API lends none: JSON of accessKeyId and secretAccessKey. */
  readonly bucketKeysSecret?: ISecret;
  readonly controlUrl: string;
  readonly edgeUrl: string;
  readonly bucket: { readonly name: string; readonly region: string; readonly endpoint?: string };
  /** Whether it takes CMAF as well. */
  readonly isCmafTaken: boolean;
  /** What it is a task of, as text: `CLUSTER/SERVICE`. */
  readonly service: string;
  readonly handOverAfterMin: number;
  readonly logDays: number;
  readonly logLevel: string;
  /** Nodes of another one are replaced, though nothing else has changed. */
  readonly revision: number;
}

/** vCPUs are counted in these. */
const CPU_UNITS = 1_024;
const MIB_PER_GB = 1_024;
/** Log lines wait here while CloudWatch is away; then the oldest are dropped, and the node goes on. */
const LOG_BUFFER = Size.mebibytes(16);

/**
 * One ingest node as a task: it can read its own token and write its log, and nothing else in AWS. Keys to the bucket are
 * lent to it by the control API, one channel at a time.
 */
export class IngestTask extends Construct {
  readonly definition: FargateTaskDefinition;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: IngestTaskProps) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', {
      retention: logRetention(props.logDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.definition = new FargateTaskDefinition(this, 'Definition', {
      cpu: props.cpus * CPU_UNITS,
      memoryLimitMiB: props.memoryGb * MIB_PER_GB,
      runtimePlatform: { cpuArchitecture: CpuArchitecture.ARM64, operatingSystemFamily: OperatingSystemFamily.LINUX },
    });
    this.definition.addContainer('node', {
      image: props.image,
      essential: true,
      // The image writes nowhere and needs no privilege (docs/IMAGE.md).
      readonlyRootFilesystem: true,
      linuxParameters: this.#withoutCapabilities(),
      stopTimeout: DRAIN,
      secrets: secretsOf(props),
      environment: environmentOf(props),
      portMappings: portMappings(props.isCmafTaken),
      healthCheck: {
        command: ['CMD', 'node', 'ingest-node/src/operations/health-check.ts'],
        interval: Duration.seconds(30),
        timeout: Duration.seconds(5),
        startPeriod: Duration.seconds(30),
      },
      logging: new AwsLogDriver({
        logGroup: this.logGroup,
        streamPrefix: 'node',
        mode: AwsLogDriverMode.NON_BLOCKING,
        maxBufferSize: LOG_BUFFER,
      }),
    });
    acknowledge(
      this.definition,
      'AwsSolutions-ECS2',
      'What stands there is public; secrets come from Secrets Manager.',
    );
    acknowledgeWildcard(
      this.definition,
      'Resource::*',
      'ecr:GetAuthorizationToken knows no resources (AWS, "Actions for ECR").',
    );
  }

  #withoutCapabilities(): LinuxParameters {
    const parameters = new LinuxParameters(this, 'Linux');
    parameters.dropCapabilities(Capability.ALL);
    return parameters;
  }
}

function environmentOf(props: IngestTaskProps): Record<string, string> {
  const { bucket } = props;
  return {
    SLUICE_HOST: '0.0.0.0',
    SLUICE_CONTROL_URL: props.controlUrl,
    SLUICE_EDGE_URL: props.edgeUrl,
    SLUICE_BUCKET: bucket.name,
    SLUICE_S3_REGION: bucket.region,
    ...(bucket.endpoint === undefined ? {} : { SLUICE_S3_ENDPOINT: bucket.endpoint }),
    SLUICE_BROADCASTS_MAX: String(props.slots),
    SLUICE_TRANSCODE_CPUS: String(props.cpus),
    SLUICE_ECS_SERVICE: props.service,
    SLUICE_HAND_OVER_AFTER_MIN: String(props.handOverAfterMin),
    SLUICE_LOG_LEVEL: props.logLevel,
    SLUICE_REVISION: String(props.revision),
    ...(props.isCmafTaken ? { SLUICE_CMAF_PORT: String(INGEST_PORTS.cmaf) } : {}),
  };
}

function secretsOf({ nodeTokenSecret, bucketKeysSecret: keys }: IngestTaskProps): Record<string, TaskSecret> {
  const token = { SLUICE_NODE_TOKEN: TaskSecret.fromSecretsManager(nodeTokenSecret) };
  if (keys === undefined) return token;
  return {
    ...token,
    SLUICE_S3_ACCESS_KEY_ID: TaskSecret.fromSecretsManager(keys, 'accessKeyId'),
    SLUICE_S3_SECRET_ACCESS_KEY: TaskSecret.fromSecretsManager(keys, 'secretAccessKey'),
  };
}

function portMappings(isCmafTaken: boolean) {
  const mappings = [
    { containerPort: INGEST_PORTS.rtmp, protocol: Protocol.TCP },
    { containerPort: INGEST_PORTS.srt, protocol: Protocol.UDP },
    { containerPort: INGEST_PORTS.operations, protocol: Protocol.TCP },
  ];
  return isCmafTaken ? [...mappings, { containerPort: INGEST_PORTS.cmaf, protocol: Protocol.TCP }] : mappings;
}
