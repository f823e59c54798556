import type { UploadedMetadata } from '@sluice/infra/worker-metadata';
import type { BucketCredentials } from './edge-runtime.ts';

/** A Worker as one request brought it to Cloudflare. Its secrets are in it. */
export interface UploadedWorker {
  readonly metadata: UploadedMetadata;
  readonly code: string;
}

/**
 * The Worker as Cloudflare would run it, in Miniflare's words: made of nothing but what was uploaded. The keys of its
 * buckets' S3 endpoint are not Cloudflare's, so they come from here.
 */
export function workerOf({ metadata, code }: UploadedWorker, credentials: BucketCredentials) {
  const { bindings, migrations } = metadata;
  const sqliteClasses = new Set(migrations?.steps.flatMap((step) => step.new_sqlite_classes ?? []));
  return {
    modules: [esModule(metadata.main_module, code)],
    compatibilityDate: metadata.compatibility_date,
    compatibilityFlags: metadata.compatibility_flags,
    durableObjects: Object.fromEntries(
      bindings.flatMap((binding) => {
        if (binding.type !== 'durable_object_namespace') return [];
        const useSQLite = sqliteClasses.has(binding.class_name);
        return [[binding.name, { className: binding.class_name, useSQLite }]];
      }),
    ),
    r2Buckets: Object.fromEntries(
      bindings.flatMap((binding) => {
        return binding.type === 'r2_bucket'
          ? [[binding.name, { id: binding.bucket_name, s3Credentials: credentials }]]
          : [];
      }),
    ),
    bindings: Object.fromEntries(
      bindings.flatMap((binding) => {
        return binding.type === 'plain_text' || binding.type === 'secret_text' ? [[binding.name, binding.text]] : [];
      }),
    ),
  };
}

/** A module as Miniflare wants it. */
export function esModule(path: string, contents: string) {
  return { type: 'ESModule', path, contents } as const;
}
