import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPresentation } from '../testing/test-presentation.ts';
import { DATE_RANGES_MAX, DateRanges } from './date-ranges.ts';
import { LiveWindow } from './live-window.ts';
import { DateRangesState } from './window-state.ts';

/** A part of `low` at 30 fps is 0.5333 s. */
function after(partCount: number, dvrWindowS = 30): TestPresentation {
  const presentation = new TestPresentation({ dvrWindowS });
  for (let ordinal = 0; ordinal < partCount; ordinal += 1)
    presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
  return presentation;
}

function goOn(presentation: TestPresentation, from: number, to: number): void {
  for (let ordinal = from; ordinal < to; ordinal += 1)
    presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
}

function tags(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('#EXT-X-DATERANGE:'));
}

const BEGUN = '#EXT-X-DATERANGE:ID="slate-4000",CLASS="slate",START-DATE="2026-11-25T12:00:04.000Z"';
const ENDED = `${BEGUN},END-DATE="2026-11-25T12:00:07.500Z"`;

describe('a date range (rule A2.27)', () => {
  it('is listed in every playlist as it is announced, and once', () => {
    const presentation = after(8);
    for (const _ of [1, 2]) presentation.announce([], [{ class: 'slate', startMs: 4_000 }]);
    for (const id of [V720, V360, A128]) expect(tags(presentation.text(id))).toEqual([BEGUN]);
    expect(presentation.violations).toEqual([]);
  });

  it('is a change of all playlists, and known again it is none', () => {
    const { window } = after(8);
    const versions = [window.version];
    for (const endMs of [undefined, undefined, 7_500, 7_500, 9_000]) {
      window.takeDateRanges([{ class: 'slate', startMs: 4_000, ...(endMs !== undefined && { endMs }) }]);
      versions.push(window.version);
    }
    expect(versions.map((version) => version - (versions[0] ?? 0))).toEqual([0, 1, 1, 2, 2, 2]);
  });

  it('has its end in a tag of its own, for what was said is not said otherwise', () => {
    const presentation = after(8);
    presentation.announce([], [{ class: 'slate', startMs: 4_000 }]);
    presentation.announce([], [{ class: 'slate', startMs: 4_000, endMs: 7_500 }]);
    expect(tags(presentation.text(V720))).toEqual([BEGUN, ENDED]);
    expect(presentation.violations).toEqual([]);
  });

  it('is one tag when it is announced after it has ended', () => {
    const presentation = after(16);
    presentation.announce([], [{ class: 'slate', startMs: 4_000, endMs: 7_500 }]);
    expect(tags(presentation.text(V720))).toEqual([ENDED]);
  });

  it('stays while any of it is listed in any playlist, and then goes', () => {
    const presentation = after(16, 12);
    presentation.announce([], [{ class: 'slate', startMs: 4_000, endMs: 6_500 }]);
    // The window of 12 s has six segments: the fourth, which begins at 6.4 s, leaves when the tenth is whole.
    const listed = (): boolean => tags(presentation.text(V720)).length > 0;
    goOn(presentation, 16, 39);
    expect([listed(), presentation.parsed(V720).mediaSequence]).toEqual([true, 4]);
    presentation.announce(presentation.broadcast.parts(39, 40, V720));
    expect(listed()).toBe(true);
    presentation.announce([
      ...presentation.broadcast.parts(39, 40, V360),
      ...presentation.broadcast.parts(39, 40, A128),
    ]);
    expect(listed()).toBe(false);
    expect(presentation.violations).toEqual([]);
  });

  it('stays for good while nobody knows its end', () => {
    const presentation = after(8, 12);
    presentation.announce([], [{ class: 'slate', startMs: 4_000 }]);
    goOn(presentation, 8, 80);
    expect(tags(presentation.text(V720))).toEqual([BEGUN]);
  });

  it('is not listed when all of it lies before the window', () => {
    const presentation = after(80, 12);
    presentation.announce([], [{ class: 'slate', startMs: 4_000, endMs: 7_500 }]);
    expect(tags(presentation.text(V720))).toEqual([]);
    expect(presentation.violations).toEqual([]);
  });

  it('has the playlists’ dates, which lack what seams cut off', () => {
    const broadcast = new TestBroadcast({ renditionIds: [V720] });
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 60 });
    window.append(broadcast.parts(0, 6));
    const renditions = broadcast.description.renditions.map((each) => ({ ...each, initVersion: 1 }));
    window.describe({ ...broadcast.description, renditions });
    const gap = { isGap: true, sizeBytes: 0 };
    window.append([broadcast.part(6, V720, gap), broadcast.part(7, V720, gap)]);
    window.append([broadcast.part(8, V720, { initVersion: 1 })]);
    // Two parts, 1.067 s, were cut off at 3.2 s.
    window.takeDateRanges([
      { class: 'before', startMs: 2_000 },
      { class: 'after', startMs: 4_400 },
    ]);
    expect(window.dateRanges.tags().map((tag) => /START-DATE="(.*?)"/.exec(tag)?.[1])).toEqual([
      '2026-11-25T12:00:02.000Z',
      '2026-11-25T12:00:03.333Z',
    ]);
  });

  it('is refused when the broadcast has ended', () => {
    const { window } = after(8);
    window.end();
    expect(() => window.takeDateRanges([{ class: 'slate', startMs: 1 }])).toThrow('broadcast-ended');
  });

  it('is not listed when there are as many as there may be, and those that are still end', () => {
    const { window } = after(8);
    for (let startMs = 0; startMs <= DATE_RANGES_MAX; startMs += 1)
      window.takeDateRanges([{ class: 'slate', startMs: 4_000 + startMs }]);
    expect(window.dateRanges.listed).toHaveLength(DATE_RANGES_MAX);
    window.takeDateRanges([{ class: 'slate', startMs: 4_000, endMs: 5_000 }]);
    expect(window.dateRanges.tags()).toHaveLength(DATE_RANGES_MAX + 1);
  });
});

