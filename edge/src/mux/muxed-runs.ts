import type { RenditionGrid } from '../window/rendition-grid.ts';
import { runSegment, type SegmentRun } from '../window/segment-run.ts';
import type { ArchiveState, RunState } from '../window/window-state.ts';
import { type LenderOf, muxedInitVersion } from './muxed-segment.ts';

/** The runs of a track, and the grid that they are on. */
export interface TrackRuns {
  readonly runs: readonly SegmentRun[];
  readonly grid: RenditionGrid;
}

export interface MuxedArchiveOptions {
  readonly video: TrackRuns;
  readonly audio: TrackRuns;
  /** The first segment that is not wanted. */
  readonly endMsn: number;
  readonly lenderOf: LenderOf;
}

/** Segments that lie in one run of each track. */
interface Stretch {
  readonly msn: number;
  readonly count: number;
  readonly video: SegmentRun;
  readonly audio: SegmentRun;
}

/**
 * The segments that both tracks have in their archives, as an archive of the muxed rendition. Run by run, so that twelve
 * hours are merged at once.
 */
export function muxedArchive({ video, audio, endMsn, lenderOf }: MuxedArchiveOptions): ArchiveState {
  const stretches = commonStretches(video.runs, audio.runs, endMsn);
  return {
    msn: stretches[0]?.msn ?? 0,
    runs: stretches.map((stretch) => ({
      ...muxedRun(stretch, video.grid, audio.grid),
      lentBy: lenderOf(stretch.video.lentBy),
    })),
  };
}

function commonStretches(videos: readonly SegmentRun[], audios: readonly SegmentRun[], endMsn: number): Stretch[] {
  const stretches: Stretch[] = [];
  let [videoIndex, audioIndex] = [0, 0];
  for (;;) {
    const video = videos[videoIndex];
    const audio = audios[audioIndex];
    if (video === undefined || audio === undefined) return stretches;
    const [videoEnd, audioEnd] = [video.msn + video.count, audio.msn + audio.count];
    const msn = Math.max(video.msn, audio.msn);
    const count = Math.min(videoEnd, audioEnd, endMsn) - msn;
    if (count > 0) stretches.push({ msn, count, video, audio });
    // The one that ends first makes room for its next.
    if (videoEnd <= audioEnd) videoIndex += 1;
    if (audioEnd <= videoEnd) audioIndex += 1;
  }
}

function muxedRun({ msn, count, video, audio }: Stretch, videoGrid: RenditionGrid, audioGrid: RenditionGrid): RunState {
  const picture = runSegment(video, msn, videoGrid);
  const sound = runSegment(audio, msn, audioGrid);
  const isGap = (index: number) =>
    picture.gapParts.includes(index) || sound.gapParts.includes(index) || index >= sound.partTicks.length;
  return {
    count,
    startTicks: picture.startTicks,
    cutTicks: picture.cutTicks,
    initVersion: muxedInitVersion({ videoVersion: picture.initVersion, audioVersion: sound.initVersion }),
    isDiscontinuity: picture.isDiscontinuity,
    ...(video.partTicks && { partTicks: [...video.partTicks] }),
    gapParts: [...picture.partTicks.keys()].filter(isGap),
  };
}
