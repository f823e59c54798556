import { type FrameRate, LATENCY_PROFILE_NAMES, type PartAnnounced, type RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V720 } from '../testing/test-broadcast.ts';
import { type ClosedSegment, closedSegment } from './closed-segment.ts';
import { LiveWindow } from './live-window.ts';
import { mediaGate } from './media-gate.ts';
import { mediaPlaylist } from './media-playlist.ts';
import { RenditionWindow } from './rendition-window.ts';
import { RUN_NUMBERS_MAX } from './segment-archive.ts';
import { RenditionWindowState } from './window-state.ts';

const FRAME_RATES: readonly FrameRate[] = [
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1_001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1_001 },
  { num: 60, den: 1 },
];
const TWELVE_HOURS_S = 43_200;

function windowOf(broadcast: TestBroadcast, id: RenditionId, state?: RenditionWindowState): RenditionWindow {
  const rendition = broadcast.description.renditions.find((each) => each.id === id);
  if (rendition === undefined) throw new Error(`there is no ${id}`);
  return new RenditionWindow({ rendition, grid: broadcast.grid, windowS: TWELVE_HOURS_S }, state);
}

/** As it is kept and sent. */
function carried(state: RenditionWindowState): RenditionWindowState {
  return RenditionWindowState.parse(JSON.parse(JSON.stringify(state)));
}

/** A segment of a broadcast: as it should be, with a gap, or other encoders begin with it, after a jump or without. */
type Turn = 'whole' | 'gap' | 'all-gap' | 'short' | 'seam' | 'jump';
const turn = fc.constantFrom<Turn>('whole', 'whole', 'whole', 'whole', 'gap', 'all-gap', 'short', 'seam', 'jump');

/** Feeds a window with a broadcast that goes by turns, a segment each. */
class Feeder {
  readonly #broadcast: TestBroadcast;
  readonly #id: RenditionId;
  readonly window: RenditionWindow;
  #initVersion = 0;

  constructor(broadcast: TestBroadcast, id: RenditionId, state?: RenditionWindowState) {
    this.#broadcast = broadcast;
    this.#id = id;
    this.window = windowOf(broadcast, id, state);
  }

  segment(how: Turn): void {
    const { partsPerSegment } = this.#broadcast.grid;
    if (how === 'seam' || how === 'jump') {
      this.#initVersion = this.window.rendition.initVersion + 1;
      this.window.rendition = { ...this.window.rendition, initVersion: this.#initVersion };
    }
    const { msn } = this.window.next;
    const first = (msn - 1) * partsPerSegment;
    for (let index = 0; index < partsPerSegment; index += 1) {
      const isGap = how === 'all-gap' || (how === 'gap' && index === partsPerSegment - 1);
      const isLastOfSegment = index === partsPerSegment - 1 || (how === 'short' && index === 0);
      const part = this.#broadcast.part(first + index, this.#id, { isGap, isLastOfSegment });
      this.#append(part, how === 'jump' && index === 0);
      if (isLastOfSegment) break;
    }
  }

  /** Where other encoders begin the times are the grid's again; elsewhere they go on from what was there. */
  #append(part: PartAnnounced, isJump: boolean): void {
    const startTicks = isJump ? Math.max(part.startTicks, this.window.nextTicks) : this.window.nextTicks;
    const { initVersion } = this.window.rendition;
    expect(this.window.append({ ...part, startTicks, initVersion })).toBe('appended');
  }
}

