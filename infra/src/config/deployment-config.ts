import { z } from 'zod';
import { R2_JURISDICTIONS, R2_LOCATION_HINTS } from '../cloudflare/api/r2-api.ts';
import { fargateSizeProblem } from './fargate-size.ts';
import { Hostname } from './hostname.ts';
import { isAwsRegion } from './places.ts';

/** Ten years: whoever wants to keep media longer leaves the setting out and keeps it for ever. */
const MEDIA_DAYS_MAX = 3_650;
/** An NLB takes 500 targets; a service of a thousand nodes is another design. */
const NODES_MAX = 500;
/** Further regions cost a load balancer each, and nobody has more publishers than this is near to. */
const REGIONS_MAX = 8;
const EMAILS_MAX = 10;
const NOBODY = /^0+$/;
const NO_ZONE =
  'the zone’s id: 32 of 0-9 and a-f, on the zone’s overview page; without it the zone is found by its name';

const Email = z.email('an e-mail address');
const Emails = z.array(Email).max(EMAILS_MAX);
const Cidr = z.cidrv4('a block of IPv4 addresses such as 203.0.113.0/24');
const SecretName = z
  .string()
  .regex(/^[\w/+=.@-]{1,200}$/, 'the name of a secret in AWS Secrets Manager: letters, digits and /_+=.@-')
  // The last seven characters of such a name are taken for the random end of an ARN.
  .refine(
    (name) => !/-[A-Za-z0-9]{6}$/.test(name),
    'another name: one that ends with - and six characters is ambiguous',
  );
const MediaDaysMax = z
  .int()
  .min(1)
  .max(MEDIA_DAYS_MAX, `days from 1 to ${MEDIA_DAYS_MAX}; leave it out to keep media for ever`)
  .optional();
const BucketName = z.string().regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 'a name of 3 to 63 of a-z, 0-9 and -');

const R2Storage = z.strictObject({
  kind: z.literal('r2'),
  /** `sluice-{name}-media` if absent. One that exists is used as it is found. */
  bucketName: BucketName.optional(),
  /** Its settings are left alone: it is of somebody else. */
  isExistingBucket: z.boolean().default(false),
  /** Where Cloudflare puts a new bucket; near the first region, if absent. */
  locationHint: z.enum(R2_LOCATION_HINTS).optional(),
  /** Data stays there by law. Cannot be changed later. */
  jurisdiction: z.enum(R2_JURISDICTIONS).exclude(['default']).optional(),
  mediaDaysMax: MediaDaysMax,
  /**
   * What nodes store media with. `channel`: what the control API signs for one channel each (ADR 0044), which R2 documents and
   * this project has not tried on R2 itself. `node`: the bucket's own key, in every node.
   */
  credentialsOf: z.enum(['channel', 'node']).default('channel'),
  /**
   * A secret of yours in the first region with the bucket's key, as JSON of accessKeyId and secretAccessKey: then Cloudflare's
   * token needs no permission to make tokens, which is nearly every permission. Absent: a key is made.
   */
  credentialsSecretName: SecretName.optional(),
  /** A domain of the bucket's own that LL-HLS players fetch public media from, at no cost. Absent: the Worker serves it all. */
  mediaDomain: Hostname.optional(),
});

const S3Storage = z.strictObject({
  kind: z.literal('s3'),
  /** Made in the first region; `sluice-{name}-media-{account}` if absent. */
  bucketName: BucketName.optional(),
  /** It is there already: nothing is made, and its settings are left alone. */
  isExistingBucket: z.boolean().default(false),
  mediaDaysMax: MediaDaysMax,
});

