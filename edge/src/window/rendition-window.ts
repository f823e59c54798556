import type { NextPart, PartAnnounced, Rendition } from '@sluice/contracts';
import { type BitrateMeasure, BitrateMeter } from './bitrate-meter.ts';
import { HeldGaps } from './held-gaps.ts';
import { assertListable, type PartDue } from './listable-part.ts';
import { WindowError } from './window-error.ts';
import { type WindowHeld, WindowLength } from './window-length.ts';
import { endTicks, isGapSegment, type WindowSegment, withPart } from './window-segment.ts';

/** The first msn of a broadcast. Some players stall at 0 (hls.js#8013). */
const FIRST_MSN = 1;

export interface RenditionWindowOptions {
  readonly rendition: Rendition;
  readonly targetDurationS: number;
  /** Whole segments are kept for at least this long. */
  readonly windowS: number;
}

/** Where a rendition's window stood; enough to go on from after a restart. */
export interface RenditionWindowState {
  readonly segments: readonly WindowSegment[];
  readonly discontinuitySequence: number;
  readonly measure: BitrateMeasure;
}

/** `known`: announced before. `ahead`: something before it is missing, so it must be announced again, in its turn. */
export type AppendOutcome = 'appended' | 'known' | 'ahead';

/** The live window of one rendition: consecutive segments, of which only the last may still grow. */
export class RenditionWindow {
  readonly #length: WindowLength;
  readonly #segmentTicksMax: number;
  readonly #meter: BitrateMeter;
  readonly #heldGaps = new HeldGaps();
  #rendition: Rendition;
  #segments: WindowSegment[];
  #discontinuitySequence: number;
  #ticks: number;

  constructor(options: RenditionWindowOptions, state?: RenditionWindowState) {
    const { rendition, targetDurationS, windowS } = options;
    const { timescaleHz } = rendition;
    this.#rendition = rendition;
    this.#length = new WindowLength({ timescaleHz, targetDurationS, windowS });
    this.#segmentTicksMax = segmentTicksMax(rendition, targetDurationS);
    this.#meter = new BitrateMeter({ timescaleHz, targetDurationS, ...(state && { measured: state.measure }) });
    this.#segments = [...(state?.segments ?? [])];
    this.#discontinuitySequence = state?.discontinuitySequence ?? 0;
    this.#ticks = this.#segments.reduce((sum, segment) => sum + segment.durationTicks, 0);
  }

  get rendition(): Rendition {
    return this.#rendition;
  }

  /** The broadcast was described anew; only the init version may differ. */
  set rendition(rendition: Rendition) {
    this.#rendition = rendition;
  }

  /** From the oldest on. The last may still grow. */
  get segments(): readonly WindowSegment[] {
    return this.#segments;
  }

  get bitrate(): BitrateMeter {
    return this.#meter;
  }

