import { FIRST_PART, type NextPart, type PartAnnounced, type Rendition } from '@sluice/contracts';
import type { ListedId } from '../mux/muxed-id.ts';
import { BitrateMeter } from './bitrate-meter.ts';
import { HeldGaps, type ListedPart } from './held-gaps.ts';
import { assertLent, type Neighbours } from './lent-part.ts';
import { assertListable, type PartDue } from './listable-part.ts';
import { SegmentWindow, type SegmentWindowOptions } from './segment-window.ts';
import { WindowError } from './window-error.ts';
import { endTicks, isGapSegment, type WindowSegment, withPart } from './window-segment.ts';
import type { RenditionWindowState } from './window-state.ts';

export type RenditionWindowOptions = SegmentWindowOptions;

/** `known`: announced before. `ahead`: something before it is missing, so it must be announced again, in its turn. */
export type AppendOutcome = 'appended' | 'known' | 'ahead';

/** What a part is judged by beside its own rendition. */
export interface PartSurroundings {
  /** Asked where other encoders begin: where the media before them ends in all renditions. */
  readonly cut?: () => NextPart;
  /** All renditions of the broadcast. */
  readonly neighbours?: Neighbours;
}

const NO_NEIGHBOURS: Neighbours = new Map();

/** The live window of one rendition, as announced parts make it. */
export class RenditionWindow extends SegmentWindow {
  readonly #segmentTicksMax: number;
  readonly #meter: BitrateMeter;
  readonly #heldGaps: HeldGaps;
  readonly #onWhole: RenditionWindowOptions['onWhole'];
  #rendition: Rendition;

  constructor(options: RenditionWindowOptions, state?: RenditionWindowState) {
    super(options, state);
    const { rendition, grid } = options;
    const { timescaleHz } = rendition;
    const { targetDurationS } = grid;
    this.#rendition = rendition;
    this.#segmentTicksMax = segmentTicksMax(rendition, targetDurationS);
    this.#meter = new BitrateMeter({ timescaleHz, targetDurationS, ...(state && { measured: state.measure }) });
    this.#heldGaps = new HeldGaps(state?.held);
    this.#onWhole = options.onWhole;
  }

  get rendition(): Rendition {
    return this.#rendition;
  }

  /** The broadcast was described anew; only the init version may differ. */
  set rendition(rendition: Rendition) {
    this.#rendition = rendition;
  }

  get bitrate(): BitrateMeter {
    return this.#meter;
  }

  /** Gaps that are held back. */
  get heldCount(): number {
    return this.#heldGaps.count;
  }

  /** The part that the node is to announce next. */
  get next(): NextPart {
    return this.#heldGaps.next ?? this.hinted;
  }

  /** The part that the playlist hints at: the first that it does not list. */
  get hinted(): NextPart {
    const open = this.openSegment;
    if (open !== undefined) return { msn: open.msn, partIndex: open.parts.length };
    return this.last === undefined ? FIRST_PART : { msn: this.last.msn + 1, partIndex: 0 };
  }

  /** Who is to lend the part that is hinted at; `undefined`: it will be its own. */
  get hintedLentBy(): ListedId | undefined {
    return this.openSegment === undefined ? this.last?.nextLentBy : this.openSegment.lentBy;
  }

  /** Where the part begins that the node is to announce next, unless other encoders make it. */
  get nextTicks(): number {
    return this.#heldGaps.endTicks ?? (this.last === undefined ? 0 : endTicks(this.last));
  }

  /** Takes the next part in order; any other changes nothing. Throws WindowError for one that must not be listed. */
  append(part: PartAnnounced, { cut, neighbours = NO_NEIGHBOURS }: PartSurroundings = {}): AppendOutcome {
    const { next } = this;
    if (isBefore(part, next)) return 'known';
    if (isBefore(next, part)) return 'ahead';
    this.#assertListable(part, neighbours);
    if (this.#isToBeHeld(part)) {
      this.#heldGaps.push(part);
      return 'appended';
    }
    this.#listHeld(this.#beginsSeam(part) ? cut?.() : undefined);
    this.#list(part);
    return 'appended';
  }

  /** No more parts will come of the open segment: what is there of it becomes a whole, shorter one. */
  close(): void {
    // Those that are still held back would have been cut off.
    this.#heldGaps.take();
    const open = this.openSegment;
    if (open === undefined) return;
    this.#put({ ...open, isComplete: true });
  }