describe('a delta update of a playlist with date ranges', () => {
  it('has all of them, if it skips segments only (rule A4.38)', () => {
    const presentation = after(8);
    presentation.announce([], [{ class: 'slate', startMs: 4_000 }]);
    goOn(presentation, 8, 60);
    expect(tags(presentation.text(V720, 'YES'))).toEqual([BEGUN]);
    expect(presentation.text(V720, 'YES')).toContain('#EXT-X-VERSION:9\n');
    expect(presentation.text(V720, 'YES')).toMatch(/#EXT-X-SKIP:SKIPPED-SEGMENTS=[0-9]+\n/);
  });

  it('lacks those that were listed before CAN-SKIP-UNTIL, if it skips them, and says so (rules A1.3, A4.39)', () => {
    const presentation = after(28);
    presentation.announce([], [{ class: 'slate', startMs: 4_000 }]);
    const seen: [number, string | undefined][] = [];
    for (let ordinal = 28; ordinal < 54; ordinal += 1) {
      presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
      const text = presentation.text(V720, 'v2');
      seen.push([tags(text).length, /VERSION:(\d+)/.exec(text)?.[1]]);
    }
    // 12 s are 22.5 parts.
    expect(seen.map(([count]) => count)).toEqual([...Array(22).fill(1), ...Array(4).fill(0)]);
    expect(seen.map(([, version]) => version)).toEqual([...Array(22).fill('9'), ...Array(4).fill('10')]);
    expect(presentation.text(V720, 'v2')).toContain(',RECENTLY-REMOVED-DATERANGES=""\n');
    // Its end is news again.
    presentation.announce([], [{ class: 'slate', startMs: 4_000, endMs: 7_500 }]);
    expect(tags(presentation.text(V720, 'v2'))).toEqual([ENDED]);
    expect(presentation.violations).toEqual([]);
  });

  it('names those that were removed, for as long as a client may have them (rule A4.39)', () => {
    const presentation = after(16, 16);
    presentation.announce(
      [],
      [
        { class: 'slate', startMs: 1_000, endMs: 1_500 },
        { class: 'slate', startMs: 2_000, endMs: 2_100 },
      ],
    );
    const seen: (string | undefined)[] = [];
    for (let ordinal = 16; ordinal < 100; ordinal += 1) {
      presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
      const removed = /RECENTLY-REMOVED-DATERANGES="(.*)"/.exec(presentation.text(V720, 'v2'))?.[1];
      if (removed !== seen.at(-1) || seen.length === 0) seen.push(removed);
    }
    expect(seen).toEqual([undefined, '', 'slate-1000\tslate-2000', '']);
    expect(presentation.violations).toEqual([]);
  });
});

it('date ranges are as they were after a restart', () => {
  const presentation = after(60, 12);
  const { window } = presentation;
  window.takeDateRanges([
    { class: 'slate', startMs: 31_000 },
    { class: 'slate', startMs: 29_000, endMs: 29_500 },
  ]);
  const state = DateRangesState.parse(JSON.parse(JSON.stringify(window.dateRanges.state())));
  const after12s = new DateRanges({ skipUntilS: 12, state });
  expect(after12s.state()).toEqual(window.dateRanges.state());
  expect(after12s.recentTags(window.endMs)).toEqual(window.dateRanges.recentTags(window.endMs));
});
