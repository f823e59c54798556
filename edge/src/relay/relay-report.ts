import { RENDITIONS_MAX, RenditionId } from '@sluice/contracts';
import { z } from 'zod';
import { Fetches } from '../audience/fetches.ts';

/** What a relay reports to its channel's object, every few seconds. */
export const RelayReport = z.object({
  /** Absent: it was asked too short a time ago to tell. */
  requestsPerS: z.number().nonnegative().optional(),
  /** What its viewers fetched since it reported last. */
  fetched: z.object({ fetches: Fetches, overMs: z.number().nonnegative() }).optional(),
  /** Renditions that its viewers asked for since it reported last. Absent from relays of a version before. */
  asked: z.array(RenditionId).max(RENDITIONS_MAX).optional(),
});
export type RelayReport = z.infer<typeof RelayReport>;
