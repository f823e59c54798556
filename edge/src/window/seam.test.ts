import type { PartAnnounced, RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appliedDelta } from '../playlist-check/playlist-check.ts';
import { A128, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPresentation } from '../testing/test-presentation.ts';
import { mediaGate } from './media-gate.ts';
import { reloadGate } from './reload-gate.ts';
import { reloadView } from './reload-view.ts';
import { RenditionWindow } from './rendition-window.ts';
import { WindowError } from './window-error.ts';

/** docs/adr/0016-the-form-of-a-seam.md */
const OLD = 0;
const NEW = 16;
const PARTS_PER_SEGMENT = 4;

/** A broadcast whose encoders stopped with other parts due in each rendition, and what other encoders announce then. */
class Seam {
  readonly presentation: TestPresentation;
  readonly #due: ReadonlyMap<RenditionId, number>;
  readonly #begin: number;

  constructor(due: ReadonlyMap<RenditionId, number>, begin: number) {
    this.presentation = new TestPresentation({ renditionIds: [...due.keys()], dvrWindowS: 60 });
    this.#due = due;
    this.#begin = begin;
    for (const [id, end] of due) this.presentation.announce(this.presentation.broadcast.parts(0, end, id));
  }

  /** All that nobody made, in one announcement; before it, of some, what nobody had told of (docs/adr/0049). */
  describeAndSkip(untoldCounts: ReadonlyMap<RenditionId, number> = new Map()): void {
    const { broadcast } = this.presentation;
    this.presentation.redescribe(NEW);
    const gap: Partial<PartAnnounced> = { isGap: true, sizeBytes: 0, isIndependent: false, initVersion: OLD };
    const parts = [...this.#due].flatMap(([id, due]) => {
      const untoldCount = untoldCounts.get(id) ?? 0;
      return Array.from({ length: this.#begin - due }, (_, index) =>
        broadcast.part(due + index, id, index < untoldCount ? { initVersion: OLD } : gap),
      );
    });
    this.presentation.announce(parts);
  }