const Edge = z.strictObject({
  /** `wrangler`: the stacks make no Worker; docs/CLOUDFLARE.md says how it is deployed then. */
  deployedBy: z.enum(['cdk', 'wrangler']).default('cdk'),
  /** `sluice-{name}` if absent. */
  workerName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,53}$/, 'a Worker’s name: up to 54 of a-z, 0-9 and -')
    .optional(),
  /** Further patterns in the zone that lead to the Worker: `example.com/live/*`. */
  routes: z
    .array(z.string().regex(/^[^\s?#]+\/\*?\S*$/, 'a route such as example.com/live/*'))
    .max(16)
    .default([]),
  /** Cloudflare's Workers Cache in front: fewer calls to objects, and each request is billed twice (ADR 0022, 0027). */
  isWorkersCacheOn: z.boolean().default(false),
});

const Ingest = z
  .strictObject({
    /** What publishers push to, `ingest.{domain}` if absent; each region is there too, as `{region}.ingest.{domain}`. */
    domain: Hostname.optional(),
    /** Of one node. A 1080p30 source with four renditions wants about two. */
    cpus: z.int().default(4),
    memoryGb: z.int().default(8),
    /** Broadcasts that a node of this size transcodes at once. */
    slots: z.int().min(1).max(64).default(2),
    /** Nodes of a region that run although nobody publishes. 0: the first publisher waits for about two minutes. */
    nodesMin: z.int().min(0).max(NODES_MAX).default(1),
    nodesMax: z.int().min(1).max(NODES_MAX).default(10),
    /** Slots of a region that are kept free for whoever comes next, while somebody publishes or nodesMin is above 0. At least 1: without
     * it nothing would say that the next node is wanted. */
    freeSlots: z.int().min(1).max(NODES_MAX).default(1),
    /** How long a broadcast on a node of an earlier deployment is left alone before its publisher is moved to a new one. */
    handOverAfterMin: z.int().min(1).max(150).default(60),
    /** Who may publish at all; everybody if absent. */
    allowedCidrs: z.array(Cidr).min(1).max(50).default(['0.0.0.0/0']),
    /** An image in a registry that the account can pull. Absent: built from ingest-node/Dockerfile at deploy time, which needs Docker. */
    image: z.string().min(1).max(512).optional(),
    logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  })
  .check((context) => {
    const { cpus, memoryGb, nodesMin, nodesMax, slots, freeSlots } = context.value;
    const refuse = (path: string, message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [path], message });
    const size = fargateSizeProblem(cpus, memoryGb);
    if (size !== undefined) refuse('memoryGb', size);
    if (nodesMax < Math.max(nodesMin, 1)) refuse('nodesMax', `at least nodesMin, which is ${nodesMin}`);
    if (freeSlots >= nodesMax * slots) {
      refuse(
        'freeSlots',
        `fewer than all slots, of which ${nodesMax} nodes with ${slots} each have ${nodesMax * slots}`,
      );
    }
  });

const Control = z.strictObject({
  /** `control.{domain}` if absent. */
  domain: Hostname.optional(),
  /** Requests a second that the API takes of everybody together; more are answered 429. */
  requestsPerSMax: z.int().min(1).max(10_000).default(200),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});

const Observability = z.strictObject({
  /** Whom alarms and the budget write to; each gets a mail to confirm. */
  emails: Emails.default([]),
  /** CloudWatch knows these and no others in between. */
  logDays: z
    .union(
      [
        z.literal(1),
        z.literal(3),
        z.literal(7),
        z.literal(14),
        z.literal(30),
        z.literal(90),
        z.literal(180),
        z.literal(365),
      ],
      'one of 1, 3, 7, 14, 30, 90, 180, 365',
    )
    .default(30),
  /** AWS's bill of a month, in dollars: a mail at 80 % of it, and when it is going to be more. Needs emails. */
  monthlyBudgetUsd: z.number().positive().max(10_000_000).optional(),
});

const GithubId = z.string().regex(/^[1-9][0-9]{0,18}$/, 'the number that GitHub gave to it, as text');

const Github = z.strictObject({
  /** Whose workflow may deploy. */
  repository: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, 'the repository, as owner/name'),
  /** Needed where the repository was made, renamed or moved after 15 July 2026. */
  ids: z.strictObject({ owner: GithubId, repository: GithubId }).optional(),
  environment: z.string().min(1).default('production'),
  branch: z.string().min(1).default('main'),
  /** Where the account knows GitHub's tokens already. */
  providerArn: z.string().startsWith('arn:').optional(),
});

