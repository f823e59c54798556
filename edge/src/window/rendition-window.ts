import type { NextPart, PartAnnounced, Rendition } from '@sluice/contracts';
import { type BitrateMeasure, BitrateMeter } from './bitrate-meter.ts';
import { WindowError } from './window-error.ts';
import { endTicks, isGapSegment, type WindowSegment, withPart } from './window-segment.ts';

/** The first msn of a broadcast. Some players stall at 0 (hls.js#8013). */
const FIRST_MSN = 1;
/** Far more than a broadcast waits for other encoders; beyond it gaps are listed as they come. */
const MISSED_PARTS_MAX = 512;
/** Segments are as long as the target, but for a last one here and there. A node that makes shorter ones gains nothing. */
const SEGMENTS_PER_TARGET_DURATION_MAX = 2;
const SHORT_SEGMENTS_MAX = 8;

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
  readonly #windowTicks: number;
  readonly #segmentTicksMax: number;
  readonly #segmentsMax: number;
  readonly #meter: BitrateMeter;
  #rendition: Rendition;
  #segments: WindowSegment[];
  /** Gaps that are not listed before it is known what follows them (docs/adr/0016-the-form-of-a-seam.md). */
  #missed: PartAnnounced[] = [];
  #discontinuitySequence: number;
  #ticks: number;

  constructor(options: RenditionWindowOptions, state?: RenditionWindowState) {
    const { rendition, targetDurationS, windowS } = options;
    const { timescaleHz } = rendition;
    this.#rendition = rendition;
    this.#windowTicks = windowS * timescaleHz;
    // rfc8216bis §4.4.3.1: EXTINF, rounded to the nearest second, must not exceed the target duration.
    this.#segmentTicksMax = (targetDurationS + 0.5) * timescaleHz - 1;
    this.#segmentsMax = Math.ceil(windowS / targetDurationS) * SEGMENTS_PER_TARGET_DURATION_MAX + SHORT_SEGMENTS_MAX;
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
    const last = this.#missed.at(-1);
    return last === undefined ? this.hinted : placeAfter(last);
  }

  /** The part that the playlist hints at: the first that it does not list. */
  get hinted(): NextPart {
    const open = this.openSegment;
    if (open !== undefined) return { msn: open.msn, partIndex: open.parts.length };
    const last = this.#segments.at(-1);
    return { msn: last === undefined ? FIRST_MSN : last.msn + 1, partIndex: 0 };
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
    if (this.#isMissed(part)) {
      this.#assertListable(part);
      this.#missed.push(part);
      return 'appended';
    }
    this.#assertListable(part);
    const seamCut = this.#beginsSeam(part) ? cut?.() : undefined;
    if (this.#missed.length > 0) this.#listMissed(seamCut);
    this.#list(part);
    return 'appended';
  }

  /** No more parts will come: what is there of the open segment becomes a whole, shorter one. */
  close(): void {
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
  #isMissed(part: PartAnnounced): boolean {
    const isOld = part.isGap && part.initVersion !== this.#rendition.initVersion;
    return isOld && this.#segments.length > 0 && this.#missed.length < MISSED_PARTS_MAX;
  }

  /**
   * Lists gaps that were held back; not those from `cut` on, to the end of that segment. It keeps one where there would
   * be nothing of it otherwise, for it has its number.
   */
  #listMissed(cut: NextPart | undefined): void {
    const missed = this.#missed;
    this.#missed = [];
    for (const part of missed) {
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
      // rfc8216bis §4.4.4.3: for a jump in the timestamps it must be there, for another encoding it should.
      isDiscontinuity: last !== undefined && (last.initVersion !== part.initVersion || jumpTicks !== 0),
      isComplete: false,
      parts: [],
    };
  }

  #assertListable(part: PartAnnounced): void {
    const name = `${part.renditionId} ${part.msn}.${part.partIndex}`;
    if (part.durationTicks > this.#rendition.partTargetTicks) throw new WindowError('part-too-long', name);
    if (!part.isGap && part.sizeBytes === 0) throw new WindowError('part-empty', name);
    const before = this.#missed.at(-1);
    const last = this.#segments.at(-1);
    const open = this.openSegment?.msn === part.msn ? this.openSegment : undefined;
    const grownTicks = (open?.durationTicks ?? 0) + part.durationTicks;
    if (grownTicks > this.#segmentTicksMax) throw new WindowError('segment-too-long', name);
    if (open !== undefined && part.initVersion !== open.initVersion)
      throw new WindowError('init-changed-in-segment', name);
    const endsTicks = before === undefined ? last && endTicks(last) : before.startTicks + before.durationTicks;
    // The end of a segment that was closed at a seam is all that a restart leaves of what was cut off after it.
    const isJump = this.#beginsSeam(part) && part.startTicks > (endsTicks ?? 0);
    if (endsTicks !== undefined && part.startTicks !== endsTicks && !isJump) {
      throw new WindowError('timestamps-not-contiguous', `${name} starts at ${part.startTicks}, not ${endsTicks}`);
    }
  }

  #completed(segment: WindowSegment): void {
    this.#meter.add(segment, isGapSegment(segment));
    for (;;) {
      const [first] = this.#segments;
      const isStillWanted = this.#segments.length <= this.#segmentsMax;
      if (first === undefined || (isStillWanted && this.#ticks - first.durationTicks < this.#windowTicks)) return;
      this.#segments.shift();
      this.#ticks -= first.durationTicks;
      // rfc8216bis §6.2.2: the numbers of the segments that stay do not change.
      if (first.isDiscontinuity) this.#discontinuitySequence += 1;
    }
  }
}

/** One part comes before another in a rendition. */
export function isBefore(one: NextPart, other: NextPart): boolean {
  return one.msn < other.msn || (one.msn === other.msn && one.partIndex < other.partIndex);
}

function placeAfter({ msn, partIndex, isLastOfSegment }: PartAnnounced): NextPart {
  return isLastOfSegment ? { msn: msn + 1, partIndex: 0 } : { msn, partIndex: partIndex + 1 };
}
