import { z } from 'zod';

/** The body of every refusal (RFC 9457). `code` is for programs, `detail` is a sentence for the person. */
export const Problem = z.object({
  type: z.literal('about:blank').default('about:blank'),
  title: z.string().max(200),
  status: z.int().min(400).max(599),
  code: z.string().regex(/^[a-z0-9-]{1,64}$/),
  detail: z.string().max(1_000),
});
export type Problem = z.infer<typeof Problem>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';
