import type { Context } from 'hono';
import type { z } from 'zod';
import { problem } from './problem.ts';

/** The parameters of a route's path, or the 400 that tells what is malformed in them. */
export function readPath<Path>(c: Context, schema: z.ZodType<Path>): Path | Response {
  const path = schema.safeParse(c.req.param());
  return path.success ? path.data : problem('malformed-path', sentence(path.error));
}

function sentence(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.message ?? 'It cannot be read'}.`;
}
