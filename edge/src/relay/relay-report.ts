import { z } from 'zod';
import { Fetches } from '../audience/fetches.ts';

/** What a relay reports to its channel's object, every few seconds. */
export const RelayReport = z.object({
  /** Absent: it was asked too short a time ago to tell. */
  requestsPerS: z.number().nonnegative().optional(),
  /** What its viewers fetched since it reported last. */
  fetched: z.object({ fetches: Fetches, overMs: z.number().nonnegative() }).optional(),
});
export type RelayReport = z.infer<typeof RelayReport>;
