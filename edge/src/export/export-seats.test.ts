import { describe, expect, it } from 'vitest';
import { ExportSeats } from './export-seats.ts';

describe('seats of exports', () => {
  it('are three, and free again when their exports end', () => {
    const seats = new ExportSeats();
    const [first] = [seats.take(0), seats.take(0), seats.take(0)];
    expect(seats.take(1)).toBeUndefined();
    if (first !== undefined) seats.leave(first);
    expect(seats.take(2)).toBeDefined();
    expect(seats.take(2)).toBeUndefined();
  });

  it('count no more when nothing was taken for two minutes: the platform ends requests without a word', () => {
    const seats = new ExportSeats();
    const [lost, going] = [seats.take(0), seats.take(0), seats.take(60_000)];
    if (going !== undefined) going.lastMs = 100_000;
    expect(seats.take(119_999)).toBeUndefined();
    expect(seats.take(120_000)).toBeDefined();
    expect(seats.take(120_000)).toBeUndefined();
    // A late end takes nothing from what came after.
    if (lost !== undefined) seats.leave(lost);
    expect(seats.take(120_001)).toBeUndefined();
  });
});
