import { z } from 'zod';

/** How a test wants the stand-in of the control API to answer (edge/vitest.public-api.ts). */
export const ToldAnswer = z.strictObject({
  status: z.int().default(200),
  headers: z.record(z.string(), z.string()).default({ 'content-type': 'application/json' }),
  /** Absent: what it was asked, as ToldRequest. */
  body: z.string().optional(),
  /** It never answers. */
  isSilent: z.boolean().default(false),
  /** It closes the connection instead. */
  isBroken: z.boolean().default(false),
});

/** What the stand-in was asked. */
export const ToldRequest = z.strictObject({
  method: z.string(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});

/** The query that tells it. */
export function answering(answer: z.input<typeof ToldAnswer>): string {
  return `?answer=${encodeURIComponent(JSON.stringify(answer))}`;
}
