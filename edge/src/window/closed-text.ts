import type { BroadcastDescription } from '@sluice/contracts';
import type { ClosedSegment } from './closed-segment.ts';
import type { MediaUris } from './media-uris.ts';
import { cutUs, startDateMs } from './playlist-timing.ts';
import type { ListedRendition } from './rendition-view.ts';
import type { SegmentArchive } from './segment-archive.ts';
import type { SegmentRun } from './segment-run.ts';
import { discontinuityTag, extInfTag, gapTag, mapTag, programDateTimeTag } from './segment-tags.ts';
import { TextCache } from './text-cache.ts';
import { sourceId } from './window-segment.ts';

/** Chromium cuts a frame's time and its duration: the end is less than 2 µs early. */
const SHORTER_US = 2;
/** Twelve hours of the shortest segments are 160 pieces. The one that grows and the one that shrinks are written anew. */
const PIECE_SEGMENTS = 256;
/**
 * Of all playlists in one isolate, which has 128 MB: twelve hours of the shortest segments in seven renditions. Beyond
 * it a whole playlist of twelve hours takes some tens of milliseconds, instead of one or two.
 */
const PIECES_CHARS_MAX = 24 * 1024 * 1024;

const pieces = new TextCache(PIECES_CHARS_MAX);

/** What a segment's lines are made of, beside itself. */
export interface ClosedContext {
  readonly description: BroadcastDescription;
  readonly rendition: ListedRendition;
  readonly uris: MediaUris;
}

/** The EXT-X-MAP that a segment, or a run of them, is listed under. */
export function segmentMap(
  segment: Pick<ClosedSegment, 'initVersion' | 'lentBy'>,
  { rendition, uris }: Pick<ClosedContext, 'rendition' | 'uris'>,
): string {
  return mapTag(uris.init(sourceId(rendition, segment), segment.initVersion));
}

/** What is listed of a segment whose parts are not listed any more. It stays the same for as long as it is listed. */
export function closedLines(segment: ClosedSegment, context: ClosedContext): string[] {
  const { description, rendition } = context;
  return [programDateTimeTag(startDateMs(description, rendition, segment)), ...wholeLines(segment, context)];
}

/** The end of a whole segment, after its parts. */
export function wholeLines(segment: ClosedSegment, { rendition, uris }: ClosedContext): string[] {
  return [
    ...(segment.gapParts.length > 0 ? [gapTag] : []),
    extInfTag(segmentUs(segment, rendition)),
    uris.segment(sourceId(rendition, segment), segment.msn),
  ];
}

/**
 * The lines of the archived segments from one on, beginning with its EXT-X-MAP. Most of it is remembered: pieces of runs
 * that neither grow nor shrink.
 */
export function archiveLines(archive: SegmentArchive, context: ClosedContext, fromMsn = 0): string[] {
  const lines: string[] = [];
  let listedMap: string | undefined;
  for (const run of archive.runs.slice(archive.runs.findIndex(({ msn, count }) => msn + count > fromMsn))) {
    const isFirst = listedMap === undefined;
    const isLast = run === archive.runs.at(-1);
    const ownFromMsn = Math.max(run.msn, fromMsn);
    if (run.isDiscontinuity && ownFromMsn === run.msn) lines.push(discontinuityTag);
    const map = segmentMap(run, context);
    if (map !== listedMap) lines.push(map);
    listedMap = map;
    for (const piece of runPieces(run, ownFromMsn)) {
      const mayChange = (isFirst && piece.fromMsn === ownFromMsn) || (isLast && piece.toMsn === run.msn + run.count);
      const isSettled = !mayChange || piece.toMsn - piece.fromMsn === PIECE_SEGMENTS;
      const write = () => pieceText(archive.segmentsOf(run, piece.fromMsn, piece.toMsn), context);
      lines.push(isSettled ? pieces.get(pieceName(archive, piece, context), write) : write());
    }
  }
  return lines;
}

/** Some segments of a run. */
interface Piece {
  readonly run: SegmentRun;
  readonly fromMsn: number;
  /** The first that it lacks. */
  readonly toMsn: number;
}

/** The run from one of its segments on, cut at every multiple of PIECE_SEGMENTS. */
function runPieces(run: SegmentRun, firstMsn: number): Piece[] {
  const endMsn = run.msn + run.count;
  const cuts: Piece[] = [];
  for (let fromMsn = firstMsn; fromMsn < endMsn; fromMsn = cuts.at(-1)?.toMsn ?? endMsn) {
    const nextCutMsn = (Math.floor(fromMsn / PIECE_SEGMENTS) + 1) * PIECE_SEGMENTS;
    cuts.push({ run, fromMsn, toMsn: Math.min(nextCutMsn, endMsn) });
  }
  return cuts;
}

function pieceText(segments: readonly ClosedSegment[], context: ClosedContext): string {
  return segments.flatMap((segment) => closedLines(segment, context)).join('\n');
}

/** All that the text depends on, so that whoever lists the same has the same text. */
function pieceName(archive: SegmentArchive, piece: Piece, { description, rendition, uris }: ClosedContext): string {
  const { profile, frameRate, startedAtMs } = description;
  const { run, fromMsn, toMsn } = piece;
  const { cutTicks, partTicks, gapParts } = run;
  const [first] = archive.segmentsOf(run, fromMsn, fromMsn + 1);
  const times = partTicks === undefined ? 'grid' : [first?.startTicks, ...partTicks].join();
  return [
    uris.name,
    startedAtMs,
    profile,
    `${frameRate.num}/${frameRate.den}`,
    sourceId(rendition, run),
    rendition.timescaleHz,
    fromMsn,
    toMsn,
    cutTicks,
    times,
    gapParts.join(),
  ].join(' ');
}

/**
 * What its parts add up to, each cut to microseconds, less a hair. Browsers cut the ends of buffered ranges to whole
 * microseconds; a player that takes such an end for a place inside the segment, and finds that segment loaded, asks for
 * nothing more (docs/adr/0011-segments-are-printed-two-microseconds-short.md).
 */
function segmentUs({ partTicks }: ClosedSegment, { timescaleHz }: ListedRendition): number {
  return partTicks.reduce((sum, ticks) => sum + cutUs(ticks, timescaleHz), -SHORTER_US);
}