describe('segments that are too old for their parts to be listed', () => {
  it('come out exactly as they went in, whatever the frame rate, over seams and gaps, and after a restart', () => {
    const grids = fc.record({
      frameRate: fc.constantFrom(...FRAME_RATES),
      profile: fc.constantFrom(...LATENCY_PROFILE_NAMES),
      id: fc.constantFrom(V720, A128),
    });
    fc.assert(
      fc.property(grids, fc.array(turn, { minLength: 20, maxLength: 60 }), ({ id, ...grid }, turns) => {
        const broadcast = new TestBroadcast(grid);
        const feeder = new Feeder(broadcast, id);
        const before = new Map<number, ClosedSegment>();
        for (const how of turns) {
          feeder.segment(how);
          const { lastComplete } = feeder.window;
          if (lastComplete !== undefined) before.set(lastComplete.msn, closedSegment(lastComplete));
        }
        const { window } = feeder;
        expect(before.size).toBe(turns.length);
        expect(window.archive.count).toBeGreaterThan(0);
        expect(window.archive.count + window.recent.length).toBe(turns.length);
        for (const own of [window, windowOf(broadcast, id, carried(window.state()))]) {
          for (const [msn, segment] of before) expect(own.closedSegment(msn)).toEqual(segment);
          expect(own.durationTicks).toBe(window.durationTicks);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('leave one by one, and take the numbers of their discontinuities along (rules A2.21, A2.22)', () => {
    const broadcast = new TestBroadcast({ profile: 'ultra' });
    const feeder = new Feeder(broadcast, V720);
    const turns: Turn[] = ['whole', 'seam', 'whole', 'gap', 'jump', 'short', ...Array<Turn>(20).fill('whole')];
    for (const how of turns) feeder.segment(how);
    const { archive } = feeder.window;
    const isDiscontinuity: boolean[] = [];
    for (let msn = 1; archive.count > 0; msn += 1) {
      expect(archive.first).toEqual(archive.segment(msn));
      const gone = archive.shift();
      expect([gone?.msn, archive.segment(msn)]).toEqual([msn, undefined]);
      isDiscontinuity.push(gone?.isDiscontinuity === true);
    }
    expect(isDiscontinuity.slice(0, 8)).toEqual([false, true, false, false, true, false, false, false]);
    expect(archive.shift()).toBeUndefined();
  });

  it.each(FRAME_RATES)('of twelve hours are one run, sound’s too: %o', (frameRate) => {
    const broadcast = new TestBroadcast({ profile: 'ultra', frameRate });
    for (const id of [V720, A128]) {
      const window = windowOf(broadcast, id);
      // An hour is as good as twelve.
      for (const part of broadcast.parts(0, 4 * 3_400, id)) window.append(part);
      expect(window.archive.runs).toHaveLength(1);
      expect(window.archive.count).toBeGreaterThan(3_390);
    }
  });

  it('leave early when they are too many kinds of segments', () => {
    const broadcast = new TestBroadcast({ profile: 'ultra' });
    const feeder = new Feeder(broadcast, V720);
    for (let count = 0; count < 1_200; count += 1) feeder.segment(count % 2 === 0 ? 'whole' : 'gap');
    const { window } = feeder;
    // Eight numbers, and one more of which part is a gap.
    expect(window.archive.runs).toHaveLength(Math.floor(RUN_NUMBERS_MAX / 8.5));
    expect(window.firstMsn).toBe(1_200 - window.segmentCount + 1);
    expect(window.closedSegment((window.firstMsn ?? 0) - 1)).toBeUndefined();
    expect(window.closedSegment(window.firstMsn ?? 0)).toBeDefined();
  });
});

describe('a window and a copy of it', () => {
  it('have the same playlists from then on, whatever is announced to both', () => {
    const cut = fc.integer({ min: 1, max: 39 });
    fc.assert(
      fc.property(fc.array(turn, { minLength: 40, maxLength: 40 }), cut, (turns, at) => {
        const broadcast = new TestBroadcast({ profile: 'ultra' });
        const one = new Feeder(broadcast, V720);
        for (const how of turns.slice(0, at)) one.segment(how);
        const other = new Feeder(broadcast, V720, carried(one.window.state()));
        other.window.rendition = one.window.rendition;
        for (const how of turns.slice(at)) for (const each of [one, other]) each.segment(how);
        expect(other.window.state()).toEqual(one.window.state());
      }),
      { numRuns: 100 },
    );
  });

  it('hold the same gaps back', () => {
    const broadcast = new TestBroadcast();
    const one = windowOf(broadcast, V720);
    for (const part of broadcast.parts(0, 5, V720)) one.append(part);
    one.rendition = { ...one.rendition, initVersion: 16 };
    for (let ordinal = 5; ordinal < 12; ordinal += 1)
      one.append(broadcast.part(ordinal, V720, { isGap: true, sizeBytes: 0 }));
    expect(one.heldCount).toBe(7);
    const other = windowOf(broadcast, V720, carried(one.state()));
    other.rendition = one.rendition;
    expect([other.next, other.nextTicks, other.hinted]).toEqual([one.next, one.nextTicks, one.hinted]);
    const seam = () => ({ msn: 2, partIndex: 1 });
    for (const own of [one, other]) own.append(broadcast.part(12, V720, { initVersion: 16 }), { cut: seam });
    expect(other.state()).toEqual(one.state());
    expect(one.heldCount).toBe(0);
  });
});

describe('media of old segments that is not in the bucket', () => {
  function old(changes: Partial<PartAnnounced> = {}) {
    const broadcast = new TestBroadcast();
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 300 });
    window.append([broadcast.part(0, V720), broadcast.part(1, V720, changes), ...broadcast.parts(2, 4 * 20, V720)]);
    const own = window.renditions.get(V720);
    if (own === undefined) throw new Error('there is no v720');
    expect(own.segment(1)).toBeUndefined();
    return {
      part: (partIndex: number) => mediaGate(window, own, { kind: 'part', msn: 1, partIndex }).kind,
      segment: () => mediaGate(window, own, { kind: 'segment', msn: 1 }),
    };
  }

  it('is put together out of parts whose sizes nobody remembers', () => {
    const { part, segment } = old();
    expect(segment()).toEqual({ kind: 'in-old-parts', partCount: 4 });
    expect([part(0), part(3), part(4)]).toEqual(['stored', 'stored', 'absent']);
  });

  it('is absent where it is a gap, or a segment with one', () => {
    const { part, segment } = old({ isGap: true, sizeBytes: 0 });
    expect(segment()).toEqual({ kind: 'absent' });
    expect([part(0), part(1), part(2)]).toEqual(['stored', 'absent', 'stored']);
  });
});

describe('the playlist of a long window', () => {
  it('lists old segments as it did before they were old', () => {
    const broadcast = new TestBroadcast({ frameRate: { num: 30_000, den: 1_001 } });
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 3_600 });
    const before = new Map<RenditionId, Set<string>>();
    for (let ordinal = 0; ordinal < 4 * 600; ordinal += 1) {
      const gap = ordinal % 37 === 11 && { isGap: true, sizeBytes: 0 };
      window.append([V720, A128].map((id) => broadcast.part(ordinal, id, { ...gap })));
      if (ordinal % 4 !== 0) continue;
      for (const id of [V720, A128]) {
        const own = renditionOf(window, id);
        before.set(id, new Set([...(before.get(id) ?? []), ...blocks(mediaPlaylist(window, own, { skip: 'YES' }))]));
      }
    }
    for (const id of [V720, A128]) {
      const own = renditionOf(window, id);
      const old = blocks(mediaPlaylist(window, own)).slice(0, own.archive.count);
      expect(old.length).toBeGreaterThan(590);
      for (const block of old) expect(before.get(id)).toContain(block);
      expect(old.filter((block) => block.includes('#EXT-X-GAP')).length).toBeGreaterThan(50);
    }
  });
});

function renditionOf(window: LiveWindow, id: RenditionId): RenditionWindow {
  const own = window.renditions.get(id);
  if (own === undefined) throw new Error(`there is no ${id}`);
  return own;
}

/** What is listed of each segment without parts. */
function blocks(text: string): string[] {
  return text.match(/#EXT-X-PROGRAM-DATE-TIME:.*\n(#EXT-X-GAP\n)?#EXTINF:.*\n.*\n/g) ?? [];
}
