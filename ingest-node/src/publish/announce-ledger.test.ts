import { type NextParts, type PartAnnounced, RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnnounceLedger, UNKNOWN_PARTS_MAX } from './announce-ledger.ts';

const V = RenditionId.parse('v720');
const SMALL = RenditionId.parse('v360');
const A = RenditionId.parse('a128');
const PARTS_PER_SEGMENT = 4;

function part(renditionId: RenditionId, ordinal: number): PartAnnounced {
  const partIndex = ordinal % PARTS_PER_SEGMENT;
  return {
    renditionId,
    msn: Math.floor(ordinal / PARTS_PER_SEGMENT) + 1,
    partIndex,
    startTicks: ordinal * 16_000,
    durationTicks: 16_000,
    sizeBytes: 100,
    isIndependent: partIndex === 0,
    isLastOfSegment: partIndex === PARTS_PER_SEGMENT - 1,
    isGap: false,
    initVersion: 0,
  };
}

const next = (ordinal: number) => ({
  msn: Math.floor(ordinal / PARTS_PER_SEGMENT) + 1,
  partIndex: ordinal % PARTS_PER_SEGMENT,
});
const names = (parts: readonly PartAnnounced[]) =>
  parts.map((each) => `${each.renditionId} ${each.msn}.${each.partIndex}`);

function ledgerWith(count: number, renditionIds = [V]): AnnounceLedger {
  const ledger = new AnnounceLedger(renditionIds);
  for (const id of renditionIds) {
    ledger.initStored(id, 0);
    for (let ordinal = 0; ordinal < count; ordinal += 1) ledger.cut(part(id, ordinal));
  }
  return ledger;
}

describe('what may be announced', () => {
  it('is what is stored, up to the first that is not', () => {
    const ledger = ledgerWith(4);
    ledger.stored(part(V, 1));
    ledger.stored(part(V, 2));
    expect(ledger.hasReady).toBe(false);
    ledger.stored(part(V, 0));
    expect(names(ledger.take(10))).toEqual(['v720 1.0', 'v720 1.1', 'v720 1.2']);
    expect(ledger.take(10)).toEqual([]);
  });

  it('is nothing before the init segment is stored', () => {
    const ledger = new AnnounceLedger([V]);
    ledger.cut(part(V, 0));
    ledger.stored(part(V, 0));
    expect(ledger.hasReady).toBe(false);
    ledger.initStored(V, 0);
    expect(names(ledger.take(10))).toEqual(['v720 1.0']);
  });

  it('is nothing of another encoder before its own init segment is stored', () => {
    const ledger = ledgerWith(1);
    const other = { ...part(V, 1), initVersion: 1 };
    ledger.cut(other);
    for (const each of [part(V, 0), other]) ledger.stored(each);
    expect(names(ledger.take(10))).toEqual(['v720 1.0']);
    ledger.initStored(V, 1);
    expect(names(ledger.take(10))).toEqual(['v720 1.1']);
  });

  it('is nothing that is lent before its lender’s init segment is stored, and that comes after the lender’s', () => {
    const ledger = new AnnounceLedger([V, SMALL]);
    ledger.initStored(V, 0);
    const own = part(SMALL, 0);
    const lent = { ...own, renditionId: V, lentBy: SMALL };
    for (const each of [lent, own]) {
      ledger.cut(each);
      ledger.stored(each);
    }
    expect(ledger.take(10)).toEqual([]);
    ledger.initStored(SMALL, 0);
    expect(ledger.take(10)).toEqual([own, lent]);
  });

  it('begins where a broadcast that goes on stands, and gaps need no init segment', () => {
    const ledger = new AnnounceLedger([V, A], { [V]: next(5) });
    expect(ledger.next).toEqual({ [V]: next(5), [A]: next(0) });
    const skipped = { ...part(V, 5), isGap: true, sizeBytes: 0 };
    ledger.skipped(skipped);
    expect(ledger.next[V]).toEqual(next(6));
    expect(ledger.take(10)).toEqual([skipped]);
    expect(ledger.answered({ [V]: next(6) })).toEqual({ known: [skipped], isBeyondRepair: false });
  });

  it('is a gap in the turn of a part that was lost', () => {
    const ledger = ledgerWith(2);
    ledger.stored(part(V, 1));
    ledger.lost(part(V, 0));
    expect(ledger.take(10)).toEqual([{ ...part(V, 0), isGap: true, sizeBytes: 0 }, part(V, 1)]);
  });

  it('does not wait for another rendition, and is the oldest of all when not all fits', () => {
    const ledger = ledgerWith(3, [V, A]);
    for (const ordinal of [0, 1, 2]) ledger.stored(part(A, ordinal));
    ledger.stored(part(V, 0));
    expect(names(ledger.take(3))).toEqual(['v720 1.0', 'a128 1.0', 'a128 1.1']);
    expect(names(ledger.take(3))).toEqual(['a128 1.2']);
  });
});

