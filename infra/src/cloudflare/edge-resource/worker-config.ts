import { z } from 'zod';

const Migration = z.strictObject({
  tag: z.string().min(1),
  new_sqlite_classes: z.array(z.string()).optional(),
  renamed_classes: z.array(z.strictObject({ from: z.string(), to: z.string() })).optional(),
  deleted_classes: z.array(z.string()).optional(),
});
export type Migration = z.infer<typeof Migration>;

const Binding = z.strictObject({ name: z.string().min(1), class_name: z.string().min(1) });
const DurableObjects = z.strictObject({
  bindings: z.array(Binding),
  code_update_strategy: z.strictObject({ mode: z.enum(['immediate', 'deferred']), max_delay: z.int().optional() }),
});
const Exports = z.record(
  z.string(),
  z.strictObject({ type: z.literal('worker'), cache: z.strictObject({ enabled: z.boolean() }) }),
);

/** By which local mode lets its own machine's pages call the control API without a token (docs/adr/0052). */
const LOCAL_ALONE = ['CONSOLE_ACCESS', 'CONSOLE_TOKEN'];
const Vars = z
  .record(z.string(), z.string())
  .refine((vars) => !LOCAL_ALONE.some((name) => name in vars), `${LOCAL_ALONE.join(' and ')} are for local mode alone`);

/**
 * edge/wrangler.jsonc, the one source of what the Worker is deployed with, as far as it goes today. Strict: whoever adds
 * something there that this deployment does not know is told at synth, not by a Worker that lacks it.
 */
export const WorkerConfig = z.strictObject({
  compatibility_date: z.iso.date(),
  compatibility_flags: z.array(z.string()).default([]),
  limits: z.strictObject({ subrequests: z.int().positive(), cpu_ms: z.int().positive() }).optional(),
  durable_objects: DurableObjects,
  migrations: z.array(Migration).min(1),
  exports: Exports.optional(),
  r2_buckets: z.array(z.strictObject({ binding: z.string().min(1), bucket_name: z.string() })).default([]),
  observability: z.strictObject({
    logs: z.strictObject({ enabled: z.boolean(), invocation_logs: z.boolean() }),
  }),
  vars: Vars.default({}),
  triggers: z.strictObject({ crons: z.array(z.string()) }).default({ crons: [] }),
});
export type WorkerConfig = z.infer<typeof WorkerConfig>;
