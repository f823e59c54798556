import { FIRST_PART, type NextPart, type NextParts, type PartAnnounced, type RenditionId } from '@sluice/contracts';

/**
 * Parts that were cut and that the edge does not know yet. Two minutes of a large ladder in the smallest parts: an edge
 * that is away for longer has ended the broadcast. Those that nobody made come all at once when a publisher is back, as
 * many as its reconnect window is long, and say nothing of the edge.
 */
export const UNKNOWN_PARTS_MAX = 4_096;
/** Segments of which parts are kept after the edge knew them: one that restarts has forgotten the open one at least. */
const KEPT_SEGMENTS = 3;

interface Entry {
  part: PartAnnounced;
  /** Its object is in the bucket, or it is known that it never will be. */
  isDecided: boolean;
  /** Nobody made it. */
  readonly isSkipped: boolean;
}

/** One rendition's parts, from the oldest that is kept to the newest. */
interface Row {
  readonly entries: Entry[];
  /** The first entry that was not sent yet. */
  sentCount: number;
  /** The first entry that the edge does not know. */
  knownCount: number;
  /** Until the init segment of a part is stored the part must not be announced. */
  readonly storedInits: Set<number>;
  /** The part that is to be cut next. */
  next: NextPart;
}

/** What an answer of the edge meant. */
export interface AnswerMeaning {
  /** Parts that the edge knows now and did not before, in order. */
  readonly known: readonly PartAnnounced[];
  /** The edge expects a part that is not kept any more: nothing can be listed from here on. */
  readonly isBeyondRepair: boolean;
}

/** What was cut, what of it may be announced, and what the edge knows of it. Pure. */
export class AnnounceLedger {
  readonly #rows: ReadonlyMap<RenditionId, Row>;