/** What a team says of its deployment. docs/DEPLOY.md explains each. */
export const DeploymentConfig = z
  .strictObject({
    /** Tells deployments of one account apart: it is in the name of every stack and of everything that has one. */
    name: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/, 'up to 16 of a-z, 0-9 and -, the first one a letter'),
    /** Where viewers watch. Its zone is on Cloudflare. */
    domain: Hostname,
    aws: z.strictObject({
      accountId: z
        .string()
        .regex(/^\d{12}$/, 'the 12 digits of your AWS account, as text')
        .refine((id) => !NOBODY.test(id), 'the 12 digits of your AWS account, as text'),
      /** Where publishers find a node near them. The first one has the control API as well. */
      regions: z
        .array(z.string())
        .min(1, 'at least one region')
        .max(REGIONS_MAX, `at most ${REGIONS_MAX} regions`)
        .refine((regions) => new Set(regions).size === regions.length, 'each region once'),
    }),
    cloudflare: z.strictObject({
      accountId: z
        .string()
        .regex(/^[0-9a-f]{32}$/, 'the id of your Cloudflare account: 32 of 0-9 and a-f')
        .refine((id) => !NOBODY.test(id), 'the id of your Cloudflare account: 32 of 0-9 and a-f'),
      zoneId: z
        .string()
        .regex(/^[0-9a-f]{32}$/, NO_ZONE)
        .optional(),
      /** Of the secret in the first region that holds the API token (docs/CLOUDFLARE.md). */
      apiTokenSecretName: SecretName.default('sluice/cloudflare-api-token'),
      /** What another stack of Sluice made in Cloudflare becomes this one's. For one deployment: docs/DISASTERS.md. */
      isTakenOver: z.boolean().default(false),
    }),
    storage: z.discriminatedUnion('kind', [R2Storage, S3Storage], 'r2 or s3').prefault({ kind: 'r2' }),
    edge: Edge.prefault({}),
    ingest: Ingest.prefault({}),
    control: Control.prefault({}),
    observability: Observability.prefault({}),
    /** AWS Elemental MediaLive for channels that ask for it: roles, and one more node that takes what it encodes. */
    isMediaLiveOn: z.boolean().default(false),
    /** For docs/DEPLOY-FROM-GITHUB.md. */
    github: Github.optional(),
    /** One more than before: functions, Worker and nodes are deployed anew and read their secrets, though nothing else has changed. */
    revision: z.int().min(1).max(1_000_000).default(1),
    /** On everything in AWS, beside `sluice:deployment`. */
    tags: z.record(z.string().min(1).max(128), z.string().max(256)).default({}),
  })
  .check((context) => {
    const { value } = context;
    const refuse = (path: PropertyKey[], message: string) =>
      context.issues.push({ code: 'custom', input: value, path, message });
    for (const [index, region] of value.aws.regions.entries()) {
      if (!isAwsRegion(region)) refuse(['aws', 'regions', index], `${JSON.stringify(region)} is no region of AWS`);
    }
    for (const [part, name] of [
      ['control', value.control.domain],
      ['ingest', value.ingest.domain],
    ] as const) {
      if (name === value.domain) refuse([part, 'domain'], `another name than ${value.domain}, which is the edge’s`);
    }
    if (value.storage.isExistingBucket && value.storage.bucketName === undefined) {
      refuse(['storage', 'bucketName'], 'its name, for isExistingBucket says that the bucket is there');
    }
    if (value.storage.isExistingBucket && value.storage.mediaDaysMax !== undefined) {
      refuse(['storage', 'mediaDaysMax'], 'nothing: with isExistingBucket the bucket’s own rules stay as they are');
    }
    if (
      value.storage.kind === 'r2' &&
      value.storage.mediaDomain !== undefined &&
      value.edge.deployedBy === 'wrangler'
    ) {
      refuse(['storage', 'mediaDomain'], 'nothing: with edge.deployedBy wrangler nobody would make that domain');
    }
    if (value.observability.monthlyBudgetUsd !== undefined && value.observability.emails.length === 0) {
      refuse(['observability', 'emails'], 'at least one address, for the budget has to write to somebody');
    }
  });
export type DeploymentConfig = z.infer<typeof DeploymentConfig>;
/** The same as it is written down, with whatever has a default left out. */
export type DeploymentConfigInput = z.input<typeof DeploymentConfig>;

/** For `sluice.config.ts`: the editor knows what can be said. It is checked when it is read. */
export function defineDeployment(config: DeploymentConfigInput): DeploymentConfigInput {
  return config;
}
