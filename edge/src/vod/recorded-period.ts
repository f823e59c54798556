import type { RenditionId } from '@sluice/contracts';
import { type MpdTiming, templateScale, templateTicks } from '../dash/mpd-timing.ts';
import type { RecordedRendition } from '../recording/recording.ts';
import { sumTicks } from '../window/closed-segment.ts';
import { runWithin, type SegmentRun } from '../window/segment-run.ts';
import { sourceId } from '../window/window-segment.ts';

/** Segments of one rendition without a gap, all of the same source and under the same init segment. */
export interface RecordedPiece {
  /** Whose media it is. */
  readonly sourceId: string;
  readonly initVersion: number;
  readonly fromMsn: number;
  /** The first that it lacks. */
  readonly toMsn: number;
  readonly runs: readonly SegmentRun[];
}

/** A Period of a recording: of each rendition the piece that it shows, if it has any. */
export interface RecordedPeriod {
  readonly firstMsn: number;
  readonly pieces: ReadonlyMap<RenditionId, RecordedPiece>;
}

/**
 * The Periods of a recording, from the first. A seam begins one, as in the live MPD; and so does a rendition that comes
 * back after a gap, or changes whose media it shows: neither can be said within one, where a number is one more than the
 * number before and one template stands for all.
 */
export function recordedPeriods(renditions: readonly RecordedRendition[]): RecordedPeriod[] {
  const pieces = new Map(renditions.map((own) => [own, piecesOf(own)]));
  const firsts = new Set([...pieces.values()].flatMap((each) => each.map(({ fromMsn }) => fromMsn)));
  const ordered = [...firsts].sort((a, b) => a - b);
  return ordered.map((firstMsn, index) => {
    const endMsn = ordered[index + 1] ?? Infinity;
    const shown = renditions.flatMap((own) => {
      const piece = (pieces.get(own) ?? []).find(({ fromMsn, toMsn }) => fromMsn <= firstMsn && firstMsn < toMsn);
      return piece === undefined ? [] : [[own.rendition.id, pieceWithin(piece, own, firstMsn, endMsn)] as const];
    });
    return { firstMsn, pieces: new Map(shown) };
  });
}

function piecesOf({ rendition, archive }: RecordedRendition): RecordedPiece[] {
  const pieces: RecordedPiece[] = [];
  for (const run of archive.runs) {
    if (run.gapParts.length > 0) continue;
    const own = { sourceId: sourceId(rendition, run), initVersion: run.initVersion };
    const toMsn = run.msn + run.count;
    const last = pieces.at(-1);
    const isSame = last?.sourceId === own.sourceId && last.initVersion === own.initVersion;
    const isMore = last?.toMsn === run.msn && isSame && !run.isDiscontinuity;
    if (last !== undefined && isMore) pieces[pieces.length - 1] = { ...last, toMsn, runs: [...last.runs, run] };
    else pieces.push({ ...own, fromMsn: run.msn, toMsn, runs: [run] });
  }
  return pieces;
}

function pieceWithin(piece: RecordedPiece, { grid }: RecordedRendition, fromMsn: number, toMsn: number): RecordedPiece {
  const runs = piece.runs.flatMap((run) => runWithin(run, { fromMsn, toMsn }, grid) ?? []);
  return { ...piece, fromMsn, toMsn: Math.min(toMsn, piece.toMsn), runs };
}

/** Segments of one length that follow on each other, in ticks of SegmentTemplates. */
export interface TimelineEntry {
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly count: number;
}

/** A piece as a SegmentTimeline says it. What is on the grid is as the live MPD has it, to the tick. */
export function timelineEntries(piece: RecordedPiece, timescaleHz: number, timing: MpdTiming): TimelineEntry[] {
  const { duration } = templateScale(timing);
  const entries: TimelineEntry[] = [];
  const add = (entry: TimelineEntry) => {
    const last = entries.at(-1);
    const isSame =
      last?.durationTicks === entry.durationTicks &&
      last.startTicks + last.count * last.durationTicks === entry.startTicks;
    if (last !== undefined && isSame) entries[entries.length - 1] = { ...last, count: last.count + entry.count };
    else entries.push(entry);
  };
  for (const { msn, count, startTicks, partTicks } of piece.runs) {
    if (partTicks === undefined) {
      add({ startTicks: (msn - 1) * duration, durationTicks: duration, count });
      continue;
    }
    const lengthTicks = sumTicks(partTicks);
    for (let index = 0; index < count; index += 1) {
      const from = templateTicks(startTicks + index * lengthTicks, timescaleHz, timing);
      const to = templateTicks(startTicks + (index + 1) * lengthTicks, timescaleHz, timing);
      add({ startTicks: from, durationTicks: to - from, count: 1 });
    }
  }
  return entries;
}