  /** Of the first segment in the window (rfc8216bis §4.4.3.3). */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }

  /** All media in the window, in ticks. */
  get durationTicks(): number {
    return this.#ticks;
  }

  /** The segment that still grows. */
  get openSegment(): WindowSegment | undefined {
    const last = this.#segments.at(-1);
    return last?.isComplete === false ? last : undefined;
  }

  /** The newest whole segment. */
  get lastComplete(): WindowSegment | undefined {
    return this.openSegment === undefined ? this.#segments.at(-1) : this.#segments.at(-2);
  }

  /** The part that the node is to announce next. */
  get next(): NextPart {
    return this.#heldGaps.next ?? this.hinted;
  }

  /** The part that the playlist hints at: the first that it does not list. */
  get hinted(): NextPart {
    const open = this.openSegment;
    if (open !== undefined) return { msn: open.msn, partIndex: open.parts.length };
    const last = this.#segments.at(-1);
    return { msn: last === undefined ? FIRST_MSN : last.msn + 1, partIndex: 0 };
  }

  /** Where the part begins that the node is to announce next, unless other encoders make it. */
  get nextTicks(): number {
    const last = this.#segments.at(-1);
    return this.#heldGaps.endTicks ?? (last === undefined ? 0 : endTicks(last));
  }

  segment(msn: number): WindowSegment | undefined {
    const first = this.#segments[0];
    return first === undefined ? undefined : this.#segments[msn - first.msn];
  }

  /**
   * Takes the next part in order; any other changes nothing. Throws WindowError for one that must not be listed.
   *
   * @param cut asked where other encoders begin: where the media before them ends in all renditions.
   */
  append(part: PartAnnounced, cut?: () => NextPart): AppendOutcome {
    const { next } = this;
    if (isBefore(part, next)) return 'known';
    if (isBefore(next, part)) return 'ahead';
    this.#assertListable(part);
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
    const closed = { ...open, isComplete: true };
    this.#segments.splice(-1, 1, closed);
    this.#completed(closed);
  }

  state(): RenditionWindowState {
    return {
      segments: this.#segments,
      discontinuitySequence: this.#discontinuitySequence,
      measure: this.#meter.measure,
    };
  }

  /** It is the first part of other encoders, whose media needs another init segment than what was listed last. */
  #beginsSeam(part: PartAnnounced): boolean {
    const last = this.#segments.at(-1);
    return part.partIndex === 0 && last !== undefined && last.initVersion !== part.initVersion;
  }

  /** A gap under init segments that are not in force any more: other encoders are about to begin. */
  #isToBeHeld(part: PartAnnounced): boolean {
    const isOld = part.isGap && part.initVersion !== this.#rendition.initVersion;
    return isOld && this.#segments.length > 0 && !this.#heldGaps.isFull;
  }

  /**
   * Lists gaps that were held back; not those from `cut` on, to the end of that segment. It keeps one where there would
   * be nothing of it otherwise, for it has its number.
   */
  #listHeld(cut: NextPart | undefined): void {
    for (const part of this.#heldGaps.take()) {
      const isCutOff = part.msn === cut?.msn && !isBefore(part, cut) && this.segment(part.msn) !== undefined;
      if (isCutOff) this.close();
      else this.#list(part);
    }
  }

  #list(part: PartAnnounced): void {
    const grown = withPart(this.openSegment ?? this.#begin(part), part, part.isLastOfSegment);
    if (this.openSegment !== undefined) this.#segments.pop();
    this.#segments.push(grown);
    this.#ticks += part.durationTicks;
    if (grown.isComplete) this.#completed(grown);
  }

  #begin(part: PartAnnounced): WindowSegment {
    const last = this.#segments.at(-1);
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
      isComplete: false,
      parts: [],
    };
  }

  #assertListable(part: PartAnnounced): void {
    const segment = this.#segmentOfNext;
    const initVersionMin = this.#heldGaps.initVersion ?? this.#segments.at(-1)?.initVersion ?? 0;
    assertListable(
      part,
      { startTicks: this.nextTicks, segment, initVersionMin, isSeam: this.#beginsSeam(part) },
      { rendition: this.#rendition, segmentTicksMax: this.#segmentTicksMax },
    );
    // HLS-RULES.md A1.18.
    if (segment === undefined && !this.#length.hasRoom(this.#held))
      throw new WindowError('segments-too-short', `${part.renditionId} ${part.msn}`);
  }

  /** The segment that the next part goes on with, as it will be once all gaps before it are listed. */
  get #segmentOfNext(): PartDue['segment'] {
    const { msn, partIndex } = this.next;
    if (partIndex === 0) return undefined;
    const listed = this.openSegment?.msn === msn ? this.openSegment : undefined;
    const held = this.#heldGaps.ofSegment(msn);
    if (listed === undefined || held === undefined) return listed ?? held;
    return { initVersion: listed.initVersion, durationTicks: listed.durationTicks + held.durationTicks };
  }

  get #held(): WindowHeld {
    const oldestTicks = this.#segments[0]?.durationTicks ?? 0;
    return { segmentCount: this.#segments.length, restTicks: this.#ticks - oldestTicks };
  }

  #completed(segment: WindowSegment): void {
    this.#meter.add(segment, isGapSegment(segment));
    while (this.#length.isSurplus(this.#held)) {
      const first = this.#segments.shift();
      if (first === undefined) return;
      this.#ticks -= first.durationTicks;
      // rfc8216bis §6.2.2: the numbers of the segments that stay do not change.
      if (first.isDiscontinuity) this.#discontinuitySequence += 1;
    }
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
