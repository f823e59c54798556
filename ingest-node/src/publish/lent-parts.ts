import { FIRST_PART, type NextPart, type NextParts, type PartAnnounced, type RenditionId } from '@sluice/contracts';
import type { CutPart } from '../package/packager.ts';

/** Encoders are less than this apart (LoadGovernor gives up before). More is a fault of ours. */
const WAITING_PARTS_MAX = 256;

/** A part in its place: a rendition's own, to be stored; or one that is lent, whose bytes are stored by its lender. */
export type PlacedPart =
  | { readonly kind: 'own'; readonly part: CutPart }
  | { readonly kind: 'lent'; readonly announced: PartAnnounced; readonly lender: CutPart };

export interface LentPartsOptions {
  /** The video renditions that can stand in for each other. */
  readonly pictures: readonly RenditionId[];
  /** The part that is due of each rendition. */
  readonly next: NextParts;
  /** Who lends a segment of a rendition (RenditionDemand). */
  readonly lender: (id: RenditionId, msn: number) => RenditionId | undefined;
  /** Playlists hint at the part after the newest: it is said in time whose it will be. */
  readonly hintsParts: boolean;
}

interface Row {
  due: NextPart;
  /** Parts that are not due yet. */
  readonly waiting: PlacedPart[];
}

/**
 * Puts each rendition's parts in order: its own ones, and in the segments in which it rests those of its lender. A
 * lender's encoder may be ahead or behind; what comes too early waits. Pure.
 */
export class LentParts {
  readonly #options: LentPartsOptions;
  readonly #rows: ReadonlyMap<RenditionId, Row>;

  constructor(options: LentPartsOptions) {
    this.#options = options;
    const { pictures, next } = options;
    this.#rows = new Map(pictures.map((id) => [id, { due: next[id] ?? FIRST_PART, waiting: [] }]));
  }

  /** Whether a rendition can be lent another one's parts, or lend its own. */
  places(id: RenditionId): boolean {
    return this.#rows.has(id);
  }

  /** Takes a part that was just cut. What may be announced now, in order within each rendition. */
  take(part: CutPart): PlacedPart[] {
    const { renditionId, msn } = part.announced;
    const { pictures, lender } = this.#options;
    if (!this.#rows.has(renditionId)) return [{ kind: 'own', part }];
    // What an encoder still makes of a segment that is lent is nobody's.
    const own = lender(renditionId, msn) === undefined ? this.#place(renditionId, { kind: 'own', part }) : [];
    const borrowers = pictures.filter((id) => lender(id, msn) === renditionId);
    const lent = borrowers.flatMap((id) =>
      this.#place(id, { kind: 'lent', announced: lentPart(id, part.announced), lender: part }),
    );
    return [...own, ...lent];
  }

  /** Other encoders go on from here. What waited is announced as gaps; of it these parts were to be stored. */
  goOn(next: NextParts): CutPart[] {
    const dropped: CutPart[] = [];
    for (const [id, row] of this.#rows) {
      for (const placed of row.waiting.splice(0)) if (placed.kind === 'own') dropped.push(placed.part);
      row.due = next[id] ?? FIRST_PART;
    }
    return dropped;
  }

  #place(id: RenditionId, placed: PlacedPart): PlacedPart[] {
    const row = this.#rows.get(id);
    if (row === undefined) return [];
    row.waiting.push(placed);
    if (row.waiting.length > WAITING_PARTS_MAX) throw new Error(`${id} waits for ${row.due.msn}.${row.due.partIndex}`);
    const placedNow: PlacedPart[] = [];
    for (let next = takeDue(row); next !== undefined; next = takeDue(row)) placedNow.push(this.#withNext(id, next));
    return placedNow;
  }

  /** The last part of a segment says whose the next one is. */
  #withNext(id: RenditionId, placed: PlacedPart): PlacedPart {
    const { lender, hintsParts } = this.#options;
    const announced = announcedOf(placed);
    if (!hintsParts || !announced.isLastOfSegment) return placed;
    const nextLentBy = lender(id, announced.msn + 1);
    if (nextLentBy === undefined) return placed;
    const hinting = { ...announced, nextLentBy };
    return placed.kind === 'own'
      ? { kind: 'own', part: { ...placed.part, announced: hinting } }
      : { ...placed, announced: hinting };
  }
}

function takeDue(row: Row): PlacedPart | undefined {
  const { due } = row;
  const index = row.waiting.findIndex((placed) => {
    const { msn, partIndex } = announcedOf(placed);
    return msn === due.msn && partIndex === due.partIndex;
  });
  const [placed] = index < 0 ? [] : row.waiting.splice(index, 1);
  if (placed === undefined) return undefined;
  row.due = announcedOf(placed).isLastOfSegment
    ? { msn: due.msn + 1, partIndex: 0 }
    : { msn: due.msn, partIndex: due.partIndex + 1 };
  return placed;
}

function announcedOf(placed: PlacedPart): PartAnnounced {
  return placed.kind === 'own' ? placed.part.announced : placed.announced;
}

function lentPart(renditionId: RenditionId, { nextLentBy: _, ...part }: PartAnnounced): PartAnnounced {
  return { ...part, renditionId, lentBy: part.renditionId };
}
