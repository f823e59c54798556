import { BroadcastId, type EdgeEvent } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from './event-draft.ts';
import { EVENTS_KEPT_MAX, EventOutbox } from './event-outbox.ts';

const T0_MS = Date.UTC(2026, 10, 26);
const broadcastId = BroadcastId.parse('0mww8blwxo6wtlh8p63a');
const totals = { viewersPeak: 1, views: 1, viewerMs: 1, liveMs: 1 };
const absent: EventDraft = { kind: 'publisher-absent', broadcastId, atMs: T0_MS };
const audience: EventDraft = { kind: 'audience', broadcastId, atMs: T0_MS, viewers: 1, totals };

function outbox(events: readonly EdgeEvent[] = [], lastSequence = 0): EventOutbox {
  return new EventOutbox({ events, lastSequence });
}

function sequences(events: readonly EdgeEvent[]): number[] {
  return events.map(({ sequence }) => sequence);
}

describe('events that wait to be told', () => {
  it('are numbered by the clock, and never twice', () => {
    const box = outbox([], T0_MS + 5);
    for (const nowMs of [T0_MS, T0_MS, T0_MS + 100, T0_MS + 50]) box.add(absent, nowMs);
    box.takeChanges();
    expect(sequences(box.batch(10))).toEqual([T0_MS + 6, T0_MS + 7, T0_MS + 100, T0_MS + 101]);
    // An object that was emptied has only the clock.
    const later = outbox();
    later.add(absent, T0_MS + 200);
    expect(later.lastSequence).toBe(T0_MS + 200);
  });

  it('are told only once they are stored, in their order, and not more than were asked for', () => {
    const box = outbox();
    box.add(absent, 1);
    expect([box.isUnstored, box.batch(10)]).toEqual([true, []]);
    expect(sequences(box.takeChanges().added)).toEqual([1]);
    box.add(audience, 2);
    expect(sequences(box.batch(10))).toEqual([1]);
    expect(sequences(box.takeChanges().added)).toEqual([2]);
    expect([sequences(box.batch(10)), sequences(box.batch(1)), box.isUnstored]).toEqual([[1, 2], [1], false]);
  });

  it('go when they were taken, and no others', () => {
    const box = outbox();
    for (const nowMs of [1, 2, 3]) box.add(absent, nowMs);
    box.takeChanges();
    box.removeThrough(2);
    expect(box.takeChanges()).toMatchObject({ added: [], removed: [1, 2] });
    expect([sequences(box.batch(9)), box.size, box.isUnstored]).toEqual([[3], 1, false]);
  });

  it('are as they were when they are read back, in whatever order', () => {
    const box = outbox();
    for (const nowMs of [1, 2, 3]) box.add(absent, nowMs);
    const { added } = box.takeChanges();
    const again = outbox([...added].reverse());
    expect([sequences(again.batch(9)), again.lastSequence, again.isUnstored]).toEqual([[1, 2, 3], 3, false]);
  });

  it('lose figures of the audience first when there are too many, then the oldest', () => {
    const box = outbox();
    const lost: (number | undefined)[] = [];
    box.add(absent, 1);
    box.add(audience, 2);
    box.add(audience, 3);
    for (let count = 3; count < EVENTS_KEPT_MAX + 3; count += 1) lost.push(box.add(absent, count + 1)?.sequence);
    expect(lost.filter((sequence) => sequence !== undefined)).toEqual([2, 3, 1]);
    expect(box.size).toBe(EVENTS_KEPT_MAX);
    // What was never stored is not deleted.
    const { added, removed } = box.takeChanges();
    expect([added.length, removed, added[0]?.sequence]).toEqual([EVENTS_KEPT_MAX, [], 4]);
  });

  it('are in storage as they are here, whatever is done', () => {
    const anyStep = fc.oneof(
      fc.record({ does: fc.constantFrom('add', 'figures'), ms: fc.nat({ max: 50 }) }),
      fc.record({ does: fc.constantFrom('take', 'store'), ms: fc.nat({ max: 50 }) }),
    );
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const box = outbox();
        const rows = new Map<number, EdgeEvent>();
        for (const { does, ms } of steps) {
          if (does === 'add' || does === 'figures') box.add(does === 'add' ? absent : audience, ms + 1);
          if (does === 'take') box.removeThrough(box.batch(ms).at(-1)?.sequence ?? 0);
          if (does !== 'store') continue;
          const { added, removed } = box.takeChanges();
          for (const sequence of removed) expect(rows.delete(sequence)).toBe(true);
          for (const event of added) rows.set(event.sequence, event);
          expect([...rows.values()]).toEqual(box.batch(100));
        }
      }),
    );
  });
});