  goOn(partCount: number): void {
    const { broadcast } = this.presentation;
    for (let ordinal = this.#begin; ordinal < this.#begin + partCount; ordinal += 1) {
      for (const id of this.#due.keys())
        this.presentation.announce([broadcast.part(ordinal, id, { initVersion: NEW })]);
    }
  }

  /** Of msn 2 and later: parts and gaps, without the rest. */
  shape(id: RenditionId): string[] {
    return this.presentation
      .parsed(id)
      .segments.filter(({ msn, parts }) => msn > 1 && parts.length > 0)
      .map(({ msn, parts, discontinuityNumber }) => {
        const marks = parts.map(({ isGap }) => (isGap ? 'gap' : 'part'));
        return [`${msn}/${discontinuityNumber}:`, ...marks].join(' ');
      });
  }
}

function own(presentation: TestPresentation, id: RenditionId): RenditionWindow {
  const found = presentation.window.renditions.get(id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
}

describe('where other encoders go on under other init segments', () => {
  it('nothing shows until they begin: the hint stays', () => {
    const seam = new Seam(
      new Map([
        [V720, 6],
        [A128, 6],
      ]),
      8,
    );
    const before = seam.presentation.text(V720);
    seam.describeAndSkip();
    expect(seam.presentation.text(V720)).toBe(before);
    expect(seam.presentation.window.next()[V720]).toEqual({ msn: 3, partIndex: 0 });
    const hinted = { kind: 'part', msn: 2, partIndex: 2 } as const;
    expect(mediaGate(seam.presentation.window, own(seam.presentation, V720), hinted).kind).toBe('hinted');
    seam.goOn(1);
    // rfc8216bis §6.2.6: who waits for what will not come is told so.
    expect(mediaGate(seam.presentation.window, own(seam.presentation, V720), hinted).kind).toBe('absent');
  });

  it('the segment that was begun is closed short, without a gap, and the next one follows it in time', () => {
    const seam = new Seam(
      new Map([
        [V720, 6],
        [A128, 6],
      ]),
      8,
    );
    seam.describeAndSkip();
    seam.goOn(2);
    expect(seam.shape(V720)).toEqual(['2/0: part part', '3/1: part part']);
    expect(seam.presentation.text(V720)).toContain(
      `v720/2.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="v720/init-16.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:03.200Z
#EXT-X-PART:DURATION=0.533334,URI="v720/3.0.m4s",INDEPENDENT=YES`,
    );
    expect(seam.presentation.violations).toEqual([]);
  });

  it('it is closed at the same time in all renditions: one that was behind has a gap', () => {
    const seam = new Seam(
      new Map([
        [V720, 5],
        [A128, 7],
      ]),
      8,
    );
    seam.describeAndSkip();
    seam.goOn(1);
    expect(seam.shape(V720)).toEqual(['2/0: part gap gap', '3/1: part']);
    expect(seam.shape(A128)).toEqual(['2/0: part part part', '3/1: part']);
    expect(seam.presentation.violations).toEqual([]);
  });

  it('what was stored before, and is only told of now, is listed, and closes with the rest of its segment', () => {
    const due = new Map([
      [V720, 5],
      [A128, 5],
    ]);
    const seam = new Seam(due, 8);
    seam.describeAndSkip(
      new Map([
        [V720, 2],
        [A128, 1],
      ]),
    );
    seam.goOn(1);
    expect(seam.shape(V720)).toEqual(['2/0: part part part', '3/1: part']);
    expect(seam.shape(A128)).toEqual(['2/0: part part gap', '3/1: part']);
    expect(seam.presentation.violations).toEqual([]);
  });

  it('a segment of which there is nothing is one gap, for it has its number', () => {
    const due = new Map([
      [V720, 8],
      [A128, 8],
    ]);
    const seam = new Seam(due, 12);
    seam.describeAndSkip();
    seam.goOn(1);
    expect(seam.shape(V720)).toEqual(['2/0: part part part part', '3/0: gap', '4/1: part']);
    expect(seam.presentation.violations).toEqual([]);
  });

  it('whole segments that nobody made are gaps as long as they would have been, and the discontinuity is behind them', () => {
    const seam = new Seam(new Map([[V720, 6]]), 16);
    seam.describeAndSkip();
    seam.goOn(1);
    expect(seam.shape(V720)).toEqual(['2/0: part part', '3/0: gap gap gap gap', '4/0: gap gap gap gap', '5/1: part']);
    expect(own(seam.presentation, V720).openSegment?.cutTicks).toBe(2 * 16_000);
    expect(seam.presentation.violations).toEqual([]);
  });

  it('a client that was up to date can go on with a delta update, however much was missed', () => {
    const seam = new Seam(new Map([[V720, 4 * 12 + 2]]), 4 * 22);
    const { presentation } = seam;
    const before = presentation.parsed(V720);
    // Nine segments at once, 19 s: the Skip Boundary is 12 s.
    seam.describeAndSkip();
    for (let parts = 1; parts < 60; parts += 1) {
      seam.goOn(parts);
      const delta = presentation.parsed(V720, 'v2');
      const applied = appliedDelta(before, delta);
      const isHalfAsOld = parts <= 11;
      if (isHalfAsOld) expect(applied?.segments.length).toBe(presentation.parsed(V720).segments.length);
    }
    expect(presentation.parsed(V720, 'v2').skip?.segmentCount).toBeGreaterThan(12);
    expect(presentation.violations).toEqual([]);
  });

  it('a reload that waits for the part that was hinted is answered with the seam', () => {
    const seam = new Seam(new Map([[V720, 6]]), 8);
    const directives = { msn: 2, partIndex: 2 };
    const verdict = () =>
      reloadGate(reloadView(seam.presentation.window, own(seam.presentation, V720)), directives).kind;
    seam.describeAndSkip();
    expect(verdict()).toBe('wait');
    seam.goOn(1);
    expect(verdict()).toBe('now');
  });

  it('what is lost of media under the old init segments is a gap where it was', () => {
    const seam = new Seam(new Map([[V720, 6]]), 8);
    const { broadcast } = seam.presentation;
    seam.presentation.redescribe(NEW);
    seam.presentation.announce([broadcast.part(6, V720, { isGap: true, sizeBytes: 0 })]);
    seam.presentation.announce([broadcast.part(7, V720)]);
    expect(seam.shape(V720)).toEqual(['2/0: part part gap part']);
    expect(seam.presentation.violations).toEqual([]);
  });

  it('what is held back counts: a segment gets neither too long by it, nor another init segment', () => {
    const codeOf = (seam: Seam, part: PartAnnounced) => {
      try {
        return own(seam.presentation, V720).append(part);
      } catch (error) {
        return error instanceof WindowError ? error.code : error;
      }
    };
    const seam = new Seam(new Map([[V720, 8]]), 11);
    seam.describeAndSkip();
    const { broadcast } = seam.presentation;
    const gap = broadcast.part(11, V720, { isGap: true, sizeBytes: 0, isLastOfSegment: false });
    expect(codeOf(seam, broadcast.part(11, V720, { initVersion: NEW }))).toBe('init-changed-in-segment');
    expect(codeOf(seam, gap)).toBe('appended');
    const fifth = { ...gap, partIndex: 4, startTicks: gap.startTicks + gap.durationTicks };
    expect(codeOf(seam, fifth)).toBe('segment-too-long');
    expect(codeOf(seam, { ...fifth, durationTicks: 10_000, isLastOfSegment: true })).toBe('appended');
  });

  it('the broadcast can end before they begin', () => {
    const seam = new Seam(new Map([[V720, 6]]), 8);
    seam.describeAndSkip();
    seam.presentation.end();
    expect(seam.shape(V720)).toEqual(['2/0: part part']);
    expect(seam.presentation.violations).toEqual([]);
  });

  it('the playlist’s time goes on after a restart that fell between the two', () => {
    const seam = new Seam(new Map([[V720, 6]]), 8);
    const before = own(seam.presentation, V720);
    before.close();
    const rendition = { ...before.rendition, initVersion: NEW };
    const { grid } = seam.presentation.broadcast;
    const after = new RenditionWindow({ rendition, grid, windowS: 60 }, before.state());
    expect(after.append(seam.presentation.broadcast.part(8, V720, { initVersion: NEW }))).toBe('appended');
    expect(after.openSegment).toMatchObject({ msn: 3, cutTicks: 32_000, isDiscontinuity: true });
  });

  it('every rule is kept wherever it is, and dates go on without a jump (rule A1.17)', () => {
    const place = fc.integer({ min: 4, max: 19 });
    fc.assert(
      fc.property(fc.tuple(place, place, place), fc.nat(3), fc.array(fc.nat(4)), ([a, b, c], segments, untold) => {
        const due = new Map([
          [V720, a],
          [V360, b],
          [A128, c],
        ]);
        const untoldCounts = new Map([...due.keys()].map((id, index) => [id, untold[index] ?? 0]));
        const dueAtMost = Math.max(...[...due].map(([id, ordinal]) => ordinal + (untoldCounts.get(id) ?? 0)));
        const begin = (Math.floor(dueAtMost / PARTS_PER_SEGMENT) + 1 + segments) * PARTS_PER_SEGMENT;
        const seam = new Seam(due, begin);
        seam.describeAndSkip(untoldCounts);
        seam.goOn(9);
        expect(seam.presentation.violations).toEqual([]);
        for (const id of due.keys()) {
          const { segments } = seam.presentation.parsed(id);
          const dates = segments.map(({ programDateTimeMs }) => programDateTimeMs ?? Number.NaN);
          segments.slice(1).forEach((_, index) => {
            const stepMs = (dates[index + 1] ?? Number.NaN) - (dates[index] ?? Number.NaN);
            expect(Math.abs(stepMs - (segments[index]?.durationS ?? 0) * 1_000)).toBeLessThanOrEqual(1);
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});
