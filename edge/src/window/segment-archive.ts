import { type ClosedSegment, closedSegment } from './closed-segment.ts';
import type { RenditionGrid } from './rendition-grid.ts';
import { joinedRun, runEndTicks, runOf, runRest, runSegment, type SegmentRun } from './segment-run.ts';
import type { WindowSegment } from './window-segment.ts';
import type { ArchiveState, RunState } from './window-state.ts';

/**
 * What the runs of one rendition may be made of. A broadcast is one run, and one or two more for each seam, each gap and
 * each time that the rendition rests: twelve hours have room for one every 90 seconds. Beyond it the oldest run leaves
 * the window early.
 */
export const RUN_NUMBERS_MAX = 8_192;
/** Of any run, beside the lengths of its parts and which of them are gaps. */
const RUN_NUMBERS = 8;
/** The name of who lends it takes as much room. */
const LENDER_NUMBERS = 2;

/**
 * The whole segments of a rendition that are too old for anybody to ask for their parts. Nearly all are exactly on the
 * media grid, so that twelve hours are a few runs (docs/adr/0023-twelve-hours-in-runs.md). What comes out is what went
 * in, but for sizes and for which parts are independent.
 */
export class SegmentArchive {
  readonly #grid: RenditionGrid;
  readonly #runs: SegmentRun[];
  #count: number;
  #numbers: number;

  constructor(grid: RenditionGrid, state?: ArchiveState) {
    this.#grid = grid;
    this.#runs = state === undefined ? [] : runsOf(state, grid);
    this.#count = this.#runs.reduce((sum, { count }) => sum + count, 0);
    this.#numbers = this.#runs.reduce((sum, run) => sum + numbersIn(run), 0);
  }

  /** Segments in it. */
  get count(): number {
    return this.#count;
  }

  /** From the oldest on. */
  get runs(): readonly SegmentRun[] {
    return this.#runs;
  }

  /** The oldest segment. */
  get first(): ClosedSegment | undefined {
    const run = this.#runs[0];
    return run && runSegment(run, run.msn, this.#grid);
  }

  /** What its runs are made of: that is what they cost to keep. */
  get numbers(): number {
    return this.#numbers;
  }

  /** The first segment that it lacks after its last one; `undefined`: it has none. */
  get endMsn(): number | undefined {
    const last = this.#runs.at(-1);
    return last && last.msn + last.count;
  }

  /** There are more kinds of segments than there should be. */
  get isTooMuch(): boolean {
    return this.#numbers > RUN_NUMBERS_MAX;
  }

  /** All media in it, in ticks. Some of what lies between its ends may not be there: it was cut off at seams. */
  get durationTicks(): number {
    return this.#runs.reduce((sum, run) => sum + runEndTicks(run, this.#grid) - run.startTicks, 0);
  }

  segment(msn: number): ClosedSegment | undefined {
    const run = this.#runs.findLast((each) => each.msn <= msn);
    return run === undefined || msn >= run.msn + run.count ? undefined : runSegment(run, msn, this.#grid);
  }

  /** A run's segments from one msn on, up to another and without it. */
  segmentsOf(run: SegmentRun, fromMsn: number, toMsn: number): ClosedSegment[] {
    return Array.from({ length: toMsn - fromMsn }, (_, index) => runSegment(run, fromMsn + index, this.#grid));
  }

  /** Takes the next whole segment. */
  push(segment: WindowSegment): void {
    this.pushRun(runOf(closedSegment(segment), this.#grid));
  }

  /** Takes the segments of a run, which come next. */
  pushRun(next: SegmentRun): void {
    const last = this.#runs.at(-1);
    const joined = last && joinedRun(last, next, this.#grid);
    if (joined === undefined) {
      this.#runs.push(next);
      this.#numbers += numbersIn(next);
    } else this.#runs[this.#runs.length - 1] = joined;
    this.#count += next.count;
  }

  /** Lets go of the oldest segment. */
  shift(): ClosedSegment | undefined {
    const { first } = this;
    const [run] = this.#runs;
    if (run === undefined) return undefined;
    const rest = runRest(run, this.#grid);
    if (rest === undefined) {
      this.#runs.shift();
      this.#numbers -= numbersIn(run);
    } else this.#runs[0] = rest;
    this.#count -= 1;
    return first;
  }

  state(): ArchiveState {
    const msn = this.#runs[0]?.msn ?? 0;
    let before: SegmentRun | undefined;
    const runs = this.#runs.map((run) => {
      const state = runState(run, before, this.#grid);
      before = run;
      return state;
    });
    return { msn, runs };
  }
}

function numbersIn({ partTicks = [], gapParts, lentBy }: SegmentRun): number {
  return RUN_NUMBERS + (lentBy === undefined ? 0 : LENDER_NUMBERS) + partTicks.length + gapParts.length;
}

/** What of a run does not follow from the one before it. */
function runState(run: SegmentRun, before: SegmentRun | undefined, grid: RenditionGrid): RunState {
  const { count, startTicks, cutTicks, initVersion, isDiscontinuity, lentBy, partTicks, gapParts } = run;
  const goesOn = before !== undefined && startTicks === runEndTicks(before, grid);
  return {
    count,
    ...(!goesOn && { startTicks }),
    ...(cutTicks !== (before?.cutTicks ?? 0) && { cutTicks }),
    ...(initVersion !== (before?.initVersion ?? 0) && { initVersion }),
    ...(isDiscontinuity && { isDiscontinuity }),
    ...(lentBy && { lentBy }),
    ...(partTicks && { partTicks: [...partTicks] }),
    ...(gapParts.length > 0 && { gapParts: [...gapParts] }),
  };
}

function runsOf({ msn: firstMsn, runs: states }: ArchiveState, grid: RenditionGrid): SegmentRun[] {
  const runs: SegmentRun[] = [];
  let msn = firstMsn;
  for (const { count, ...state } of states) {
    const before = runs.at(-1);
    runs.push({
      msn,
      count,
      startTicks: state.startTicks ?? (before === undefined ? 0 : runEndTicks(before, grid)),
      cutTicks: state.cutTicks ?? before?.cutTicks ?? 0,
      initVersion: state.initVersion ?? before?.initVersion ?? 0,
      isDiscontinuity: state.isDiscontinuity ?? false,
      ...(state.lentBy && { lentBy: state.lentBy }),
      partTicks: state.partTicks,
      gapParts: state.gapParts ?? [],
    });
    msn += count;
  }
  return runs;
}