describe('what the edge answers', () => {
  const sent = (count: number) => {
    const ledger = ledgerWith(count);
    for (let ordinal = 0; ordinal < count; ordinal += 1) ledger.stored(part(V, ordinal));
    ledger.take(count);
    return ledger;
  };

  it('makes what it took known, once', () => {
    const ledger = sent(3);
    expect(names(ledger.answered({ [V]: next(3) }).known)).toEqual(['v720 1.0', 'v720 1.1', 'v720 1.2']);
    expect(ledger.answered({ [V]: next(3) })).toEqual({ known: [], isBeyondRepair: false });
    expect(ledger.isSettled).toBe(true);
  });

  it('makes what it did not take be sent again', () => {
    const ledger = sent(4);
    ledger.answered({ [V]: next(2) });
    expect(ledger.isSettled).toBe(false);
    expect(names(ledger.take(10))).toEqual(['v720 1.2', 'v720 1.3']);
  });

  it('makes what it forgot be sent again', () => {
    const ledger = sent(8);
    ledger.answered({ [V]: next(8) });
    expect(ledger.answered({ [V]: next(4) }).known).toEqual([]);
    expect(names(ledger.take(10))).toEqual(['v720 2.0', 'v720 2.1', 'v720 2.2', 'v720 2.3']);
  });

  it('that never came makes everything unknown be sent again', () => {
    const ledger = sent(2);
    ledger.unanswered();
    expect(names(ledger.take(10))).toEqual(['v720 1.0', 'v720 1.1']);
  });

  it('cannot make known what was never said', () => {
    const ledger = ledgerWith(2);
    ledger.stored(part(V, 0));
    ledger.take(10);
    expect(names(ledger.answered({ [V]: next(40) }).known)).toEqual(['v720 1.0']);
    ledger.stored(part(V, 1));
    expect(names(ledger.take(10))).toEqual(['v720 1.1']);
  });

  it('is beyond repair when it expects what is not kept any more', () => {
    const ledger = sent(40);
    ledger.answered({ [V]: next(40) });
    expect(ledger.answered({ [V]: next(32) }).isBeyondRepair).toBe(false);
    expect(ledger.answered({}).isBeyondRepair).toBe(true);
  });
});

describe('the size of the ledger', () => {
  it('does not grow with parts that the edge knows', () => {
    const ledger = ledgerWith(0);
    for (let ordinal = 0; ordinal < 3 * UNKNOWN_PARTS_MAX; ordinal += 1) {
      ledger.cut(part(V, ordinal));
      ledger.stored(part(V, ordinal));
      ledger.take(10);
      ledger.answered({ [V]: next(ordinal + 1) });
    }
    expect(ledger.isOverfull).toBe(false);
  });

  it('is told when the edge takes nothing', () => {
    expect(ledgerWith(UNKNOWN_PARTS_MAX).isOverfull).toBe(false);
    expect(ledgerWith(UNKNOWN_PARTS_MAX + 1).isOverfull).toBe(true);
  });

  it('is not told by parts that nobody made, however many come at once', () => {
    const ledger = ledgerWith(1);
    for (let ordinal = 1; ordinal <= UNKNOWN_PARTS_MAX + 1; ordinal += 1) {
      ledger.skipped({ ...part(V, ordinal), isGap: true, sizeBytes: 0 });
    }
    expect(ledger.isOverfull).toBe(false);
    ledger.stored(part(V, 0));
    expect(ledger.take(10)).toHaveLength(10);
    for (let count = 1; count <= UNKNOWN_PARTS_MAX; count += 1) ledger.cut(part(V, UNKNOWN_PARTS_MAX + 1 + count));
    expect(ledger.isOverfull).toBe(true);
  });
});