  state(): RenditionWindowState {
    const { runs, ...measure } = this.#meter.measure;
    return {
      archive: this.archive.state(),
      recent: this.recent.map((segment) => ({ ...segment, parts: [...segment.parts] })),
      held: this.#heldGaps.state(),
      discontinuitySequence: this.discontinuitySequence,
      initSinceMsn: this.initSinceMsn,
      measure: { ...measure, runs: [...runs] },
    };
  }

  /** It is the first part of other encoders, whose media needs another init segment than what was listed last. */
  #beginsSeam(part: PartAnnounced): boolean {
    return part.partIndex === 0 && this.last !== undefined && this.last.initVersion !== part.initVersion;
  }

  /** A gap under init segments that are not in force any more: other encoders are about to begin. */
  #isToBeHeld(part: PartAnnounced): boolean {
    const isOld = part.isGap && part.initVersion !== this.#rendition.initVersion;
    return isOld && this.last !== undefined && !this.#heldGaps.isFull;
  }

  /**
   * Lists gaps that were held back; not those from `cut` on, to the end of that segment. It keeps one where there would
   * be nothing of it otherwise, for it has its number.
   */
  #listHeld(cut: NextPart | undefined): void {
    for (const part of this.#heldGaps.take()) {
      const isCutOff = part.msn === cut?.msn && !isBefore(part, cut) && this.last?.msn === part.msn;
      if (isCutOff) this.close();
      else this.#list(part);
    }
  }

  #list(part: ListedPart): void {
    const { nextLentBy } = part;
    const segment = withPart(this.openSegment ?? this.#begin(part), part, part.isLastOfSegment);
    this.#put(nextLentBy === undefined ? segment : { ...segment, nextLentBy });
  }

  #put(segment: WindowSegment): void {
    this.put(segment);
    if (!segment.isComplete) return;
    this.#meter.add(segment, isGapSegment(segment) || segment.lentBy !== undefined);
    this.#onWhole?.(segment);
  }

  #begin(part: ListedPart): WindowSegment {
    const { last } = this;
    const jumpTicks = last === undefined ? 0 : part.startTicks - endTicks(last);
    return {
      msn: part.msn,
      startTicks: part.startTicks,
      cutTicks: (last?.cutTicks ?? 0) + jumpTicks,
      durationTicks: 0,
      sizeBytes: 0,
      initVersion: part.initVersion,
      // rfc8216bis §4.4.4.3: for a jump in the timestamps it must be there, for another encoding it should. A gap has no
      // timestamps. hls.js stands for good before a discontinuity that has nothing but gaps behind it.
      isDiscontinuity:
        last !== undefined && (last.initVersion !== part.initVersion || (jumpTicks !== 0 && !part.isGap)),
      ...(part.lentBy && { lentBy: part.lentBy }),
      isComplete: false,
      parts: [],
    };
  }

  #assertListable(part: PartAnnounced, neighbours: Neighbours): void {
    const segment = this.#segmentOfNext;
    const initVersionMin = this.#heldGaps.initVersion ?? this.last?.initVersion ?? 0;
    assertListable(
      part,
      { startTicks: this.nextTicks, segment, initVersionMin, isSeam: this.#beginsSeam(part) },
      { rendition: this.#rendition, segmentTicksMax: this.#segmentTicksMax },
    );
    assertLent(part, { rendition: this.#rendition, neighbours, segment });
    // HLS-RULES.md A1.18.
    if (segment === undefined && !this.hasRoom)
      throw new WindowError('segments-too-short', `${part.renditionId} ${part.msn}`);
  }

  /** The segment that the next part goes on with, as it will be once all gaps before it are listed. */
  get #segmentOfNext(): PartDue['segment'] {
    const { msn, partIndex } = this.next;
    if (partIndex === 0) return undefined;
    const listed = this.openSegment?.msn === msn ? this.openSegment : undefined;
    const held = this.#heldGaps.ofSegment(msn);
    if (listed === undefined || held === undefined) return listed ?? held;
    return { ...listed, durationTicks: listed.durationTicks + held.durationTicks };
  }
}

/** rfc8216bis §4.4.3.1: EXTINF, rounded to the nearest second, must not exceed the target duration. */
export function segmentTicksMax({ timescaleHz }: Rendition, targetDurationS: number): number {
  return (targetDurationS + 0.5) * timescaleHz - 1;
}

/** One part comes before another in a rendition. */
export function isBefore(one: NextPart, other: NextPart): boolean {
  return one.msn < other.msn || (one.msn === other.msn && one.partIndex < other.partIndex);
}
