import { describe, expect, it } from 'vitest';
import { TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { LiveWindow } from './live-window.ts';
import { readReloadDirectives } from './reload-directives.ts';
import { isSatisfied, type ReloadView, reloadGate } from './reload-gate.ts';
import { reloadView } from './reload-view.ts';

/** Segment 10 is whole with four parts, segment 11 has two parts so far. */
const VIEW: ReloadView = { isEnded: false, lastMsn: 10, lastParts: 4, openParts: 2, partTargetS: 0.5 };

function verdict(msn: number, partIndex?: number, view: ReloadView = VIEW) {
  return reloadGate(view, { msn, partIndex }).kind;
}

describe('the reload gate, asked for a segment (rule A3.29)', () => {
  it.each([
    [1, 'now', 'long gone: the whole playlist at once (rule A3.31)'],
    [9, 'now', 'whole'],
    [10, 'now', 'the last whole one'],
    [11, 'wait', 'the open one: held until it is whole'],
    [12, 'wait', 'exactly two past the last: still held (rule A3.32)'],
    [13, 'too-far', 'three past the last (rule A3.32)'],
    [1_000_000, 'too-far', 'nonsense'],
  ])('%i: %s, for it is %s', (msn, expected) => {
    expect(verdict(msn)).toBe(expected);
  });
});

describe('the reload gate, asked for a part (rule A3.30)', () => {
  it.each([
    [1, 0, 'now', 'long gone (rule A3.31)'],
    [9, 99, 'now', 'beyond the last part of a whole segment that others follow (rule A3.35)'],
    [10, 3, 'now', 'the last part of the last whole segment'],
    [10, 4, 'now', 'one past it, so part 0 of the next, which is there (rule A3.35)'],
    [11, 1, 'now', 'the newest part'],
    [11, 2, 'wait', 'the next part'],
    [11, 7, 'wait', 'six past the newest, as many as the Advance Part Limit of 3 / 0.5 (rule A3.32)'],
    [11, 8, 'too-far', 'seven past the newest (rule A3.32)'],
    [12, 0, 'wait', 'part 0 of the segment after the open one'],
    [12, 5, 'wait', 'at the limit'],
    [12, 6, 'too-far', 'over the limit'],
    [13, 0, 'too-far', 'three past the last segment'],
  ])('%i.%i: %s, for it is %s', (msn, partIndex, expected) => {
    expect(verdict(msn, partIndex)).toBe(expected);
  });

  it('waits for what is one past the last part of a whole segment while the next has none (rule A3.35)', () => {
    const closed = { ...VIEW, openParts: 0 };
    expect(verdict(10, 4, closed)).toBe('wait');
    expect(verdict(10, 9, closed)).toBe('wait');
    expect(verdict(10, 10, closed)).toBe('too-far');
  });

  it('allows three parts ahead where parts are of a second and more (rule A3.32)', () => {
    const long = { ...VIEW, partTargetS: 1 };
    expect(verdict(11, 4, long)).toBe('wait');
    expect(verdict(11, 5, long)).toBe('too-far');
  });
});

describe('the reload gate', () => {
  it.each([
    [1, undefined],
    [12, 0],
    [500, undefined],
    [500, 500],
  ])('answers %s.%s at once when the broadcast has ended (rule A3.36)', (msn, partIndex) => {
    expect(verdict(msn, partIndex, { ...VIEW, isEnded: true })).toBe('now');
  });

  it('holds the first requests of a broadcast that has nothing yet', () => {
    const empty = { ...VIEW, lastMsn: 0, lastParts: 0, openParts: 0 };
    expect(verdict(1, 0, empty)).toBe('wait');
    expect(verdict(2, undefined, empty)).toBe('wait');
    expect(verdict(3, undefined, empty)).toBe('too-far');
    expect(verdict(0, undefined, empty)).toBe('now');
  });
});

describe('what becomes of a request (rule A3.37)', () => {
  const ended = { ...VIEW, isEnded: true };

  function verdictOf(query: string, view: ReloadView): string {
    const read = readReloadDirectives(new URLSearchParams(query));
    return read.kind === 'reload' ? reloadGate(view, read.directives).kind : read.kind;
  }

  it.each([
    ['_HLS_msn=x&_HLS_part=0', ended, 'malformed', 'malformed before it is asked whether the broadcast has ended'],
    ['_HLS_part=0', ended, 'malformed', 'a part alone, before that too'],
    ['_HLS_msn=99&_HLS_part=99', ended, 'now', 'ended before it is too far'],
    ['_HLS_msn=10&_HLS_part=99', VIEW, 'too-far', 'too far before it is there: segment 11 has begun'],
    ['_HLS_msn=10&_HLS_part=4', VIEW, 'now', 'there before it waits'],
    ['_HLS_msn=11&_HLS_part=2', VIEW, 'wait', 'nothing of that'],
  ])('%s: it is %3$s', (query, view, expected) => {
    expect(verdictOf(query, view)).toBe(expected);
  });
});

describe('a wait', () => {
  const broadcast = new TestBroadcast();

  it('ends with the version that has the part, not one before (rule A3.30)', () => {
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
    const ends: number[] = [];
    for (let ordinal = 0; ordinal < 12; ordinal += 1) {
      window.append(broadcast.parts(ordinal, ordinal + 1));
      if (isSatisfied(view(window), { msn: 2, partIndex: 1 })) ends.push(ordinal);
    }
    // Part 5 counted from the start is part 1 of segment 2.
    expect(ends[0]).toBe(5);
    expect(ends).toHaveLength(12 - 5);
  });

  it('for a part that turns out to be beyond its segment ends with part 0 of the next (rule A3.35)', () => {
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
    window.append(broadcast.parts(0, 7));
    const directives = { msn: 2, partIndex: 4 };
    expect(reloadGate(view(window), directives).kind).toBe('wait');
    window.append(broadcast.parts(7, 8));
    expect(isSatisfied(view(window), directives)).toBe(false);
    window.append(broadcast.parts(8, 9));
    expect(isSatisfied(view(window), directives)).toBe(true);
  });

  it('for a segment ends when it is whole, not with its first part (rule A3.29)', () => {
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
    window.append(broadcast.parts(0, 7));
    expect(isSatisfied(view(window), { msn: 2, partIndex: undefined })).toBe(false);
    window.append(broadcast.parts(7, 8));
    expect(isSatisfied(view(window), { msn: 2, partIndex: undefined })).toBe(true);
  });

  it('ends with the broadcast (rule A3.34)', () => {
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
    window.append(broadcast.parts(0, 7));
    window.end();
    expect(isSatisfied(view(window), { msn: 3, partIndex: 2 })).toBe(true);
  });
});

function view(window: LiveWindow): ReloadView {
  const rendition = window.renditions.get(V720);
  if (rendition === undefined) throw new Error('there is no v720');
  return reloadView(window, rendition);
}