  /** `from` tells where a broadcast that goes on stands. */
  constructor(renditionIds: readonly RenditionId[], from: NextParts = {}) {
    this.#rows = new Map(
      renditionIds.map((id) => [
        id,
        { entries: [], sentCount: 0, knownCount: 0, storedInits: new Set(), next: from[id] ?? FIRST_PART },
      ]),
    );
  }

  /** The part of each rendition that is to be cut next. */
  get next(): NextParts {
    return Object.fromEntries([...this.#rows].map(([id, { next }]) => [id, next]));
  }

  /** The edge knows all that was cut. */
  get isSettled(): boolean {
    return [...this.#rows.values()].every(({ entries, knownCount }) => knownCount === entries.length);
  }

  /** More than a living edge would ever leave unknown. */
  get isOverfull(): boolean {
    let unknown = 0;
    for (const { entries, knownCount } of this.#rows.values()) {
      for (let at = knownCount; at < entries.length; at += 1) if (entries[at]?.isSkipped === false) unknown += 1;
    }
    return unknown > UNKNOWN_PARTS_MAX;
  }

  /** There is something to announce. */
  get hasReady(): boolean {
    return [...this.#rows.values()].some((row) => this.#readyCount(row, 1) > 0);
  }

  initStored(renditionId: RenditionId, initVersion: number): void {
    this.#row(renditionId).storedInits.add(initVersion);
  }

  /** A part was cut, and is on its way into the bucket. In order within each rendition. */
  cut(part: PartAnnounced): void {
    this.#add({ part, isDecided: false, isSkipped: false });
  }

  /** A part that nobody made; it is a gap. In order with those that are cut. */
  skipped(part: PartAnnounced): void {
    this.#add({ part, isDecided: true, isSkipped: true });
  }

  /** A part that a node before stored, with its init segment. In order, before what is cut. */
  found(part: PartAnnounced): void {
    this.initStored(part.lentBy ?? part.renditionId, part.initVersion);
    this.#add({ part, isDecided: true, isSkipped: false });
  }

  stored(part: PartAnnounced): void {
    this.#decide(part, part);
  }

  /** It is announced as a gap, in its turn, so that the rendition's timeline goes on. */
  lost(part: PartAnnounced): void {
    this.#decide(part, { ...part, isGap: true, sizeBytes: 0 });
  }

  /** What may be announced now, in order within each rendition; it counts as sent. */
  take(countMax: number): PartAnnounced[] {
    const taken = [...this.#rows.values()].flatMap((row) => {
      const ready = row.entries.slice(row.sentCount, row.sentCount + this.#readyCount(row, countMax));
      return ready.map(({ part }) => part);
    });
    // By time over all renditions, so that what does not fit is the newest of each; what is lent after its lender's.
    const chosen = taken
      .sort((a, b) => a.msn - b.msn || a.partIndex - b.partIndex || Number(isLent(a)) - Number(isLent(b)))
      .slice(0, countMax);
    for (const part of chosen) this.#row(part.renditionId).sentCount += 1;
    return chosen;
  }

  /** The edge told what it expects next. What was sent and did not get there is sent again. */
  answered(next: NextParts): AnswerMeaning {
    const known: PartAnnounced[] = [];
    let isBeyondRepair = false;
    for (const [id, row] of this.#rows) {
      const expected = next[id] ?? FIRST_PART;
      const [oldest] = row.entries;
      if (oldest !== undefined && isBefore(expected, oldest.part)) isBeyondRepair = true;
      // It cannot know what was never said.
      const knownCount = Math.min(countBefore(row.entries, expected), row.sentCount);
      known.push(...row.entries.slice(row.knownCount, knownCount).map(({ part }) => part));
      row.knownCount = knownCount;
      row.sentCount = knownCount;
      forget(row);
    }
    return { known, isBeyondRepair };
  }

  /** Nobody knows whether what was sent got there: it is sent again. */
  unanswered(): void {
    for (const row of this.#rows.values()) row.sentCount = row.knownCount;
  }

  #add(entry: Entry): void {
    const { renditionId, msn, partIndex, isLastOfSegment } = entry.part;
    const row = this.#row(renditionId);
    row.entries.push(entry);
    row.next = isLastOfSegment ? { msn: msn + 1, partIndex: 0 } : { msn, partIndex: partIndex + 1 };
  }

  #decide(part: PartAnnounced, outcome: PartAnnounced): void {
    const entry = this.#row(part.renditionId).entries.findLast(
      (each) => each.part.msn === part.msn && each.part.partIndex === part.partIndex,
    );
    // The row keeps what is not decided, so there is one.
    if (entry === undefined) throw new Error(`no such part: ${part.renditionId} ${part.msn}.${part.partIndex}`);
    entry.part = outcome;
    entry.isDecided = true;
  }

  /** Decided entries in a row from the first that was not sent, and no more of them than are asked for. */
  #readyCount({ entries, sentCount }: Row, countMax: number): number {
    let count = 0;
    for (; count < countMax; count += 1) {
      const entry = entries[sentCount + count];
      if (entry?.isDecided !== true) return count;
      if (!entry.part.isGap && !this.#isInitStored(entry.part)) return count;
    }
    return count;
  }

  /** What is lent is played with its lender's. */
  #isInitStored({ renditionId, lentBy = renditionId, initVersion }: PartAnnounced): boolean {
    return this.#row(lentBy).storedInits.has(initVersion);
  }

  #row(renditionId: RenditionId): Row {
    const row = this.#rows.get(renditionId);
    if (row === undefined) throw new Error(`no such rendition: ${renditionId}`);
    return row;
  }
}

function isLent({ lentBy }: PartAnnounced): boolean {
  return lentBy !== undefined;
}

function isBefore(a: NextPart, b: NextPart): boolean {
  return a.msn < b.msn || (a.msn === b.msn && a.partIndex < b.partIndex);
}

function countBefore(entries: readonly Entry[], next: NextPart): number {
  const index = entries.findIndex(({ part }) => !isBefore(part, next));
  return index < 0 ? entries.length : index;
}

function forget(row: Row): void {
  const newestKnown = row.entries[row.knownCount - 1];
  if (newestKnown === undefined) return;
  const oldestMsn = newestKnown.part.msn - KEPT_SEGMENTS + 1;
  const spare = row.entries.findIndex(({ part }) => part.msn >= oldestMsn);
  if (spare <= 0) return;
  row.entries.splice(0, spare);
  row.knownCount -= spare;
  row.sentCount -= spare;
}
