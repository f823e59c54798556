import type { DoubtfulSpan } from './timeline-state.ts';

/**
 * How many segments before the newest one may have no object of their own when their node dies: it stores a segment once
 * the edge knows all its parts, holds up to four, and gives one up after ten seconds. Ten seconds are ten of `ultra`.
 */
const DOUBTFUL_SEGMENTS = 16;
/**
 * How many after it may be in the bucket, though there is no row that says so: a node stores before it tells, and tells of
 * so many at once when it is behind; and what it told is written down after viewers were answered.
 */
const UNTOLD_SEGMENTS = 4;
/**
 * One for each time that another node, or the same one anew, went on: of 48 hours one every 11 minutes. Beyond it the
 * oldest is not looked at; where its segments have no object they are put together each time that they are asked for.
 */
export const DOUBTFUL_SPANS_MAX = 256;

/** The segments up to this one, whose node may have died, and those after it, which others may have gone on with. */
export function withDoubtAt(spans: readonly DoubtfulSpan[], newestMsn: number): DoubtfulSpan[] {
  const firstMsn = Math.max(1, newestMsn - DOUBTFUL_SEGMENTS);
  const lastMsn = newestMsn + UNTOLD_SEGMENTS;
  const before = spans.at(-1);
  const isMore = before !== undefined && firstMsn <= before.lastMsn + 1;
  const joined = isMore
    ? [...spans.slice(0, -1), { firstMsn: before.firstMsn, lastMsn: Math.max(lastMsn, before.lastMsn) }]
    : [...spans, { firstMsn, lastMsn }];
  return joined.slice(-DOUBTFUL_SPANS_MAX);
}
