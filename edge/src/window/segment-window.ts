import { FIRST_PART, type MediaGrid, type Rendition } from '@sluice/contracts';
import { type ClosedSegment, closedSegment, sumTicks } from './closed-segment.ts';
import { skipUntilS } from './playlist-timing.ts';
import { RenditionGrid } from './rendition-grid.ts';
import { SegmentArchive } from './segment-archive.ts';
import { type WindowHeld, WindowLength } from './window-length.ts';
import { playlistEndTicks, type WindowSegment } from './window-segment.ts';
import type { RenditionWindowState } from './window-state.ts';

/** Durations are printed a little short: so much beyond the Skip Boundary, a segment is beyond it as printed, too. */
const SKIP_MARGIN_S = 0.001;

export interface SegmentWindowOptions {
  readonly rendition: Rendition;
  readonly grid: MediaGrid;
  /** Whole segments are kept for at least this long. */
  readonly windowS: number;
  /** Told of each segment, once, when nothing of it can change any more. */
  readonly onWhole?: ((segment: WindowSegment) => void) | undefined;
}

/**
 * The segments that one rendition lists: consecutive ones, of which only the last may still grow. Of those within the
 * Skip Boundary of delta updates it has every part; those before it are in the archive.
 */
export class SegmentWindow {
  readonly #length: WindowLength;
  readonly #skipTicks: number;
  readonly #listsParts: boolean;
  readonly #archive: SegmentArchive;
  readonly #recent: WindowSegment[];
  #discontinuitySequence: number;
  #initSinceMsn: number;
  #ticks: number;

  constructor({ rendition, grid, windowS }: SegmentWindowOptions, state?: RenditionWindowState) {
    const { timescaleHz } = rendition;
    this.#length = new WindowLength({ timescaleHz, targetDurationS: grid.targetDurationS, windowS });
    this.#skipTicks = skipTicks(grid, timescaleHz);
    this.#listsParts = grid.listsParts;
    this.#archive = new SegmentArchive(new RenditionGrid(rendition, grid), state?.archive);
    this.#recent = [...(state?.recent ?? [])];
    this.#discontinuitySequence = state?.discontinuitySequence ?? 0;
    this.#initSinceMsn = state?.initSinceMsn ?? FIRST_PART.msn;
    this.#ticks = this.#recent.reduce((sum, segment) => sum + segment.durationTicks, this.#archive.durationTicks);
  }

  /** Whole segments beyond the Skip Boundary: those that a delta update skips. */
  get archive(): SegmentArchive {
    return this.#archive;
  }

  /** The segments after the archive. The last may still grow. */
  get recent(): readonly WindowSegment[] {
    return this.#recent;
  }

  /** The newest segment, whole or not. */
  get last(): WindowSegment | undefined {
    return this.#recent.at(-1);
  }

  /** The oldest segment. */
  get first(): Pick<WindowSegment, 'msn' | 'startTicks' | 'cutTicks' | 'initVersion'> | undefined {
    return this.#archive.first ?? this.#recent[0];
  }

  /** Of the oldest segment; `undefined` before there is one. */
  get firstMsn(): number | undefined {
    return this.first?.msn;
  }

  get segmentCount(): number {
    return this.#archive.count + this.#recent.length;
  }

  /** Of the first segment in the window (rfc8216bis §4.4.3.3). */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }

  /** The first segment under the init segment of the oldest one; it may have left the window. */
  get initSinceMsn(): number {
    return this.#initSinceMsn;
  }

  /** All media in the window, in ticks. */
  get durationTicks(): number {
    return this.#ticks;
  }

  /** The segment that still grows. */
  get openSegment(): WindowSegment | undefined {
    const { last } = this;
    return last?.isComplete === false ? last : undefined;
  }

  /** The newest whole segment. */
  get lastComplete(): WindowSegment | undefined {
    return this.openSegment === undefined ? this.last : this.#recent.at(-2);
  }

  /** A recent segment, with its parts. */
  segment(msn: number): WindowSegment | undefined {
    const [first] = this.#recent;
    return first === undefined ? undefined : this.#recent[msn - first.msn];
  }

  /** A whole segment, however old. */
  closedSegment(msn: number): ClosedSegment | undefined {
    const recent = this.segment(msn);
    if (recent === undefined) return this.#archive.segment(msn);
    return recent.isComplete ? closedSegment(recent) : undefined;
  }

  /** How much of the media before a time, in ticks, was cut off at seams; as far as the window knows. */
  cutTicksAt(ticks: number): number {
    const isNotAfter = ({ startTicks }: { readonly startTicks: number }) => startTicks <= ticks;
    const found = this.#recent.findLast(isNotAfter) ?? this.#archive.runs.findLast(isNotAfter) ?? this.first;
    return found?.cutTicks ?? 0;
  }

  /** One more segment can begin (HLS-RULES.md A1.18). */
  protected get hasRoom(): boolean {
    return this.#length.hasRoom(this.#held);
  }

  /** Begins the next segment, or puts what has become of the open one in its place. What is too old for it leaves. */
  protected put(segment: WindowSegment): void {
    const open = this.openSegment;
    if (open !== undefined) this.#recent.pop();
    this.#recent.push(segment);
    this.#ticks += segment.durationTicks - (open?.durationTicks ?? 0);
    if (segment.isComplete) while (this.#length.isSurplus(this.#held)) this.#removeOldest();
    this.#archiveOld();
  }

  get #held(): WindowHeld {
    const oldest = this.#archive.first;
    const oldestTicks = oldest === undefined ? (this.#recent[0]?.durationTicks ?? 0) : sumTicks(oldest.partTicks);
    return {
      segmentCount: this.segmentCount,
      recentCount: this.#recent.length,
      restTicks: this.#ticks - oldestTicks,
    };
  }

  /** Segments that are beyond the Skip Boundary now. */
  #archiveOld(): void {
    const end = this.#listsParts ? this.last : this.lastComplete;
    for (let [first] = this.#recent; first?.isComplete && end !== undefined; [first] = this.#recent) {
      if (playlistEndTicks(end) - playlistEndTicks(first) <= this.#skipTicks) break;
      this.#archive.push(first);
      this.#recent.shift();
    }
    while (this.#archive.isTooMuch) this.#removeOldest();
  }

  #removeOldest(): void {
    const archived = this.#archive.shift();
    const removed = archived ?? closedOf(this.#recent.shift());
    if (removed === undefined) return;
    this.#ticks -= sumTicks(removed.partTicks);
    // rfc8216bis §6.2.2: the numbers of the segments that stay do not change.
    if (removed.isDiscontinuity) this.#discontinuitySequence += 1;
    const { first } = this;
    if (first !== undefined && first.initVersion !== removed.initVersion) this.#initSinceMsn = first.msn;
  }
}

function closedOf(segment: WindowSegment | undefined): ClosedSegment | undefined {
  return segment && closedSegment(segment);
}

/** How far from the end of the playlist a segment must end to be skipped by delta updates. */
export function skipTicks(grid: MediaGrid, timescaleHz: number): number {
  return (skipUntilS(grid) + SKIP_MARGIN_S) * timescaleHz;
}
