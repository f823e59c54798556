import { sumTicks } from './closed-segment.ts';
import type { RenditionView } from './rendition-view.ts';
import type { SegmentArchive } from './segment-archive.ts';
import type { SegmentRun } from './segment-run.ts';
import type { WindowSegment } from './window-segment.ts';

/** Old segments that a delta update lists all the same: a minute of the shortest, for so long a broadcast may stand. */
const LISTED_OLD_MAX = 64;

/**
 * How many of the oldest segments a delta update leaves out: those in the archive. But where nobody made media for some
 * time, all of that time is listed at once, as gaps; a client that was up to date would lack what is more than the Skip
 * Boundary from the new end, and Shaka does not notice. So segments without any media do not count for the distance.
 */
export function skippedCount(
  { archive, recent }: Pick<RenditionView, 'archive' | 'recent'>,
  skipTicks: number,
): number {
  let mediaTicks = recent.reduce((sum, segment) => sum + mediaTicksOf(segment), 0);
  let listed = 0;
  for (let at = archive.runs.length - 1; at >= 0 && mediaTicks <= skipTicks && listed < LISTED_OLD_MAX; at -= 1) {
    const run = archive.runs[at];
    if (run === undefined) break;
    const ticks = mediaTicksOfEach(run, archive);
    const count = ticks === 0 ? run.count : Math.min(run.count, Math.floor((skipTicks - mediaTicks) / ticks) + 1);
    listed += count;
    mediaTicks += count * ticks;
  }
  return Math.max(0, archive.count - Math.min(listed, LISTED_OLD_MAX));
}

function mediaTicksOf({ parts, durationTicks }: WindowSegment): number {
  return parts.every(({ isGap }) => isGap) ? 0 : durationTicks;
}

/** Of the run's last segment; they are all alike, but for sound by a frame. */
function mediaTicksOfEach(run: SegmentRun, archive: SegmentArchive): number {
  const endMsn = run.msn + run.count;
  const [last] = archive.segmentsOf(run, endMsn - 1, endMsn);
  if (last === undefined || last.gapParts.length === last.partTicks.length) return 0;
  return sumTicks(last.partTicks);
}
