import type { BroadcastDescription, NextPart } from '@sluice/contracts';
import type { DoubtfulSpan } from '../recording/timeline-state.ts';
import type { DateRange } from '../window/window-state.ts';
import type { Broadcast } from './broadcast.ts';

/** What a broadcast's own row says, but for what never changes. */
interface BroadcastRow {
  readonly description: BroadcastDescription | undefined;
  readonly cut: NextPart | undefined;
  readonly endedAtMs: number | undefined;
}

/** What tells one window that is worth a row from another. */
interface WindowMark {
  /** The newest segment that is as whole as it will be for some time. */
  readonly msn: number;
  /** Gaps that are held back. */
  readonly heldCount: number;
  readonly dateRanges: readonly DateRange[] | undefined;
  readonly isEnded: boolean;
  /** Of its recording: where others went on. */
  readonly doubts: readonly DoubtfulSpan[] | undefined;
}

/** What storage does not know yet of one broadcast. */
export class StoreBacklog {
  readonly #broadcast: Broadcast;
  #keptWindow: WindowMark | undefined;
  #keptRow: BroadcastRow | undefined;

  /** @param isKept storage has just given it back, as it is now. */
  constructor(broadcast: Broadcast, isKept: boolean) {
    this.#broadcast = broadcast;
    this.#keptWindow = isKept ? markOf(broadcast) : undefined;
    this.#keptRow = isKept ? rowOf(broadcast) : undefined;
  }

  /** Whether its window's row must be written: about once a segment. Asked once, it is taken as done. */
  takeIsWindowUnkept(): boolean {
    const mark = markOf(this.#broadcast);
    const kept = this.#keptWindow ?? NOTHING;
    this.#keptWindow = mark;
    return (
      mark.msn !== kept.msn ||
      mark.heldCount !== kept.heldCount ||
      mark.dateRanges !== kept.dateRanges ||
      mark.isEnded !== kept.isEnded ||
      mark.doubts !== kept.doubts
    );
  }

  /** Whether its own row must be written; asked once, it is taken as done. */
  takeIsRowUnkept(): boolean {
    const row = rowOf(this.#broadcast);
    const kept = this.#keptRow;
    this.#keptRow = row;
    if (kept === undefined) return true;
    return row.description !== kept.description || row.cut !== kept.cut || row.endedAtMs !== kept.endedAtMs;
  }
}

const NOTHING: WindowMark = { msn: 0, heldCount: 0, dateRanges: undefined, isEnded: false, doubts: undefined };

function rowOf({ window, endedAtMs }: Broadcast): BroadcastRow {
  return { description: window?.description, cut: window?.cut, endedAtMs };
}

/**
 * A segment counts when it is whole in every rendition, or as whole as it will be for some time, because another
 * rendition is a segment ahead already: a row a segment, then, not one a rendition.
 */
function markOf({ window, timeline }: Broadcast): WindowMark {
  if (window === undefined) return NOTHING;
  const renditions = [...window.renditions.values()];
  const lasts = renditions.map(({ lastComplete }) => lastComplete?.msn ?? 0);
  const listed = window.dateRanges.listed;
  return {
    msn: Math.max(Math.min(...lasts), Math.max(...lasts) - 1),
    heldCount: renditions.reduce((sum, { heldCount }) => sum + heldCount, 0),
    dateRanges: listed.length === 0 ? undefined : listed,
    isEnded: window.isEnded,
    doubts: timeline?.doubts.length ? timeline.doubts : undefined,
  };
}
