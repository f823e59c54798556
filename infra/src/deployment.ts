import { z } from 'zod';

/** Ten years: whoever wants to keep media longer leaves the setting out and keeps it for ever. */
const MEDIA_DAYS_MAX = 3_650;

/** What a deployment is told with `cdk -c name=value` or in cdk.json's `context`. Numbers come as text from `-c`. */
const Context = z.object({
  /** Media older than this many days is deleted. Absent: never. */
  mediaDaysMax: z.coerce.number().int().min(1).max(MEDIA_DAYS_MAX).optional(),
});

export interface Deployment {
  readonly mediaDaysMax?: number;
}

/** Reads the deployment's settings. Throws ZodError. */
export function readDeployment(context: { tryGetContext(name: string): unknown }): Deployment {
  const { mediaDaysMax } = Context.parse({ mediaDaysMax: context.tryGetContext('mediaDaysMax') });
  return mediaDaysMax === undefined ? {} : { mediaDaysMax };
}
