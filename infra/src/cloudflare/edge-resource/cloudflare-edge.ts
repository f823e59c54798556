import { fileURLToPath } from 'node:url';
import type { IngestAddress } from '@sluice/contracts';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { ArnFormat, CustomResource, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from '../../nag/acknowledge.ts';
import type { R2Jurisdiction } from '../api/r2-api.ts';
import { assertProperties } from '../custom-resource/checked-properties.ts';
import {
  ANSWER_TIMEOUT,
  CustomResourceFunction,
  mayReadSecrets,
  mayUseKeys,
  type SecretReference,
} from '../custom-resource/custom-resource-function.ts';
import { wildcardFinding } from '../custom-resource/nag-finding.ts';
import { EdgeProperties } from './edge-properties.ts';
import { readWorkerConfig } from './wrangler-config.ts';

/** Media in R2, which the edge reads through a binding. */
export interface EdgeR2Storage {
  readonly kind: 'r2';
  /** It is there when this is deployed: CloudflareBucket makes one. */
  readonly bucketName: string;
  /** The bucket's. Absent: none. */
  readonly jurisdiction?: R2Jurisdiction | undefined;
}

/** Media in S3, which the edge reads over HTTP. */
export interface EdgeS3Storage {
  readonly kind: 's3';
  /** `https://s3.eu-west-1.amazonaws.com` */
  readonly endpoint: string;
  readonly region: string;
  /** Absent where the endpoint names it. */
  readonly bucketName?: string | undefined;
  /** JSON of accessKeyId and secretAccessKey; docs/RUNBOOK.md says what they must open. */
  readonly credentialsSecret: SecretReference;
}

export interface CloudflareEdgeProps {
  /** Of Cloudflare: 32 of 0-9 and a-f. */
  readonly accountId: string;
  /** Of the zone that `domain` is in; it cannot change later. Absent: it is found by `domain`, which cannot change then. */
  readonly zoneId?: string | undefined;
  /** Where viewers and ingest nodes find the edge: `live.example.com`. */
  readonly domain: string;
  /** 2 to 63 of a-z, 0-9 and -. It cannot change later. */
  readonly workerName: string;
  /** An API token of Cloudflare, as text; docs/CLOUDFLARE.md says what it must be allowed. */
  readonly apiTokenSecret: SecretReference;
  /** What the edge proves itself to the control API with. */
  readonly edgeTokenSecret: SecretReference;
  /** The field of it, where that secret is JSON. */
  readonly edgeTokenField?: string | undefined;
  /** Of the control API, which must answer when this is deployed: its public keys are read there. */
  readonly controlUrl: string;
  /** Where publishers push to, for the console to show. Absent: it shows none. */
  readonly ingestAddresses?: readonly IngestAddress[] | undefined;
  readonly storage: EdgeR2Storage | EdgeS3Storage;
  /** Of the built Worker: what edge/build.ts's buildWorker resolves with. */
  readonly workerPath: string;
  /** More patterns of the zone that lead to the Worker: `www.example.com/tv/*`. */
  readonly routes?: readonly string[] | undefined;
  /** Whether playlists and media go through Workers Cache (docs/adr/0022, 0027). Absent: no. */
  readonly isWorkersCacheOn?: boolean | undefined;
  /** A domain of the bucket's own in the same zone, from which players take media (docs/RUNBOOK.md). R2 only. */
  readonly mediaDomain?: string | undefined;
  /**
   * Whether the Worker of that name becomes this stack's, where another stack of Sluice made it, whose region is lost. For one
   * deployment: docs/CLOUDFLARE.md, "Another stack takes over". Absent: no; it is refused.
   */
  readonly takesOver?: boolean | undefined;
  /** Anything; another one makes the next deployment read its secrets and the control API's keys again. */
  readonly revision?: string | undefined;
  /** How long the log of what deploys it is kept; one of CloudWatch's numbers. Absent: 90. */
  readonly logDays?: number | undefined;
}

const HANDLER = fileURLToPath(new URL('edge.handler.ts', import.meta.url));
const WRANGLER_CONFIG = fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc'));

/** The edge in Cloudflare, as a part of a stack: Worker and Durable Objects, domains and routes. */
export class CloudflareEdge extends Construct {
  readonly workerName: string;
  /** `https://live.example.com` */
  readonly edgeUrl: string;
  /** Empty where the bucket has no domain of its own. */
  readonly mediaBaseUrl: string;

  constructor(scope: Construct, id: string, props: CloudflareEdgeProps) {
    super(scope, id);
    assertStorage(props);
    const code = new Asset(this, 'Worker', { path: props.workerPath });
    const properties = edgeProperties(props, code);
    assertProperties('CloudflareEdge', EdgeProperties, properties);
    const lambda = new CustomResourceFunction(this, 'Deploy', {
      entry: HANDLER,
      description: 'Sluice: makes, changes and deletes the edge in Cloudflare',
      statements: [...secretStatements(props), mayReadCode(code)],
      logDays: props.logDays,
    });
    acknowledge(
      lambda,
      wildcardFinding(Stack.of(code).resolve(codeArn(code))),
      'Rollback reads the code of the deployment before, which is another file of the same bucket of CDK assets.',
    );
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: lambda.arn,
      serviceTimeout: ANSWER_TIMEOUT,
      resourceType: 'Custom::SluiceEdge',
      properties,
    });
    this.workerName = resource.getAttString('WorkerName');
    this.edgeUrl = resource.getAttString('EdgeUrl');
    this.mediaBaseUrl = resource.getAttString('MediaBaseUrl');
  }
}

