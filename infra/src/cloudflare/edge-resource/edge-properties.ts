import { IngestAddresses } from '@sluice/contracts';
import { z } from 'zod';
import { Hostname } from '../../config/hostname.ts';
import { R2_JURISDICTIONS } from '../api/r2-api.ts';
import { CloudflareId, R2BucketName, SecretArn, YesNo } from '../custom-resource/property-schemas.ts';
import { WorkerConfig } from './worker-config.ts';

const R2Storage = z.strictObject({
  Kind: z.literal('r2'),
  /** It is there (`Custom::SluiceBucket`, or somebody's). */
  BucketName: R2BucketName,
  Jurisdiction: z.enum(R2_JURISDICTIONS).default('default'),
  MediaDomain: Hostname.optional(),
});
export type R2Storage = z.infer<typeof R2Storage>;

const S3Storage = z.strictObject({
  Kind: z.literal('s3'),
  Endpoint: z.url({ protocol: /^https$/ }),
  Region: z.string().min(1),
  BucketName: z.string().min(3).max(63).optional(),
  /** JSON of accessKeyId and secretAccessKey. */
  CredentialsSecretArn: SecretArn,
});
export type S3Storage = z.infer<typeof S3Storage>;

/** Something as JSON: CloudFormation would make text of its numbers and of what is true. */
function jsonOf<OUTPUT>(schema: z.ZodType<OUTPUT>) {
  return z.string().transform((text, context) => {
    const read = schema.safeParse(JSON.parse(text));
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: z.prettifyError(read.error) });
    return z.NEVER;
  });
}

/** What `Custom::SluiceEdge` is told; docs/CLOUDFLARE.md says what comes of it. */
export const EdgeProperties = z.strictObject({
  AccountId: CloudflareId,
  /** Of the zone that the domain is in. Absent: it is looked for by its name. */
  ZoneId: CloudflareId.optional(),
  /** Where viewers and ingest nodes find the edge. */
  Domain: Hostname,
  /** developers.cloudflare.com/workers/platform/limits: 63, as it may be part of a host's name. */
  WorkerName: z.string().regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, 'a Worker is named by 2 to 63 of a-z, 0-9 and -'),
  ApiTokenSecretArn: SecretArn,
  EdgeTokenSecretArn: SecretArn,
  /** Where the secret is JSON: the field of it. */
  EdgeTokenField: z.string().min(1).optional(),
  ControlUrl: z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, '')),
  /** Where publishers push to, for the console to show. */
  IngestAddresses: jsonOf(IngestAddresses).default([]),
  WorkersCache: z.enum(['on', 'off']),
  /** The built Worker, in S3: the code of before stays there, so a rollback finds it. */
  Code: z.strictObject({ Bucket: z.string().min(3), Key: z.string().min(1) }),
  /** See WorkerConfig. */
  Worker: jsonOf(WorkerConfig),
  Storage: z.discriminatedUnion('Kind', [R2Storage, S3Storage]),
  /** More patterns of the zone that lead to the Worker: `live.example.com/tv/*`. */
  Routes: z.array(z.string().min(4).max(1_024)).max(20).default([]),
  /** Whether a Worker of that name that another stack of Sluice made becomes this one's, with its Durable Objects. */
  TakesOver: YesNo.default(false),
  /** Anything. Another one makes the deployment look at its secrets and keys again. */
  Revision: z.string().max(128).optional(),
});
export type EdgeProperties = z.infer<typeof EdgeProperties>;
/** The same with the zone, which was told or found. */
export type ZonedEdgeProperties = EdgeProperties & { readonly ZoneId: string };

/** The bucket's own domain as an origin, where it has one. */
export function mediaBaseUrl({ Storage }: EdgeProperties): string | undefined {
  return Storage.Kind === 'r2' && Storage.MediaDomain !== undefined ? `https://${Storage.MediaDomain}` : undefined;
}
