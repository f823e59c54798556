import { describe, expect, it } from 'vitest';
import type { Flight, Seat } from './flight.ts';
import { FlightTable } from './flight-table.ts';

const LIMITS = { takeoverMs: 1_000, giveUpMs: 5_000, keysMax: 2, waitingMax: 3 };

function tableOf(limits: Partial<typeof LIMITS> = {}) {
  const table = new FlightTable<string>({ ...LIMITS, ...limits });
  /** Joins and must get a seat. */
  const join = (key: string, nowMs: number): { kind: string; flight: Flight<string>; seat: Seat<string> } => {
    const joined = table.join(key, nowMs);
    if (joined.kind === 'alone' || joined.kind === 'refused') throw new Error(`no seat: ${joined.kind}`);
    return joined;
  };
  return { table, join };
}

describe('a flight', () => {
  it('is led by the first who asks for its key; the others follow', () => {
    const { table, join } = tableOf();
    const [first, second, other] = [join('a', 0), join('a', 1), join('b', 2)];
    expect([first.kind, second.kind, other.kind]).toEqual(['lead', 'follow', 'lead']);
    expect(second.flight).toBe(first.flight);
    expect(other.flight).not.toBe(first.flight);
    expect(table.keys).toBe(2);
  });

  it('lands for all who wait, rings for each once, and is forgotten', () => {
    const { table, join } = tableOf();
    const seats = [join('a', 0), join('a', 0)];
    let rings = 0;
    for (const { seat } of seats) seat.ring = () => (rings += 1);
    const flight = seats[0]?.flight as Flight<string>;
    table.land(flight, 'value');
    table.land(flight, 'a slower leader');
    table.fail(flight, new Error('a leader that failed late'), 5);
    expect(seats.map(({ seat }) => seat.told)).toEqual(Array(2).fill({ kind: 'landed', value: 'value' }));
    expect([rings, table.keys]).toEqual([2, 0]);
    expect(join('a', 1).kind).toBe('lead');
  });

  it('that lands late does not end a newer one for its key', () => {
    const { table, join } = tableOf({ keysMax: 1 });
    const old = join('a', 0);
    // Sweeps the old one out, whose leader has been silent for too long.
    table.land(join('b', 5_000).flight, 'value');
    const newer = join('a', 5_001);
    table.land(old.flight, 'late');
    expect([old.seat.told?.kind, newer.seat.told, table.keys]).toEqual(['landed', undefined, 1]);
  });

  it('has a new leader when the old one says nothing for too long, and only one', () => {
    const { table, join } = tableOf();
    const leader = join('a', 0);
    const [one, two] = [join('a', 100), join('a', 200)];
    expect(table.deadlineMs(one.flight, one.seat)).toBe(1_000);
    expect(table.timeUp(one.flight, one.seat, 999)).toBe('wait');
    expect(table.timeUp(one.flight, one.seat, 1_000)).toBe('lead');
    expect(table.timeUp(two.flight, two.seat, 1_000)).toBe('wait');
    expect(table.deadlineMs(two.flight, two.seat)).toBe(2_000);
    // A leader waits for whoever is first, and does not work twice.
    expect(table.deadlineMs(leader.flight, leader.seat)).toBe(5_000);
    expect(table.timeUp(leader.flight, leader.seat, 4_000)).toBe('wait');
  });

  it('is taken over by a newcomer at once when its leader is long silent', () => {
    const { join } = tableOf();
    join('a', 0);
    expect([join('a', 999).kind, join('a', 1_000).kind]).toEqual(['follow', 'lead']);
  });

  it('is given up by whoever has waited too long', () => {
    const { table, join } = tableOf();
    join('a', 0);
    const { flight, seat } = join('a', 100);
    table.timeUp(flight, seat, 1_000);
    expect(table.timeUp(flight, seat, 5_099)).toBe('wait');
    expect(table.timeUp(flight, seat, 5_100)).toBe('gave-up');
    table.land(flight, 'late');
    expect(seat.told).toBeUndefined();
  });
});

describe('work that fails', () => {
  it('is tried once more by the next in the row, then its error is for all', () => {
    const { table, join } = tableOf();
    const [leader, next, last] = [join('a', 0), join('a', 0), join('a', 0)];
    table.fail(leader.flight, new Error('first'), 500);
    expect([leader, next, last].map(({ seat }) => seat.told?.kind)).toEqual([undefined, 'lead', undefined]);
    expect(table.deadlineMs(last.flight, last.seat)).toBe(1_500);
    const error = new Error('second');
    table.fail(leader.flight, error, 600);
    expect([leader, next, last].map(({ seat }) => seat.told)).toEqual(Array(3).fill({ kind: 'failed', error }));
    expect(join('a', 601).kind).toBe('lead');
  });

  it('fails at once where nobody else waits', () => {
    const { table, join } = tableOf();
    const { flight, seat } = join('a', 0);
    table.fail(flight, 'error', 1);
    expect([seat.told, table.keys]).toEqual([{ kind: 'failed', error: 'error' }, 0]);
  });

  it('of one leader is no matter while another one is at it', () => {
    const { table, join } = tableOf();
    const [slow, quick] = [join('a', 0), join('a', 0)];
    table.timeUp(quick.flight, quick.seat, 1_000);
    table.fail(quick.flight, 'error', 1_100);
    expect(slow.seat.told).toBeUndefined();
    table.land(slow.flight, 'value');
    expect([slow, quick].map(({ seat }) => seat.told?.kind)).toEqual(['landed', 'landed']);
  });
});

describe('the limits', () => {
  it('let a request work alone when there is work for too many keys', () => {
    const { table, join } = tableOf();
    join('a', 0);
    join('b', 0);
    expect(table.join('c', 0)).toEqual({ kind: 'alone' });
    expect(join('a', 0).kind).toBe('follow');
  });

  it('forget keys whose leaders are dead before they let anybody work alone', () => {
    const { table, join } = tableOf();
    join('a', 0);
    join('b', 1);
    expect(table.join('c', 4_999)).toEqual({ kind: 'alone' });
    expect(join('c', 5_000).kind).toBe('lead');
    expect(table.keys).toBe(2);
  });

  it('refuse whoever is one too many for a key', () => {
    const { table, join } = tableOf();
    const first = join('a', 0);
    join('a', 0);
    join('a', 0);
    expect(table.join('a', 0)).toEqual({ kind: 'refused' });
    table.land(first.flight, 'value');
    expect(join('a', 0).kind).toBe('lead');
  });
});
