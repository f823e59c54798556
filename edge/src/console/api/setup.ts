import * as z from 'zod/mini';

/** Where publishers push to: contracts' IngestAddress. */
const IngestAddress = z.object({
  region: z.optional(z.string()),
  rtmpUrl: z.string(),
  rtmpsUrl: z.string(),
  srtUrl: z.string(),
  cmafUrl: z.optional(z.string()),
  isSelfSigned: z._default(z.boolean(), false),
});
export type IngestAddress = z.infer<typeof IngestAddress>;

/** `GET /api/console.json`: what the console needs to know before anybody has signed in. */
export const Setup = z.object({
  version: z.string(),
  access: z.enum(['open', 'token']),
  canSignIn: z.boolean(),
  ingest: z.array(IngestAddress),
});
export type Setup = z.infer<typeof Setup>;
