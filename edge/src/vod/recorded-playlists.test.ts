import type { PartAnnounced } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentOfClosed } from '../mux/muxed-segment.ts';
import { checkMediaPlaylist } from '../playlist-check/playlist-check.ts';
import { Recording } from '../recording/recording.ts';
import { A128, TestBroadcast, type TestLoan, V360, V720 } from '../testing/test-broadcast.ts';
import {
  liveFacts,
  segmentFacts,
  TestRecording,
  type TestRecordingOptions,
  V720_A128,
  WrittenRecording,
} from '../testing/test-recording.ts';
import { RenditionGrid } from '../window/rendition-grid.ts';
import { isGapSegment, type WindowSegment } from '../window/window-segment.ts';
import { listedRecording } from './listed-recording.ts';
import { recordedPlaylist } from './recorded-playlist.ts';

const PARTS_PER_SEGMENT = 4;
/** Of the first encoders of another node. */
const NEW = 16;
const GAP: Partial<PartAnnounced> = { isGap: true, sizeBytes: 0, isIndependent: false };

/** A whole segment of a thousand bytes. */
function segmentOnGrid(msn: number, grid: RenditionGrid): WindowSegment {
  const partTicks = grid.partTicks(msn);
  const startTicks = grid.startTicks(msn);
  const closed = { msn, startTicks, cutTicks: 0, initVersion: 0, isDiscontinuity: false, partTicks, gapParts: [] };
  return { ...segmentOfClosed(closed), sizeBytes: 1_000 };
}

/** The broadcast has ended; what is written of it is good, and says what the live playlist said. */
function written(test: TestRecording): WrittenRecording {
  const recorded = new WrittenRecording(test.manifest());
  expect(recorded.violations).toEqual([]);
  for (const { id } of test.broadcast.description.renditions) {
    expect(segmentFacts(recorded.playlist(id))).toEqual(liveFacts(test.window, id));
  }
  return recorded;
}

/** Another node goes on at a part, where the one before it has made the segment only as far as another part. */
function withSeam(test: TestRecording, at: number, goesOnAt: number, initVersion = NEW): void {
  test.redescribe(initVersion);
  test.goOn(at, goesOnAt, GAP);
  test.goOn(goesOnAt, goesOnAt + 2 * PARTS_PER_SEGMENT, { initVersion });
}

