import { fileURLToPath } from 'node:url';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { ArnFormat, Aws, CustomResource, Fn, Stack, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { R2Jurisdiction, R2LocationHint } from '../api/r2-api.ts';
import { assertProperties } from '../custom-resource/checked-properties.ts';
import {
  ANSWER_TIMEOUT,
  CustomResourceFunction,
  mayPutSecret,
  mayReadSecrets,
  mayUseKeys,
  type SecretReference,
} from '../custom-resource/custom-resource-function.ts';
import { wildcardFinding } from '../custom-resource/nag-finding.ts';
import { EdgeProperties } from './edge-properties.ts';
import { readWorkerConfig } from './wrangler-config.ts';

/** Media in R2. The edge reads it through a binding, ingest nodes write it with credentials that are made for them. */
export interface EdgeR2Storage {
  readonly kind: 'r2';
  /** Where the credentials are put, as JSON of accessKeyId and secretAccessKey. */
  readonly credentialsSecret: SecretReference;
  /**
   * Somebody made the credentials and put them into the secret, and changes them: so the API token needs no permission to
   * make tokens, which is nearly all permissions. Absent: they are made here.
   */
  readonly areCredentialsGiven?: boolean;
  /** A bucket that is there; it is used and left alone. Absent: the stack has one of its own. */
  readonly existingBucketName?: string;
  /** Near the ingest nodes; of no effect on a bucket that is there. Absent: Cloudflare chooses. */
  readonly locationHint?: R2LocationHint;
  /** Where the law wants media to stay. Absent: anywhere. */
  readonly jurisdiction?: R2Jurisdiction;
  /** Whether the stack's own bucket goes with the stack, if nothing lies in it. Absent: it stays. */
  readonly isEmptyBucketRemoved?: boolean;
}

/** Media in S3, which the edge reads over HTTP. */
export interface EdgeS3Storage {
  readonly kind: 's3';
  /** `https://s3.eu-west-1.amazonaws.com` */
  readonly endpoint: string;
  readonly region: string;
  /** Absent where the endpoint names it. */
  readonly bucketName?: string;
  /** JSON of accessKeyId and secretAccessKey; docs/RUNBOOK.md says what they must open. */
  readonly credentialsSecret: SecretReference;
}

export interface CloudflareEdgeProps {
  /** Of Cloudflare: 32 of 0-9 and a-f. */
  readonly accountId: string;
  /** Of the zone that `domain` is in. */
  readonly zoneId: string;
  /** Where viewers and ingest nodes find the edge: `live.example.com`. */
  readonly domain: string;
  /** Of the deployment: 1 to 32 of a-z, 0-9 and -. */
  readonly deployment: string;
  /** Of the Worker. Absent: `sluice-{deployment}`. It cannot change later. */
  readonly workerName?: string;
  /** An API token of Cloudflare, as text; docs/CLOUDFLARE.md says what it must be allowed. */
  readonly apiTokenSecret: SecretReference;
  /** What the edge proves itself to the control API with. */
  readonly edgeTokenSecret: SecretReference;
  /** The field of it, where that secret is JSON. */
  readonly edgeTokenField?: string;
  /** Of the control API, which must answer when this is deployed: its public keys are read there. */
  readonly controlUrl: string;
  readonly storage: EdgeR2Storage | EdgeS3Storage;
  /** Of the built Worker: what edge/build.ts's buildWorker resolves with. */
  readonly workerPath: string;
  /** More patterns of the zone that lead to the Worker: `www.example.com/tv/*`. */
  readonly routes?: readonly string[];
  /** Whether playlists and media go through Workers Cache (docs/adr/0022, 0027). Absent: no. */
  readonly isWorkersCacheOn?: boolean;
  /** A domain of the bucket's own in the same zone, from which players take media (docs/RUNBOOK.md). R2 only. */
  readonly mediaDomain?: string;
  /** Days after which media is deleted. Absent: never. In the stack's own bucket only. */
  readonly mediaDaysMax?: number;
  /** Anything; another one makes the next deployment read its secrets and the control API's keys again. */
  readonly revision?: string;
  /** What the own bucket's name is made unique by, if not by this stack: the id of another stack, which must not change. */
  readonly bucketStackId?: string;
}

const HANDLER = fileURLToPath(new URL('edge.handler.ts', import.meta.url));
const WRANGLER_CONFIG = fileURLToPath(import.meta.resolve('@sluice/edge/wrangler.jsonc'));
/** Of a UUID's blocks; one more would be too long for a name that people read. */
const FIRST_BLOCK = 0;

/** The edge in Cloudflare, as a part of a stack: bucket and credentials, Worker and Durable Objects, domains and routes. */
export class CloudflareEdge extends Construct {
  readonly workerName: string;
  /** `https://live.example.com` */
  readonly edgeUrl: string;
  readonly bucketName: string;
  /** Of the bucket's S3 API. */
  readonly s3Endpoint: string;
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
    });
    acknowledge(lambda, code);
    const resource = new CustomResource(this, 'Resource', {
      serviceToken: lambda.arn,
      serviceTimeout: ANSWER_TIMEOUT,
      resourceType: 'Custom::SluiceEdge',
      properties,
    });
    this.workerName = resource.getAttString('WorkerName');
    this.edgeUrl = resource.getAttString('EdgeUrl');
    this.bucketName = resource.getAttString('BucketName');
    this.s3Endpoint = resource.getAttString('S3Endpoint');
    this.mediaBaseUrl = resource.getAttString('MediaBaseUrl');
  }

  /**
   * What the own bucket of a deployment is called: for stacks that must know before this one is there. `stackId` is
   * `Aws.STACK_ID` of the stack of the edge, or what `bucketStackId` says.
   */
  static ownBucketName(deployment: string, stackId: string = Aws.STACK_ID): string {
    // arn:aws:cloudformation:{region}:{account}:stack/{name}/{UUID}
    const uuid = Fn.select(2, Fn.split('/', stackId));
    return `sluice-${deployment}-${Fn.select(FIRST_BLOCK, Fn.split('-', uuid))}`;
  }
}

