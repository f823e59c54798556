import { type BroadcastDescription, mediaGrid, RenditionId } from '@sluice/contracts';
import { closedSegment } from '../window/closed-segment.ts';
import { RenditionGrid } from '../window/rendition-grid.ts';
import { SegmentArchive } from '../window/segment-archive.ts';
import { runOf } from '../window/segment-run.ts';
import { isGapSegment, type WindowSegment } from '../window/window-segment.ts';
import type { DateRange } from '../window/window-state.ts';
import { withDoubtAt } from './doubtful-spans.ts';
import type { DoubtfulSpan, KeptTimeline, TimelineArchives, TimelineChunk, TimelineState } from './timeline-state.ts';

/**
 * What the runs of all renditions since the last chunk may be made of (SegmentArchive). It stands in the row of the
 * window, which is written with each segment: 80 kB at most, and a few hundred bytes where nothing ever went wrong.
 */
const TAIL_NUMBERS_MAX = 8_192;
/**
 * Chunks are rows of their own, written once. All of them are 2.6 MB as JSON, which an isolate reads at once: in six
 * renditions a seam or a gap every 80 s of 48 hours. Beyond it the oldest segments are not recorded any more.
 */
export const TIMELINE_CHUNKS_MAX = 32;
const NUMBERS_MAX = TAIL_NUMBERS_MAX * TIMELINE_CHUNKS_MAX;
/** Of a whole broadcast; beyond it new ones are not recorded. */
const DATE_RANGES_RECORDED_MAX = 1_024;

/**
 * All that a broadcast has shown, from its first segment on: of each rendition its segments in runs, as the window keeps
 * what is old (docs/adr/0023-twelve-hours-in-runs.md), and nothing leaves. Pure state.
 */
export class RecordedTimeline {
  readonly #whole: Map<RenditionId, SegmentArchive>;
  #tail: Map<RenditionId, SegmentArchive>;
  readonly #grids: ReadonlyMap<RenditionId, RenditionGrid>;
  readonly #sizesBytes: Map<RenditionId, number>;
  #chunks: TimelineState['chunks'];
  #doubts: readonly DoubtfulSpan[];
  #dateRanges: readonly DateRange[];

  /** @param kept after a restart. */
  constructor(description: BroadcastDescription, kept?: KeptTimeline) {
    this.#grids = gridsOf(description);
    this.#tail = archivesOf(this.#grids, kept === undefined ? [] : [kept.state.tail]);
    this.#whole = archivesOf(this.#grids, kept === undefined ? [] : [...kept.chunks, kept.state.tail]);
    this.#sizesBytes = new Map([...this.#grids.keys()].map((id) => [id, kept?.state.sizesBytes[id] ?? 0]));
    this.#chunks = kept?.state.chunks ?? { from: 0, to: 0 };
    this.#doubts = kept?.state.doubts ?? [];
    this.#dateRanges = kept?.state.dateRanges ?? [];
  }

  /** Of each rendition, from its first segment. */
  get archives(): ReadonlyMap<RenditionId, SegmentArchive> {
    return this.#whole;
  }

  /** How many times somebody else went on. */
  get doubts(): readonly DoubtfulSpan[] {
    return this.#doubts;
  }

  /** All that playlists have listed. */
  get dateRanges(): readonly DateRange[] {
    return this.#dateRanges;
  }

  /** Nothing was whole yet. */
  get isEmpty(): boolean {
    return [...this.#whole.values()].every(({ count }) => count === 0);
  }

  /** Takes the next whole segment of a rendition. */
  push(renditionId: RenditionId, segment: WindowSegment): void {
    const grid = this.#grids.get(renditionId);
    if (grid === undefined) return;
    const run = runOf(closedSegment(segment), grid);
    this.#whole.get(renditionId)?.pushRun(run);
    this.#tail.get(renditionId)?.pushRun(run);
    if (segment.lentBy === undefined && !isGapSegment(segment)) {
      this.#sizesBytes.set(renditionId, (this.#sizesBytes.get(renditionId) ?? 0) + segment.sizeBytes);
    }
    while (numbersIn(this.#whole) > NUMBERS_MAX) this.#shiftOldest();
  }

  /** Another node goes on, or the broadcast is over: who made the newest segments may not have stored them whole. */
  doubtNewest(): void {
    const ends = [...this.#whole.values()].map(({ endMsn = 1 }) => endMsn);
    this.#doubts = withDoubtAt(this.#doubts, Math.max(1, ...ends));
  }

  /** Takes what is new of the date ranges that playlists list. */
  noteDateRanges(listed: readonly DateRange[]): void {
    const isSame = (one: DateRange, other: DateRange) => one.class === other.class && one.startMs === other.startMs;
    const others = this.#dateRanges.filter((range) => !listed.some((each) => isSame(each, range)));
    const room = DATE_RANGES_RECORDED_MAX - others.length;
    this.#dateRanges = [...others, ...listed.slice(0, Math.max(0, room))];
  }

  /**
   * What is to become a chunk now, and its number; `undefined`: nothing yet. Once taken it is no more in the state. Chunks
   * before `state().chunks.from` are not needed.
   */
  takeChunk(): TimelineChunk | undefined {
    if (numbersIn(this.#tail) <= TAIL_NUMBERS_MAX) return undefined;
    const number = this.#chunks.to;
    const archives = statesOf(this.#tail);
    this.#tail = archivesOf(this.#grids, []);
    const to = number + 1;
    this.#chunks = { from: Math.max(this.#chunks.from, to - TIMELINE_CHUNKS_MAX), to };
    return { number, archives };
  }

  /** All of it but what is in chunks. */
  state(): TimelineState {
    return {
      tail: statesOf(this.#tail),
      chunks: this.#chunks,
      sizesBytes: Object.fromEntries(this.#sizesBytes),
      doubts: [...this.#doubts],
      dateRanges: [...this.#dateRanges],
    };
  }

  #shiftOldest(): void {
    const firsts = [...this.#whole.values()].map((archive) => ({ archive, msn: archive.first?.msn ?? Infinity }));
    const oldestMsn = Math.min(...firsts.map(({ msn }) => msn));
    for (const { archive, msn } of firsts) if (msn === oldestMsn) archive.shift();
  }
}

export function gridsOf({ profile, frameRate, renditions }: BroadcastDescription): Map<RenditionId, RenditionGrid> {
  const grid = mediaGrid(profile, frameRate);
  return new Map(renditions.map((rendition) => [rendition.id, new RenditionGrid(rendition, grid)]));
}

/** Archives of all renditions out of what is kept of them, in the order in which it was kept. */
export function archivesOf(
  grids: ReadonlyMap<RenditionId, RenditionGrid>,
  kept: readonly TimelineArchives[],
): Map<RenditionId, SegmentArchive> {
  return new Map(
    [...grids].map(([id, grid]) => {
      const archive = new SegmentArchive(grid);
      for (const { [id]: state } of kept) {
        if (state !== undefined) for (const run of new SegmentArchive(grid, state).runs) archive.pushRun(run);
      }
      return [id, archive];
    }),
  );
}

export function statesOf(archives: ReadonlyMap<RenditionId, SegmentArchive>): TimelineArchives {
  return Object.fromEntries([...archives].map(([id, archive]) => [RenditionId.parse(id), archive.state()]));
}

function numbersIn(archives: ReadonlyMap<RenditionId, SegmentArchive>): number {
  return [...archives.values()].reduce((sum, { numbers }) => sum + numbers, 0);
}