function assertStorage({ storage, mediaDomain }: CloudflareEdgeProps): void {
  if (storage.kind === 's3' && mediaDomain !== undefined) {
    throw new Error('CloudflareEdge: mediaDomain is for a bucket in R2');
  }
}

/** As EdgeProperties reads them. CloudFormation makes text of numbers and booleans, so they are text from the beginning. */
function edgeProperties(props: CloudflareEdgeProps, code: Asset) {
  return {
    AccountId: props.accountId,
    ...(props.zoneId !== undefined && { ZoneId: props.zoneId }),
    Domain: props.domain,
    WorkerName: props.workerName,
    ApiTokenSecretArn: props.apiTokenSecret.secretArn,
    EdgeTokenSecretArn: props.edgeTokenSecret.secretArn,
    ...(props.edgeTokenField !== undefined && { EdgeTokenField: props.edgeTokenField }),
    ControlUrl: props.controlUrl,
    ...(props.ingestAddresses !== undefined && { IngestAddresses: JSON.stringify(props.ingestAddresses) }),
    WorkersCache: props.isWorkersCacheOn === true ? 'on' : 'off',
    Code: { Bucket: code.s3BucketName, Key: code.s3ObjectKey },
    Worker: JSON.stringify(readWorkerConfig(WRANGLER_CONFIG)),
    Storage: props.storage.kind === 'r2' ? r2Properties(props, props.storage) : s3Properties(props.storage),
    Routes: props.routes ?? [],
    ...(props.takesOver === true && { TakesOver: 'true' }),
    ...(props.revision !== undefined && { Revision: props.revision }),
  };
}

function r2Properties({ mediaDomain }: CloudflareEdgeProps, { bucketName, jurisdiction }: EdgeR2Storage) {
  return {
    Kind: 'r2',
    BucketName: bucketName,
    ...(jurisdiction !== undefined && { Jurisdiction: jurisdiction }),
    ...(mediaDomain !== undefined && { MediaDomain: mediaDomain }),
  };
}

function s3Properties({ endpoint, region, bucketName, credentialsSecret }: EdgeS3Storage) {
  return {
    Kind: 's3',
    Endpoint: endpoint,
    Region: region,
    ...(bucketName !== undefined && { BucketName: bucketName }),
    CredentialsSecretArn: credentialsSecret.secretArn,
  };
}

function secretStatements({ apiTokenSecret, edgeTokenSecret, storage }: CloudflareEdgeProps): PolicyStatement[] {
  const read = [apiTokenSecret, edgeTokenSecret, ...(storage.kind === 's3' ? [storage.credentialsSecret] : [])];
  return [mayReadSecrets(read), ...mayUseKeys(read)];
}

/**
 * The code of this deployment and of the one before, to which it may have to go back: IAM takes a while to be of one mind
 * everywhere, so a permission that named one file would come too late for either.
 */
function mayReadCode(code: Asset): PolicyStatement {
  return new PolicyStatement({ actions: ['s3:GetObject'], resources: [codeArn(code)] });
}

function codeArn(code: Asset): string {
  return Stack.of(code).formatArn({
    service: 's3',
    region: '',
    account: '',
    resource: code.s3BucketName,
    resourceName: '*.js',
    arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
  });
}
