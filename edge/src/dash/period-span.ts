import type { RenditionId } from '@sluice/contracts';
import type { LiveWindow } from '../window/live-window.ts';
import type { RenditionWindow } from '../window/rendition-window.ts';

/** Media under the same init segments: a Period, from its first segment to the first of the next one. */
export interface PeriodSpan {
  readonly firstMsn: number;
  readonly initVersions: ReadonlyMap<RenditionId, number>;
}

/** Segments of one rendition that follow on each other under one init segment. */
interface InitRun {
  readonly sinceMsn: number;
  readonly initVersion: number;
}

/**
 * The Periods of the live window, from the oldest. A seam (docs/adr/0016-the-form-of-a-seam.md) begins one. The media's
 * own time goes on over a seam, so a Period begins where its first segment does by the grid; what was cut off before it
 * is a hole in the time of the Period before.
 */
export function periodSpans({ renditions }: LiveWindow): PeriodSpan[] {
  const windows = [...renditions.values()];
  const runs = new Map(windows.map((own) => [own, initRuns(own)]));
  const firsts = new Set([...runs.values()].flatMap((each) => each.map(({ sinceMsn }) => sinceMsn)));
  return [...firsts]
    .sort((a, b) => a - b)
    .map((firstMsn) => ({
      firstMsn,
      initVersions: new Map(windows.map((own) => [own.rendition.id, initAt(own, runs.get(own) ?? [], firstMsn)])),
    }));
}

function initRuns(own: RenditionWindow): InitRun[] {
  const runs: InitRun[] = [];
  for (const { msn, initVersion } of [...own.archive.runs, ...own.recent]) {
    const last = runs.at(-1);
    if (last === undefined) runs.push({ sinceMsn: own.initSinceMsn, initVersion });
    else if (last.initVersion !== initVersion) runs.push({ sinceMsn: msn, initVersion });
  }
  return runs;
}

function initAt(own: RenditionWindow, runs: readonly InitRun[], firstMsn: number): number {
  const { last } = own;
  // It has nothing of that Period yet: other renditions were a moment quicker.
  if (last === undefined || last.msn < firstMsn) return own.rendition.initVersion;
  return (runs.findLast(({ sinceMsn }) => sinceMsn <= firstMsn) ?? runs[0])?.initVersion ?? own.rendition.initVersion;
}
