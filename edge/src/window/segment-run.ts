import type { ListedId } from '../mux/muxed-id.ts';
import { type ClosedSegment, sumTicks } from './closed-segment.ts';
import type { RenditionGrid } from './rendition-grid.ts';

/** Whole segments that follow on each other and differ in nothing but their numbers and times. */
export interface SegmentRun {
  /** Of the first of them. */
  readonly msn: number;
  readonly count: number;
  /** tfdt of the first of them, in the rendition's ticks. */
  readonly startTicks: number;
  readonly cutTicks: number;
  readonly initVersion: number;
  /** EXT-X-DISCONTINUITY stands before the first of them. */
  readonly isDiscontinuity: boolean;
  /** Whose media all of them are; absent: their own rendition's. */
  readonly lentBy?: ListedId | undefined;
  /** How long each part of each of them is; `undefined`: as the media grid says. */
  readonly partTicks: readonly number[] | undefined;
  /** Which parts of each of them are gaps. */
  readonly gapParts: readonly number[];
}

/** A segment as a run of its own. */
export function runOf(segment: ClosedSegment, grid: RenditionGrid): SegmentRun {
  const { partTicks, ...rest } = segment;
  const { msn, startTicks } = segment;
  const isOnGrid = startTicks === grid.startTicks(msn) && isSame(partTicks, grid.partTicks(msn));
  return { ...rest, count: 1, partTicks: isOnGrid ? undefined : partTicks };
}

/** Both as one run; `undefined`: the second is not more of the first. */
export function joinedRun(run: SegmentRun, next: SegmentRun, grid: RenditionGrid): SegmentRun | undefined {
  const goesOn =
    next.msn === run.msn + run.count &&
    next.startTicks === runEndTicks(run, grid) &&
    next.cutTicks === run.cutTicks &&
    next.initVersion === run.initVersion &&
    next.lentBy === run.lentBy &&
    !next.isDiscontinuity &&
    isSame(next.partTicks, run.partTicks) &&
    isSame(next.gapParts, run.gapParts);
  return goesOn ? { ...run, count: run.count + next.count } : undefined;
}

/** Where its last segment ends, in the rendition's ticks. */
export function runEndTicks(run: SegmentRun, grid: RenditionGrid): number {
  return startTicksIn(run, run.msn + run.count, grid);
}

/** One segment of it. */
export function runSegment(run: SegmentRun, msn: number, grid: RenditionGrid): ClosedSegment {
  const { cutTicks, initVersion, lentBy, gapParts } = run;
  return {
    msn,
    startTicks: startTicksIn(run, msn, grid),
    cutTicks,
    initVersion,
    isDiscontinuity: run.isDiscontinuity && msn === run.msn,
    ...(lentBy && { lentBy }),
    partTicks: run.partTicks ?? grid.partTicks(msn),
    gapParts,
  };
}

/** Without its first segment; `undefined`: that was all of it. */
export function runRest(run: SegmentRun, grid: RenditionGrid): SegmentRun | undefined {
  return runWithin(run, { fromMsn: run.msn + 1, toMsn: run.msn + run.count }, grid);
}

/** From one msn on, up to another and without it. */
export interface MsnSpan {
  readonly fromMsn: number;
  readonly toMsn: number;
}

/** Those of its segments that are in a span; `undefined`: none is. */
export function runWithin(run: SegmentRun, { fromMsn, toMsn }: MsnSpan, grid: RenditionGrid): SegmentRun | undefined {
  const msn = Math.max(run.msn, fromMsn);
  const count = Math.min(run.msn + run.count, toMsn) - msn;
  if (count <= 0) return undefined;
  if (msn === run.msn) return { ...run, count };
  return { ...run, msn, count, startTicks: startTicksIn(run, msn, grid), isDiscontinuity: false };
}

function startTicksIn({ msn: firstMsn, startTicks, partTicks }: SegmentRun, msn: number, grid: RenditionGrid): number {
  return partTicks === undefined ? grid.startTicks(msn) : startTicks + (msn - firstMsn) * sumTicks(partTicks);
}

function isSame(one: readonly number[] | undefined, other: readonly number[] | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
