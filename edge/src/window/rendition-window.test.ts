import type { PartAnnounced } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { RenditionWindow } from './rendition-window.ts';
import { WindowError, type WindowErrorCode } from './window-error.ts';

const broadcast = new TestBroadcast();
/** 24 frames of 1000 ticks at 30 fps would be 0.8 s; a part of `low` is 16. */
const PART_TICKS = 16_000;

/** Of a window of 12 s. */
const SEGMENTS_MAX = 2 * (12 / broadcast.grid.targetDurationS) + 8;

function wholeSegment(msn: number, durationTicks: number): PartAnnounced {
  const startTicks = (msn - 1) * durationTicks;
  return broadcast.part(0, V720, { msn, startTicks, durationTicks, isLastOfSegment: true });
}

function newWindow(windowS = 12): RenditionWindow {
  const [rendition] = broadcast.description.renditions;
  if (rendition === undefined) throw new Error('no rendition');
  return new RenditionWindow({ rendition, grid: broadcast.grid, windowS });
}

function filled(partCount: number, windowS?: number): RenditionWindow {
  const window = newWindow(windowS);
  for (const part of broadcast.parts(0, partCount, V720)) window.append(part);
  return window;
}

function codeOf(action: () => unknown): WindowErrorCode | 'no error' {
  try {
    action();
    return 'no error';
  } catch (error) {
    if (error instanceof WindowError) return error.code;
    throw error;
  }
}

