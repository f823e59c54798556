import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WaitingRoom } from './waiting-room.ts';

const ENDINGS = { holdMs: 6_000, late: () => 'late', dismissed: () => 'dismissed' };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Something that is waited for, and how often it was asked about. */
function question() {
  let answer: string | undefined;
  const decide = vi.fn(() => answer);
  return {
    decide,
    set(value: string) {
      answer = value;
    },
  };
}

describe('WaitingRoom', () => {
  it('answers at once what has an answer, and gives nobody a seat for it', async () => {
    const room = new WaitingRoom<string>(0);
    expect(await room.wait('a', () => 'now', ENDINGS)).toBe('now');
    expect(room.seatsTaken).toBe(0);
  });

  it('releases all who wait for the same, and decides once for all of them', async () => {
    const room = new WaitingRoom<string>(10);
    const asked = question();
    const waits = [1, 2, 3].map(() => room.wait('a', asked.decide, ENDINGS));
    asked.decide.mockClear();
    asked.set('there');
    room.settle();
    expect(await Promise.all(waits)).toEqual(['there', 'there', 'there']);
    expect(asked.decide).toHaveBeenCalledTimes(1);
    expect(room.seatsTaken).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('keeps those whose answer is not there yet', async () => {
    const room = new WaitingRoom<string>(10);
    const [first, second] = [question(), question()];
    const waits = [room.wait('a', first.decide, ENDINGS), room.wait('b', second.decide, ENDINGS)];
    first.set('a is there');
    room.settle();
    expect(await waits[0]).toBe('a is there');
    expect(room.seatsTaken).toBe(1);
    second.set('b is there');
    room.settle();
    expect(await waits[1]).toBe('b is there');
  });

  it('has no seat for more than its limit, and one again when somebody has left', async () => {
    const room = new WaitingRoom<string>(1);
    const asked = question();
    const wait = room.wait('a', asked.decide, ENDINGS);
    expect(room.wait('a', asked.decide, ENDINGS)).toBeUndefined();
    vi.advanceTimersByTime(ENDINGS.holdMs);
    expect(await wait).toBe('late');
    expect(room.wait('a', asked.decide, ENDINGS)).toBeInstanceOf(Promise);
  });

  it('ends each wait when its own time is up, and not before', async () => {
    const room = new WaitingRoom<string>(10);
    const asked = question();
    const early = room.wait('a', asked.decide, ENDINGS);
    vi.advanceTimersByTime(1_000);
    const later = room.wait('a', asked.decide, ENDINGS);
    vi.advanceTimersByTime(ENDINGS.holdMs - 1_001);
    expect(room.seatsTaken).toBe(2);
    vi.advanceTimersByTime(1);
    expect(await early).toBe('late');
    expect(room.seatsTaken).toBe(1);
    asked.set('there');
    room.settle();
    expect(await later).toBe('there');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends everybody away with their own answer', async () => {
    const room = new WaitingRoom<string>(10);
    const waits = ['a', 'b'].map((name) =>
      room.wait(name, () => undefined, { ...ENDINGS, dismissed: () => `no ${name}` }),
    );
    room.dismiss();
    expect(await Promise.all(waits)).toEqual(['no a', 'no b']);
    expect([room.seatsTaken, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('forgets a topic with its last waiter', async () => {
    const room = new WaitingRoom<string>(10);
    const asked = question();
    const wait = room.wait('a', asked.decide, ENDINGS);
    vi.advanceTimersByTime(ENDINGS.holdMs);
    await wait;
    asked.decide.mockClear();
    room.settle();
    expect(asked.decide).not.toHaveBeenCalled();
  });
});
