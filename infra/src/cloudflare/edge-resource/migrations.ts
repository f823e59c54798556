import type { Migration } from './worker-config.ts';

/** As they are sent with an upload. */
export interface MigrationUpload {
  /** What Cloudflare must find; otherwise it refuses the upload. */
  readonly old_tag?: string;
  readonly new_tag: string;
  readonly steps: readonly Omit<Migration, 'tag'>[];
}

/**
 * What is to be done with a Worker's Durable Object classes: nothing more, some steps, or nothing that could be done, as
 * the Worker is of a later version (`ahead`).
 */
export type MigrationPlan =
  | { readonly kind: 'none' }
  | { readonly kind: 'steps'; readonly upload: MigrationUpload }
  | { readonly kind: 'ahead'; readonly tag: string };

/**
 * The steps after the one that the Worker has, as wrangler computes them. Unlike wrangler, a tag that the list does not
 * have is not answered with all steps from the first on, which Cloudflare would refuse.
 */
export function planMigrations(migrations: readonly Migration[], currentTag: string | undefined): MigrationPlan {
  const last = migrations.at(-1);
  if (last === undefined || last.tag === currentTag) return { kind: 'none' };
  const found = migrations.findIndex(({ tag }) => tag === currentTag);
  if (currentTag !== undefined && found === -1) return { kind: 'ahead', tag: currentTag };
  const steps = migrations.slice(found + 1).map(({ tag: _tag, ...step }) => step);
  return {
    kind: 'steps',
    upload: { ...(currentTag !== undefined && { old_tag: currentTag }), new_tag: last.tag, steps },
  };
}