describe('RenditionWindow', () => {
  it('expects part 0 of segment 1 first (rule A1.20)', () => {
    expect(newWindow().next).toEqual({ msn: 1, partIndex: 0 });
    expect(newWindow().append(broadcast.part(0, V720))).toBe('appended');
  });

  it('takes parts in order, and each once', () => {
    const window = newWindow();
    for (const part of broadcast.parts(0, 9, V720)) {
      expect(window.append(part)).toBe('appended');
      expect(window.append(part)).toBe('known');
    }
    expect(window.next).toEqual({ msn: 3, partIndex: 1 });
    expect(window.recent.map(({ msn, isComplete, parts }) => [msn, isComplete, parts.length])).toEqual([
      [1, true, 4],
      [2, true, 4],
      [3, false, 1],
    ]);
  });

  it('changes nothing for a part that comes too early', () => {
    const window = filled(5);
    const before = window.state();
    for (const ordinal of [6, 7, 8, 40]) expect(window.append(broadcast.part(ordinal, V720))).toBe('ahead');
    expect(window.state()).toEqual(before);
    expect(window.next).toEqual({ msn: 2, partIndex: 1 });
  });

  it('holds no more segments than its length is worth, however short a node makes them', () => {
    const window = newWindow();
    for (let msn = 1; msn <= 2 * SEGMENTS_MAX; msn += 1)
      expect(window.append(wholeSegment(msn, 15_000))).toBe('appended');
    expect(window.segmentCount).toBe(SEGMENTS_MAX);
    expect(window.last?.msn).toBe(2 * SEGMENTS_MAX);
    expect(window.durationTicks).toBe(SEGMENTS_MAX * 15_000);
  });

  it('refuses segments so short that more than 32 would be within the Skip Boundary', () => {
    const window = newWindow(300);
    for (let msn = 1; msn <= 32; msn += 1) expect(window.append(wholeSegment(msn, 9_000))).toBe('appended');
    expect(codeOf(() => window.append(wholeSegment(33, 9_000)))).toBe('segments-too-short');
    // 12 s of segments of half a second are 24, and the rest is archived.
    const other = newWindow(300);
    for (let msn = 1; msn <= 100; msn += 1) expect(other.append(wholeSegment(msn, 15_000))).toBe('appended');
    expect([other.recent.length, other.archive.count]).toEqual([25, 75]);
  });

  it('refuses segments so short that what it holds would be under three target durations (rule A1.18)', () => {
    const window = newWindow();
    for (let msn = 1; msn <= SEGMENTS_MAX; msn += 1) window.append(wholeSegment(msn, 5_000));
    expect(codeOf(() => window.append(wholeSegment(SEGMENTS_MAX + 1, 5_000)))).toBe('segments-too-short');
    expect(window.firstMsn).toBe(1);
  });

  it('closes a segment early when its last part says so', () => {
    const window = filled(5);
    window.append(broadcast.part(5, V720, { isLastOfSegment: true }));
    expect(window.next).toEqual({ msn: 3, partIndex: 0 });
    expect(window.lastComplete).toMatchObject({ msn: 2, durationTicks: 2 * PART_TICKS });
  });

  it.each<[code: WindowErrorCode, fault: string, changes: object]>([
    ['part-too-long', 'a tick over PART-TARGET (rule A1.6)', { durationTicks: PART_TICKS + 1 }],
    ['part-too-short', 'a tick under 85 % of it (rule A1.7)', { durationTicks: 0.85 * PART_TICKS - 1 }],
    ['part-too-short', 'less than a millisecond', { durationTicks: 29, isLastOfSegment: true }],
    ['part-empty', 'no bytes', { sizeBytes: 0 }],
    ['timestamps-not-contiguous', 'a hole before it (rule A1.17)', { startTicks: 5 * PART_TICKS + 1 }],
    ['timestamps-not-contiguous', 'an overlap (rule A1.17)', { startTicks: 5 * PART_TICKS - 1 }],
    ['init-changed-in-segment', 'another init segment than its segment', { initVersion: 1 }],
  ])('refuses %s: a part with %s, and stays as it was', (code, _fault, changes) => {
    const window = filled(5);
    const before = window.state();
    expect(codeOf(() => window.append(broadcast.part(5, V720, changes)))).toBe(code);
    expect(window.state()).toEqual(before);
    expect(window.append(broadcast.part(5, V720))).toBe('appended');
  });

  it.each([
    ['85 % of PART-TARGET', { durationTicks: 0.85 * PART_TICKS }],
    ['a millisecond that ends its segment', { durationTicks: 30, isLastOfSegment: true }],
    ['a millisecond that is independent', { durationTicks: 30, isIndependent: true }],
    ['a millisecond that is a gap', { durationTicks: 30, isGap: true }],
  ])('takes a short part of %s (rule A1.7)', (_what, changes) => {
    expect(filled(5).append(broadcast.part(5, V720, changes))).toBe('appended');
  });

  it('refuses a segment that does not begin with an independent frame, but for a gap (rule A1.15)', () => {
    const window = filled(4);
    const first = broadcast.part(4, V720, { isIndependent: false });
    expect(codeOf(() => window.append(first))).toBe('segment-not-independent');
    expect(window.append({ ...first, isGap: true })).toBe('appended');
    expect(window.append(broadcast.part(5, V720))).toBe('appended');
  });

  it('refuses a broadcast that does not begin at its start (rule A1.17)', () => {
    expect(codeOf(() => newWindow().append(broadcast.part(0, V720, { startTicks: 1 })))).toBe(
      'timestamps-not-contiguous',
    );
  });

  it('refuses a part under an init segment that nobody described, or that was given up', () => {
    const window = filled(4);
    expect(codeOf(() => window.append(broadcast.part(4, V720, { initVersion: 17 })))).toBe('init-not-described');
    window.rendition = { ...window.rendition, initVersion: 17 };
    // Made by encoders that were gone before they were described.
    for (const part of broadcast.parts(4, 8, V720))
      expect(window.append({ ...part, initVersion: 16 })).toBe('appended');
    for (const initVersion of [18, 15])
      expect(codeOf(() => window.append(broadcast.part(8, V720, { initVersion })))).toBe('init-not-described');
    expect(window.append(broadcast.part(8, V720, { initVersion: 17 }))).toBe('appended');
  });

  it('refuses a segment in more than 16 parts', () => {
    const window = newWindow();
    const tiny = (partIndex: number) =>
      broadcast.part(0, V720, { partIndex, startTicks: partIndex * 30, durationTicks: 30, isIndependent: true });
    for (let partIndex = 0; partIndex < 16; partIndex += 1) expect(window.append(tiny(partIndex))).toBe('appended');
    expect(codeOf(() => window.append(tiny(16)))).toBe('segment-in-too-many-parts');
    expect(window.next).toEqual({ msn: 1, partIndex: 16 });
  });

  it('takes a gap of no bytes', () => {
    expect(filled(5).append(broadcast.part(5, V720, { sizeBytes: 0, isGap: true }))).toBe('appended');
  });

  it('refuses a segment whose EXTINF would round to more than the target duration (rule A1.4)', () => {
    // Five parts are 2.667 s, and round(2.667) is over 2.
    const window = filled(3);
    window.append(broadcast.part(3, V720, { isLastOfSegment: false }));
    const fifth = broadcast.part(4, V720, { msn: 1, partIndex: 4 });
    expect(codeOf(() => window.append(fifth))).toBe('segment-too-long');
    // 2.4999 s still round to 2.
    expect(window.append({ ...fifth, durationTicks: 74_999 - 4 * PART_TICKS })).toBe('appended');
  });

  it('keeps as many whole segments as its length asks for, and removes from the front only (rules A1.18, A2.21)', () => {
    const window = filled(4 * 20, 12);
    const msns = window.recent.map(({ msn }) => msn);
    expect(msns).toEqual([15, 16, 17, 18, 19, 20]);
    expect(window.durationTicks).toBe(6 * 4 * PART_TICKS);
    expect(window.segment(14)).toBeUndefined();
    expect(window.segment(15)?.msn).toBe(15);
    expect(window.segment(21)).toBeUndefined();
  });

  it('begins a discontinuity with a new init segment, and counts it when it leaves (rule A2.22)', () => {
    const window = filled(4, 6);
    window.rendition = { ...window.rendition, initVersion: 1 };
    for (const part of broadcast.parts(4, 4 * 4, V720)) window.append({ ...part, initVersion: 1 });
    const discontinuities = window.recent.map(({ msn, isDiscontinuity }) => [msn, isDiscontinuity]);
    expect(discontinuities).toEqual([
      [2, true],
      [3, false],
      [4, false],
    ]);
    expect(window.discontinuitySequence).toBe(0);
    for (const part of broadcast.parts(16, 20, V720)) window.append({ ...part, initVersion: 1 });
    expect(window.firstMsn).toBe(3);
    expect(window.discontinuitySequence).toBe(1);
  });

  it('makes a shorter segment of the open one when it is closed', () => {
    const window = filled(6);
    window.close();
    expect(window.lastComplete).toMatchObject({ msn: 2, isComplete: true, durationTicks: 2 * PART_TICKS });
    expect(window.openSegment).toBeUndefined();
    window.close();
    expect(window.segmentCount).toBe(2);
  });

  it('goes on from its state as if nothing had happened', () => {
    const [rendition] = broadcast.description.renditions;
    if (rendition === undefined) throw new Error('no rendition');
    const before = filled(4 * 8, 12);
    const after = new RenditionWindow({ rendition, grid: broadcast.grid, windowS: 12 }, before.state());
    for (const window of [before, after]) for (const part of broadcast.parts(32, 40, V720)) window.append(part);
    expect(after.state()).toEqual(before.state());
    expect(after.next).toEqual(before.next);
    expect(after.durationTicks).toBe(before.durationTicks);
  });

  it('takes audio parts that alternate by a frame, none over the declared target', () => {
    const audio = broadcast.description.renditions.find(({ id }) => id === A128);
    if (audio === undefined) throw new Error('no audio');
    const window = new RenditionWindow({ rendition: audio, grid: broadcast.grid, windowS: 12 });
    for (const part of broadcast.parts(0, 40, A128)) expect(window.append(part)).toBe('appended');
  });
});