it('gets every part to the edge in order, whatever is lost on the way', () => {
  const step = fc.record({
    renditionId: fc.constantFrom(V, A),
    event: fc.constantFrom(
      'cut',
      'stored-oldest',
      'stored-newest',
      'lost',
      'announced',
      'unheard',
      'answer-lost',
      'forgets',
    ),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const world = new World();
      for (const { renditionId, event } of steps) world.step(renditionId, event);
      world.settle();
      expect(world.ledger.isSettled).toBe(true);
      for (const id of [V, A])
        expect(world.listed(id)).toEqual(Array.from({ length: world.cutCount(id) }, (_, n) => n));
    }),
  );
});

/** A ledger, and an edge that takes parts in order only and may forget what came after its last whole segment. */
class World {
  readonly ledger = new AnnounceLedger([V, A]);
  readonly #cut = new Map<RenditionId, number>([V, A].map((id) => [id, 0]));
  readonly #undecided = new Map<RenditionId, number[]>([V, A].map((id) => [id, []]));
  readonly #listed = new Map<RenditionId, number>([V, A].map((id) => [id, 0]));

  constructor() {
    for (const id of [V, A]) this.ledger.initStored(id, 0);
  }

  cutCount(id: RenditionId): number {
    return this.#cut.get(id) ?? 0;
  }

  listed(id: RenditionId): number[] {
    return Array.from({ length: this.#listed.get(id) ?? 0 }, (_, ordinal) => ordinal);
  }

  step(id: RenditionId, event: string): void {
    const undecided = this.#undecided.get(id) ?? [];
    if (event === 'cut') {
      const ordinal = this.cutCount(id);
      this.ledger.cut(part(id, ordinal));
      this.#cut.set(id, ordinal + 1);
      undecided.push(ordinal);
    } else if (event === 'stored-oldest' || event === 'stored-newest' || event === 'lost') {
      const ordinal = event === 'stored-newest' ? undecided.pop() : undecided.shift();
      if (ordinal === undefined) return;
      if (event === 'lost') this.ledger.lost(part(id, ordinal));
      else this.ledger.stored(part(id, ordinal));
    } else if (event === 'forgets') {
      const listed = this.#listed.get(id) ?? 0;
      this.#listed.set(id, listed - (listed % PARTS_PER_SEGMENT));
    } else {
      this.#announce(event);
    }
  }

  settle(): void {
    for (const id of [V, A]) while ((this.#undecided.get(id) ?? []).length > 0) this.step(id, 'stored-oldest');
    for (let round = 0; round < 3; round += 1) this.#announce('announced');
  }

  #announce(event: string): void {
    const sent = this.ledger.take(1_000);
    if (event !== 'unheard') {
      for (const each of sent) {
        const ordinal = (each.msn - 1) * PARTS_PER_SEGMENT + each.partIndex;
        if (this.#listed.get(each.renditionId) === ordinal) this.#listed.set(each.renditionId, ordinal + 1);
      }
    }
    if (event !== 'announced') {
      this.ledger.unanswered();
      return;
    }
    const expected: NextParts = Object.fromEntries([V, A].map((id) => [id, next(this.#listed.get(id) ?? 0)]));
    expect(this.ledger.answered(expected).isBeyondRepair).toBe(false);
  }
}