function assertStorage({ storage, mediaDomain, mediaDaysMax }: CloudflareEdgeProps): void {
  if (storage.kind === 's3' && (mediaDomain !== undefined || mediaDaysMax !== undefined)) {
    throw new Error('CloudflareEdge: mediaDomain and mediaDaysMax are for a bucket in R2; one in S3 is not made here');
  }
  if (storage.kind === 'r2' && storage.existingBucketName !== undefined && mediaDaysMax !== undefined) {
    throw new Error(
      'CloudflareEdge: mediaDaysMax is for a bucket of the stack’s own, not for one that is there already',
    );
  }
}

/** As EdgeProperties reads them. CloudFormation makes text of numbers and booleans, so they are text from the beginning. */
function edgeProperties(props: CloudflareEdgeProps, code: Asset) {
  return {
    AccountId: props.accountId,
    ZoneId: props.zoneId,
    Domain: props.domain,
    Deployment: props.deployment,
    WorkerName: props.workerName ?? `sluice-${props.deployment}`,
    ApiTokenSecretArn: props.apiTokenSecret.secretArn,
    EdgeTokenSecretArn: props.edgeTokenSecret.secretArn,
    ...(props.edgeTokenField !== undefined && { EdgeTokenField: props.edgeTokenField }),
    ControlUrl: props.controlUrl,
    WorkersCache: props.isWorkersCacheOn === true ? 'on' : 'off',
    Code: { Bucket: code.s3BucketName, Key: code.s3ObjectKey },
    Worker: JSON.stringify(readWorkerConfig(WRANGLER_CONFIG)),
    Storage: props.storage.kind === 'r2' ? r2Properties(props, props.storage) : s3Properties(props.storage),
    Routes: props.routes ?? [],
    ...(props.revision !== undefined && { Revision: props.revision }),
  };
}

function r2Properties(props: CloudflareEdgeProps, storage: EdgeR2Storage) {
  const { existingBucketName, locationHint, jurisdiction, isEmptyBucketRemoved, credentialsSecret } = storage;
  const { areCredentialsGiven = false } = storage;
  return {
    Kind: 'r2',
    BucketName: existingBucketName ?? CloudflareEdge.ownBucketName(props.deployment, props.bucketStackId),
    IsBucketOurs: String(existingBucketName === undefined),
    CredentialsSecretArn: credentialsSecret.secretArn,
    AreCredentialsOurs: String(!areCredentialsGiven),
    ...(jurisdiction !== undefined && { Jurisdiction: jurisdiction }),
    ...(locationHint !== undefined && { LocationHint: locationHint }),
    ...(isEmptyBucketRemoved === true && { IsEmptyBucketRemoved: 'true' }),
    ...(props.mediaDaysMax !== undefined && { MediaDaysMax: String(props.mediaDaysMax) }),
    ...(props.mediaDomain !== undefined && { MediaDomain: props.mediaDomain }),
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
  const { credentialsSecret } = storage;
  const read = [apiTokenSecret, edgeTokenSecret, credentialsSecret];
  const written = storage.kind === 'r2' && storage.areCredentialsGiven !== true ? [credentialsSecret] : [];
  return [mayReadSecrets(read), ...written.map(mayPutSecret), ...mayUseKeys(read, written)];
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

function acknowledge(lambda: CustomResourceFunction, code: Asset): void {
  Validations.of(lambda).acknowledge({
    id: wildcardFinding(Stack.of(code).resolve(codeArn(code))),
    reason: 'Rollback reads the code of the deployment before, which is another file of the same bucket of CDK assets.',
  });
}
