import { z } from 'zod';

const Binding = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['plain_text', 'secret_text']), name: z.string().min(1), text: z.string() }),
  z.strictObject({ type: z.literal('durable_object_namespace'), name: z.string().min(1), class_name: z.string() }),
  z.strictObject({
    type: z.literal('r2_bucket'),
    name: z.string().min(1),
    bucket_name: z.string(),
    jurisdiction: z.enum(['eu', 'us', 'fedramp']).optional(),
  }),
]);
const Step = z.strictObject({
  new_sqlite_classes: z.array(z.string()).optional(),
  renamed_classes: z.array(z.strictObject({ from: z.string(), to: z.string() })).optional(),
  deleted_classes: z.array(z.string()).optional(),
});

/**
 * `metadata` of an upload, as Cloudflare's OpenAPI has it (the types of cloudflare-typescript 7.3.0, ScriptUpdateParams), as
 * far as our Worker and wrangler use it; `code_update_strategy` is as wrangler 4.164 sends it.
 */
export const UploadedMetadata = z.strictObject({
  main_module: z.string().min(1),
  bindings: z.array(Binding),
  compatibility_date: z.iso.date(),
  compatibility_flags: z.array(z.string()),
  migrations: z
    .strictObject({ old_tag: z.string().optional(), new_tag: z.string(), steps: z.array(Step).min(1) })
    .optional(),
  code_update_strategy: z
    .strictObject({ mode: z.enum(['immediate', 'deferred']), max_delay: z.int().max(300).optional() })
    .optional(),
  exports: z
    .record(z.string(), z.strictObject({ type: z.literal('worker'), cache: z.strictObject({ enabled: z.boolean() }) }))
    .optional(),
  keep_bindings: z.array(z.enum(['plain_text', 'json', 'secret_text', 'secret_key'])).optional(),
  limits: z.strictObject({ subrequests: z.int(), cpu_ms: z.int().max(300_000) }).optional(),
  observability: z.strictObject({ logs: z.strictObject({ enabled: z.boolean(), invocation_logs: z.boolean() }) }),
  tags: z
    .array(z.string().regex(/^[^,&]+$/))
    .max(8)
    .optional(),
  package_dependencies: z.array(z.record(z.string(), z.string())).optional(),
});
export type UploadedMetadata = z.infer<typeof UploadedMetadata>;
