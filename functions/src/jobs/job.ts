import { z } from 'zod';

/** What can be done later. Each kind has one handler. */
export const JobKind = z.enum([
  'webhooks',
  'deletion',
  'retention',
  'begun-clip',
  'revocations',
  'embed-sites',
  'medialive',
  'medialive-sweep',
]);
export type JobKind = z.infer<typeof JobKind>;

/**
 * Something to be done from a time on. What it is about stands elsewhere, under its name: a job only says that it is time
 * to look there, so to have one too many does no harm.
 */
export interface Job {
  readonly kind: JobKind;
  /** Of printable ASCII, without `#`s of meaning to others. */
  readonly name: string;
  readonly dueAtMs: number;
}

/** What a handler says: there is nothing more to do, or look again then. */
export type JobOutcome = { readonly kind: 'done' } | { readonly kind: 'again'; readonly atMs: number };

/** Does what is due. It may be called twice for the same job, also at the same time, and after a crash in its midst. */
export type JobHandler = (name: string) => Promise<JobOutcome>;