describe('what is written of a recording', () => {
  it('reads like this', () => {
    const test = new TestRecording({ renditionIds: [V720, A128] });
    test.goOn(0, 8);
    const recorded = written(test);
    expect(recorded.text(V720)).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="../../live/demo/0mww8blwxoz6wtlh8p63/v720/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:00.000Z
#EXTINF:2.133330,
../../live/demo/0mww8blwxoz6wtlh8p63/v720/1.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02.133Z
#EXTINF:2.133330,
../../live/demo/0mww8blwxoz6wtlh8p63/v720/2.m4s
#EXT-X-ENDLIST
`);
    expect(recorded.text(V720_A128)).toContain(`/v720+a128/init-0-0.mp4"\n`);
    expect(recorded.mpdText).toContain('type="static" mediaPresentationDuration="PT4.266666665S"');
    expect(recorded.mpdText).toContain(
      '<SegmentTemplate timescale="268435456" presentationTimeOffset="0" startNumber="1" initialization="../../live/demo/0mww8blwxoz6wtlh8p63/v720/init-0.mp4" media="../../live/demo/0mww8blwxoz6wtlh8p63/v720/$Number$.m4s">',
    );
    expect(recorded.mpdText).toContain('<S t="0" d="572662306" r="1"/>');
  });

  it('begins with the first segment of the broadcast, however little of it viewers could seek in', () => {
    const test = new TestRecording({ dvrWindowS: 12 });
    for (let ordinal = 0; ordinal < 400; ordinal += 1) test.goOn(ordinal, ordinal + 1);
    expect([...test.window.renditions.values()].map(({ firstMsn }) => firstMsn)).not.toContain(1);
    const { segments } = new WrittenRecording(test.manifest()).playlist(V720);
    expect(segments.map(({ msn }) => msn)).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });

  it('ends with what was there of the last segment', () => {
    const test = new TestRecording();
    test.goOn(0, 10);
    const { segments } = written(test).playlist(V720);
    expect(segments.map(({ durationS }) => durationS)).toEqual([2.13333, 2.13333, 1.066664]);
  });

  it('has a gap where it could not be stored, and no period of the MPD that would ask for it', () => {
    const test = new TestRecording();
    test.goOn(0, 8);
    const lost = test.broadcast.parts(8, 12).map((part) => (part.renditionId === V720 ? { ...part, ...GAP } : part));
    test.announce(lost);
    test.goOn(12, 20);
    const recorded = written(test);
    expect(recorded.playlist(V720).segments.map(({ isGap }) => isGap)).toEqual([false, false, true, false, false]);
    expect(recorded.playlist(V360).segments.some(({ isGap }) => isGap)).toBe(false);
    const periods = recorded.mpd?.periods.map(({ id, adaptationSets }) => [
      id,
      adaptationSets.flatMap((set) =>
        set.representations.map(({ id: own, template }) => [own, template.segments.length]),
      ),
    ]);
    expect(periods).toEqual([
      [
        '1',
        [
          ['v720', 2],
          ['v360', 3],
          ['a128', 3],
        ],
      ],
      [
        '4',
        [
          ['v720', 2],
          ['v360', 2],
          ['a128', 2],
        ],
      ],
    ]);
  });

  it('has a period without a picture where all of them are gaps', () => {
    const test = new TestRecording();
    test.goOn(0, 4);
    test.announce(test.broadcast.parts(4, 8).map((part) => (part.renditionId === A128 ? part : { ...part, ...GAP })));
    test.goOn(8, 12);
    const manifest = test.manifest();
    expect(new WrittenRecording(manifest).violations).toEqual([]);
    expect(manifest.totals).toMatchObject({ durationMs: 6_400, gapMs: 2_133 });
  });

  it('changes the init segment at a seam, with a discontinuity and a period of the MPD', () => {
    const test = new TestRecording();
    test.goOn(0, 6);
    withSeam(test, 6, 8);
    const recorded = written(test);
    expect(recorded.text(V720)).toContain(
      `v720/2.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="../../live/demo/0mww8blwxoz6wtlh8p63/v720/init-16.mp4"
`,
    );
    expect(recorded.mpd?.periods.map(({ id, startS }) => [id, Math.round(startS * 1_000)])).toEqual([
      ['1', 0],
      ['3', 4_267],
    ]);
  });

  it('has all of many init segments', () => {
    const test = new TestRecording();
    test.goOn(0, 6);
    for (let seam = 0; seam < 20; seam += 1) {
      const at = 6 + 12 * seam;
      test.redescribe(seam + 1);
      test.goOn(at, at + 2, { ...GAP, initVersion: seam });
      test.goOn(at + 2, at + 12, { initVersion: seam + 1 });
    }
    const maps = written(test)
      .playlist(V720)
      .segments.map(({ mapUri }) => mapUri);
    expect(new Set(maps).size).toBe(21);
  });

  it('lists what was lent as the lender’s, in the MPD too', () => {
    const loan: TestLoan = { renditionId: V720, lentBy: V360, fromMsn: 3, toMsn: 6 };
    const test = new TestRecording({ loans: [loan] });
    test.goOn(0, 28);
    const recorded = written(test);
    const sources = recorded.playlist(V720).segments.map(({ uri }) => uri?.split('/').at(-2));
    expect(sources).toEqual(['v720', 'v720', 'v360', 'v360', 'v360', 'v720', 'v720']);
    const media = recorded.mpd?.periods.map(({ adaptationSets: [pictures] }) =>
      pictures?.representations.map(({ template }) => template.media.split('/').at(-2)),
    );
    expect(media).toEqual([
      ['v720', 'v360'],
      ['v360', 'v360'],
      ['v720', 'v360'],
    ]);
    // What was lent is counted once.
    const own = test.broadcast.parts(0, 28).filter(({ lentBy }) => lentBy === undefined);
    const ownBytes = own.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(test.manifest().totals.sizeBytes).toBe(ownBytes);
  });

  it.each([
    [
      'low',
      'https://media.test/demo/0mww8blwxoz6wtlh8p63/v720/init-0.mp4',
      '../../live/demo/0mww8blwxoz6wtlh8p63/v720/1.m4s',
    ],
    [
      'standard',
      'https://media.test/demo/0mww8blwxoz6wtlh8p63/v720/init-0.mp4',
      'https://media.test/demo/0mww8blwxoz6wtlh8p63/v720/1.m4s',
    ],
  ] as const)('leads to the bucket’s own domain as far as live playlists do: %s', (profile, mapUri, uri) => {
    const test = new TestRecording({ profile });
    test.goOn(0, 8);
    const { recording } = new WrittenRecording(test.manifest());
    const listed = listedRecording(recording, V720, 'https://media.test/demo');
    const { playlist, violations } = checkMediaPlaylist(
      listed === undefined ? '' : recordedPlaylist(recording, listed),
    );
    expect(violations).toEqual([]);
    expect(playlist.segments[0]).toMatchObject({ mapUri, uri });
  });

  it('has date ranges that the window has long let go of', () => {
    const test = new TestRecording({ dvrWindowS: 12 });
    test.announce([], [{ class: 'slate', startMs: 2_000, endMs: 3_000 }]);
    for (let ordinal = 0; ordinal < 100; ordinal += 1) test.goOn(ordinal, ordinal + 1);
    expect(test.window.dateRanges.listed).toEqual([]);
    test.announce([], [{ class: 'slate', startMs: 50_000 }]);
    const { dateRanges } = new WrittenRecording(test.manifest()).playlist(V720);
    expect(dateRanges.map(({ id }) => id)).toEqual(['slate-2000', 'slate-50000']);
  });

  it.each<TestRecordingOptions>([
    { profile: 'standard' },
    { profile: 'ultra', frameRate: { num: 25, den: 1 } },
    { profile: 'low', frameRate: { num: 30_000, den: 1_001 } },
    { renditionIds: [A128] },
    { renditionIds: [V720] },
  ])('is good for other grids and renditions: %o', (options) => {
    const test = new TestRecording(options);
    const { partsPerSegment } = test.broadcast.grid;
    test.goOn(0, 30 * partsPerSegment);
    written(test);
  });

  it('keeps every rule and says what the live playlist said, whatever happens and whenever the object is reset', () => {
    const step = fc.oneof(
      {
        arbitrary: fc.record({ kind: fc.constant('parts' as const), count: fc.integer({ min: 1, max: 13 }) }),
        weight: 4,
      },
      fc.record({
        kind: fc.constant('lost' as const),
        count: fc.integer({ min: 1, max: 6 }),
        of: fc.constantFrom(V720, V360, A128),
      }),
      fc.record({ kind: fc.constant('all-lost' as const), count: fc.integer({ min: 1, max: 6 }) }),
      fc.record({ kind: fc.constant('seam' as const), count: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ kind: fc.constant('reset' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const test = new TestRecording();
        let at = 0;
        let initVersion = 0;
        const announce = (count: number, changed: (part: PartAnnounced) => Partial<PartAnnounced>) => {
          const parts = test.broadcast.parts(at, at + count);
          test.announce(parts.map((part) => ({ ...part, initVersion, ...changed(part) })));
          at += count;
        };
        announce(8, () => ({}));
        for (const each of steps) {
          if (each.kind === 'parts') announce(each.count, () => ({}));
          else if (each.kind === 'lost') announce(each.count, (part) => (part.renditionId === each.of ? GAP : {}));
          else if (each.kind === 'all-lost') announce(each.count, () => GAP);
          else if (each.kind === 'reset') test.restart();
          else {
            test.redescribe(initVersion + NEW);
            const rest = (PARTS_PER_SEGMENT - (at % PARTS_PER_SEGMENT)) % PARTS_PER_SEGMENT;
            announce(rest + PARTS_PER_SEGMENT * Math.floor(each.count / PARTS_PER_SEGMENT), () => GAP);
            initVersion += NEW;
            announce(PARTS_PER_SEGMENT + 1, () => ({}));
          }
        }
        written(test);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the timeline of a recording', () => {
  it('is a few hundred bytes for two days, in the row that is written with each segment', () => {
    const test = new TestRecording({ profile: 'ultra', renditionIds: [V720, A128] });
    const segments = (48 * 3_600 * 30) / 32;
    for (const { id, kind } of test.broadcast.description.renditions) {
      const grid = new RenditionGrid({ kind }, test.broadcast.grid);
      for (let msn = 1; msn <= segments; msn += 1) test.timeline.push(id, segmentOnGrid(msn, grid));
    }
    expect(JSON.stringify(test.timeline.state()).length).toBeLessThan(400);
    const manifest = test.manifest();
    expect(JSON.stringify(manifest).length).toBeLessThan(2_000);
    expect(manifest.totals).toEqual({ durationMs: 48 * 3_600_000, sizeBytes: 2_000 * segments, gapMs: 0 });
    expect(Recording.of(manifest).renditions.get(V720)?.archive.count).toBe(segments);
  });

  it('goes into rows of its own where much went wrong, and is whole again out of them', () => {
    const test = new TestRecording({ renditionIds: [V720] });
    const sizes: number[] = [];
    for (let segment = 0; segment < 1_800; segment += 1) {
      const isLost = segment % 2 === 1;
      test.goOn(4 * segment, 4 * segment + 4, isLost ? GAP : {});
      if (segment % 50 === 49) test.restart();
      if (segment % 50 === 48) sizes.push(JSON.stringify(test.timeline.state()).length);
    }
    expect(test.chunks.length).toBeGreaterThan(1);
    expect(Math.max(...sizes, ...test.chunks.map((chunk) => JSON.stringify(chunk).length))).toBeLessThan(200_000);
    const { segments } = new WrittenRecording(test.manifest()).playlist(V720);
    expect(segments.map(({ isGap }) => isGap)).toEqual(Array.from({ length: 1_800 }, (_, index) => index % 2 === 1));
  }, 30_000);

  it('doubts what a node made last, each time that another goes on, and at the end', () => {
    const test = new TestRecording();
    test.goOn(0, 4 * 40);
    test.timeline.doubtNewest();
    test.goOn(4 * 40, 4 * 100);
    expect(test.draft().timeline.doubts).toEqual([
      { firstMsn: 25, lastMsn: 45 },
      { firstMsn: 85, lastMsn: 105 },
    ]);
    expect([...test.window.renditions.values()].some(({ recent }) => recent.some(isGapSegment))).toBe(false);
  });
});

describe('a broadcast of which nothing was whole', () => {
  it('has no recording', () => {
    const test = new TestRecording();
    expect(test.timeline.isEmpty).toBe(true);
    expect(new TestBroadcast().description).toEqual(test.broadcast.description);
  });
});
