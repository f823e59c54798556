import { z } from 'zod';

const Switch = z.enum(['0', '1']).transform((digit) => digit === '1');

/** What the embed page can be told by its address. What it does not know it leaves alone: others add their own. */
export const EmbedQuery = z.object({
  /** `0`: nothing is loaded before the viewer presses play. */
  autoplay: Switch.default(true),
  /** `0`: with sound, where the browser lets it. */
  muted: Switch.default(true),
  /** In the stead of what the browser would do best with. */
  engine: z.enum(['hls', 'dash']).optional(),
});
export type EmbedQuery = z.infer<typeof EmbedQuery>;

/** For a person: what a name that was refused may be. */
export const EMBED_QUERY_WORDS = {
  autoplay: '0 or 1',
  muted: '0 or 1',
  engine: 'hls or dash',
} as const satisfies Record<keyof EmbedQuery, string>;
