import { z } from 'zod';

/**
 * Why a publisher ended. `stopped`: it was asked to, or its time was over. `refused`: the server did not let it in.
 * `cut`: the server sent it away in the middle. `failed`: anything else.
 */
export const PublisherEndReason = z.enum(['stopped', 'refused', 'cut', 'failed']);
export type PublisherEndReason = z.infer<typeof PublisherEndReason>;

/** One line of JSON on the publisher's output. No line ever holds the stream key. */
export const PublisherReport = z.discriminatedUnion('event', [
  /** About to open the connection. */
  z.object({ event: z.literal('connecting'), atMs: z.number() }),
  /** The server said yes to `publish`. */
  z.object({ event: z.literal('publishing'), atMs: z.number() }),
  /** The connection was lost, or not let in again; the next one is opened in a moment. */
  z.object({ event: z.literal('lost'), atMs: z.number(), sentence: z.string() }),
  z.object({
    event: z.literal('ended'),
    atMs: z.number(),
    reason: PublisherEndReason,
    /** The server's own words where it had any. */
    sentence: z.string(),
    framesSent: z.int().nonnegative(),
  }),
]);
export type PublisherReport = z.infer<typeof PublisherReport>;

/** Reads a line; `undefined` for what is not a report. */
export function parsePublisherReport(line: string): PublisherReport | undefined {
  try {
    return PublisherReport.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
