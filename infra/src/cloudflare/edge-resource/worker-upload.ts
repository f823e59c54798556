import type { EdgeProperties } from './edge-properties.ts';
import { mediaBaseUrl } from './edge-properties.ts';
import type { MigrationUpload } from './migrations.ts';

/** A binding as an upload names it (developers.cloudflare.com/workers/configuration/multipart-upload-metadata). */
export type UploadedBinding =
  | { readonly type: 'plain_text' | 'secret_text'; readonly name: string; readonly text: string }
  | { readonly type: 'durable_object_namespace'; readonly name: string; readonly class_name: string }
  | { readonly type: 'r2_bucket'; readonly name: string; readonly bucket_name: string; readonly jurisdiction?: string };

/** What the deployment knows and wrangler.jsonc cannot. Secret. */
export interface UploadSecrets {
  readonly edgeToken: string;
  /** The control API's public keys, as JSON. Not secret. */
  readonly controlJwks: string;
  /** Of a bucket in S3. */
  readonly s3Credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface WorkerUpload {
  readonly properties: EdgeProperties;
  readonly secrets: UploadSecrets;
  readonly code: Uint8Array<ArrayBuffer>;
  readonly migrations: MigrationUpload | undefined;
  /** What the Worker is known by: see tagsOfOurs. */
  readonly tags: readonly string[];
}

const MAIN_MODULE = 'worker.js';
/** The binding of the bucket, of which wrangler.jsonc knows a local name only. */
const MEDIA_BINDING = 'MEDIA';

/** The whole Worker, as one request brings it. */
export function uploadForm(upload: WorkerUpload): FormData {
  const form = new FormData();
  form.set('metadata', JSON.stringify(uploadMetadata(upload)));
  form.set(MAIN_MODULE, new File([upload.code], MAIN_MODULE, { type: 'application/javascript+module' }));
  return form;
}

function uploadMetadata(upload: WorkerUpload) {
  const { Worker: config } = upload.properties;
  return {
    main_module: MAIN_MODULE,
    bindings: uploadBindings(upload),
    compatibility_date: config.compatibility_date,
    compatibility_flags: config.compatibility_flags,
    ...(upload.migrations && { migrations: upload.migrations }),
    code_update_strategy: config.durable_objects.code_update_strategy,
    ...(config.exports && { exports: config.exports }),
    ...(config.limits && { limits: config.limits }),
    observability: config.observability,
    // What is not named here is not kept: `keep_bindings` is absent, so a secret that left the configuration is gone.
    tags: upload.tags,
  };
}

function uploadBindings({ properties, secrets }: WorkerUpload): UploadedBinding[] {
  const { Worker: config, Storage } = properties;
  const variables = { ...config.vars, ...deploymentVariables(properties, secrets) };
  const buckets = Storage.Kind === 'r2' ? config.r2_buckets : [];
  return [
    ...Object.entries(variables).map(([name, text]) => ({ type: 'plain_text' as const, name, text })),
    ...config.durable_objects.bindings.map(({ name, class_name }) => {
      return { type: 'durable_object_namespace' as const, name, class_name };
    }),
    ...buckets.map(({ binding }) => bucketBinding(properties, binding)),
    ...Object.entries(deploymentSecrets(properties, secrets)).map(([name, text]) => {
      return { type: 'secret_text' as const, name, text };
    }),
  ];
}

/** By edge/src/environment.ts. */
function deploymentVariables(properties: EdgeProperties, { controlJwks }: UploadSecrets): Record<string, string> {
  const { Storage } = properties;
  const baseUrl = mediaBaseUrl(properties);
  return {
    CONTROL_URL: properties.ControlUrl,
    CONTROL_JWKS: controlJwks,
    INGEST_ADDRESSES: JSON.stringify(properties.IngestAddresses),
    WORKERS_CACHE: properties.WorkersCache,
    ...(baseUrl !== undefined && { MEDIA_BASE_URL: baseUrl }),
    ...(Storage.Kind === 's3' && {
      MEDIA_S3_ENDPOINT: Storage.Endpoint,
      MEDIA_S3_REGION: Storage.Region,
      ...(Storage.BucketName !== undefined && { MEDIA_S3_BUCKET: Storage.BucketName }),
    }),
  };
}

function deploymentSecrets(
  { Storage }: EdgeProperties,
  { edgeToken, s3Credentials }: UploadSecrets,
): Record<string, string> {
  return {
    EDGE_TOKEN: edgeToken,
    ...(Storage.Kind === 's3' &&
      s3Credentials && {
        MEDIA_S3_ACCESS_KEY_ID: s3Credentials.accessKeyId,
        MEDIA_S3_SECRET_ACCESS_KEY: s3Credentials.secretAccessKey,
      }),
  };
}

function bucketBinding({ Storage }: EdgeProperties, binding: string): UploadedBinding {
  if (Storage.Kind !== 'r2' || binding !== MEDIA_BINDING) {
    throw new Error(`wrangler.jsonc binds a bucket that the deployment does not have: ${binding}`);
  }
  const { BucketName, Jurisdiction } = Storage;
  return {
    type: 'r2_bucket',
    name: binding,
    bucket_name: BucketName,
    ...(Jurisdiction !== 'default' && { jurisdiction: Jurisdiction }),
  };
}
