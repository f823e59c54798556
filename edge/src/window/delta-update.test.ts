import { type FrameRate, type LatencyProfileName, mediaGrid } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { A128, TestBroadcast, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPresentation } from '../testing/test-presentation.ts';
import { LiveWindow } from './live-window.ts';
import { mediaPlaylist } from './media-playlist.ts';
import { type MediaUris, RELATIVE_URIS } from './media-uris.ts';
import { RenditionWindowState } from './window-state.ts';

const GRIDS: readonly (readonly [LatencyProfileName, FrameRate])[] = [
  ['ultra', { num: 30, den: 1 }],
  ['ultra', { num: 60_000, den: 1_001 }],
  ['low', { num: 25, den: 1 }],
  ['low', { num: 30_000, den: 1_001 }],
  ['economy', { num: 24, den: 1 }],
  ['standard', { num: 50, den: 1 }],
];

function after(segmentCount: number, options: ConstructorParameters<typeof TestPresentation>[0] = {}) {
  const presentation = new TestPresentation(options);
  const { broadcast } = presentation;
  presentation.announce(broadcast.parts(0, segmentCount * broadcast.grid.partsPerSegment));
  return presentation;
}

describe('a delta update', () => {
  it.each(GRIDS)('applied to any version that a client may have is the playlist: %s at %o (rule A4.38)', (...grid) => {
    const [profile, frameRate] = grid;
    const { partsPerSegment, targetDurationS } = mediaGrid(profile, frameRate);
    const dvrWindowS = 9 * targetDurationS;
    const presentation = new TestPresentation({ profile, frameRate, dvrWindowS, appliesToAll: true });
    const { broadcast } = presentation;
    const partCount = 16 * partsPerSegment;
    for (let ordinal = 0; ordinal < partCount; ordinal += 1) {
      // In the middle there is a seam on a segment's end; now and then a part is lost.
      const isAfterSeam = ordinal >= partCount / 2;
      if (isAfterSeam && presentation.window.description.renditions[0]?.initVersion === 0) presentation.redescribe(1);
      const initVersion = isAfterSeam ? 1 : 0;
      const gap = ordinal % 17 === 5 && { isGap: true, sizeBytes: 0 };
      const dateRanges = ordinal % 9 === 3 ? [{ class: 'slate', startMs: Math.floor(presentation.window.endMs) }] : [];
      presentation.announce(
        [V720, V360, A128].map((id) => broadcast.part(ordinal, id, { initVersion, ...gap })),
        dateRanges,
      );
    }
    expect(presentation.violations).toEqual([]);
    expect(presentation.appliedCount).toBeGreaterThan(100);
    expect(presentation.parsed(V720, 'YES').skip?.segmentCount).toBeGreaterThan(0);
  });

  it('applied to any version is the playlist, however announcements come', () => {
    const announcement = fc.record({
      from: fc.nat(100),
      length: fc.integer({ min: 1, max: 12 }),
      of: fc.constantFrom(V720, V360, A128),
    });
    fc.assert(
      fc.property(fc.array(announcement, { maxLength: 40 }), (announcements) => {
        const presentation = new TestPresentation({ dvrWindowS: 60, appliesToAll: true });
        presentation.announce(presentation.broadcast.parts(0, 30));
        for (const { from, length, of } of announcements)
          presentation.announce(presentation.broadcast.parts(from, from + length, of));
        expect(presentation.violations).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('reads like this', () => {
    const presentation = after(10, { renditionIds: [V720], dvrWindowS: 60 });
    presentation.announce(presentation.broadcast.parts(40, 41));
    // Segments 1 to 4 end 13.3 s and more before the end; the fifth ends 11.2 s before it.
    expect(presentation.text(V720, 'YES').split('\n').slice(0, 16)).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:9',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.000,CAN-SKIP-DATERANGES=YES,PART-HOLD-BACK=1.601,HOLD-BACK=6.000',
      '#EXT-X-PART-INF:PART-TARGET=0.533334',
      '#EXT-X-MEDIA-SEQUENCE:1',
      '#EXT-X-DISCONTINUITY-SEQUENCE:0',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-SKIP:SKIPPED-SEGMENTS=4',
      '#EXT-X-MAP:URI="v720/init-0.mp4"',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:08.533Z',
      '#EXTINF:2.133330,',
      'v720/5.m4s',
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:10.667Z',
      '#EXTINF:2.133330,',
      'v720/6.m4s',
    ]);
    const rest = (text: string) => text.slice(text.indexOf('v720/6.m4s'));
    expect(rest(presentation.text(V720, 'YES'))).toBe(rest(presentation.text(V720)));
  });

  it('skips a segment once its end is further from the end than CAN-SKIP-UNTIL, and not before (rules A1.9, A4.38)', () => {
    const presentation = after(6, { renditionIds: [V720], dvrWindowS: 60 });
    const skipped: (number | undefined)[] = [];
    for (let ordinal = 24; ordinal < 30; ordinal += 1) {
      presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
      skipped.push(presentation.parsed(V720, 'YES').skip?.segmentCount);
    }
    // The first segment ends at 2.13 s: 12 s later is within the third part of the seventh.
    expect(skipped).toEqual([undefined, undefined, 1, 1, 1, 1]);
  });

  it('does not count an open segment that is not listed (rule A4.38)', () => {
    const presentation = after(6, { profile: 'standard', renditionIds: [V720], dvrWindowS: 120 });
    const { broadcast } = presentation;
    const skipped = () => presentation.parsed(V720, 'YES').skip?.segmentCount;
    // The first segment ends 21.3 s before the end of the sixth; three seconds more are not listed before they are four.
    presentation.announce([broadcast.part(6, V720, { durationTicks: 90_000, isLastOfSegment: false })]);
    expect(skipped()).toBeUndefined();
    const rest = {
      msn: 7,
      partIndex: 1,
      startTicks: 6 * 128_000 + 90_000,
      durationTicks: 38_000,
      isLastOfSegment: true,
    };
    presentation.announce([broadcast.part(6, V720, rest)]);
    expect(skipped()).toBe(1);
    expect(presentation.violations).toEqual([]);
  });

  it('is the whole playlist where there is nothing to skip (rule A4.38)', () => {
    const presentation = after(6);
    for (const skip of ['YES', 'v2'] as const) expect(presentation.text(V720, skip)).toBe(presentation.text(V720));
  });

  it('is the whole playlist when the broadcast has ended (rules A3.36, A4.38)', () => {
    const presentation = after(20);
    expect(presentation.text(V720, 'YES')).not.toBe(presentation.text(V720));
    presentation.end();
    for (const skip of ['YES', 'v2'] as const) expect(presentation.text(V720, skip)).toBe(presentation.text(V720));
  });

  it('counts discontinuities that it skips in none of its tags (rule A4.38)', () => {
    const presentation = after(4, { dvrWindowS: 60 });
    const { broadcast } = presentation;
    presentation.redescribe(1);
    presentation.announce(broadcast.parts(16, 4 * 20).map((part) => ({ ...part, initVersion: 1 })));
    const delta = presentation.text(V720, 'YES');
    expect(delta).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:0\n');
    expect(delta).not.toContain('#EXT-X-DISCONTINUITY\n');
    expect(delta).toContain('\n#EXT-X-MAP:URI="v720/init-1.mp4"\n');
    expect(presentation.violations).toEqual([]);
  });
});

describe('with twelve hours of the shortest segments', () => {
  const broadcast = new TestBroadcast({ profile: 'ultra' });
  const [video, , audio] = broadcast.description.renditions;
  if (video === undefined || audio === undefined) throw new Error('there should be both');
  /** Six pictures and a sound, as large a ladder as any. */
  const ids = ['v1080', 'v900', 'v720', 'v540', 'v360', 'v240'];
  const renditions = [...ids.map((id) => ({ ...video, id })), audio] as typeof broadcast.description.renditions;
  const description = { ...broadcast.description, renditions };
  const segmentCount = 40_500;
  const window = twelveHours();

  function twelveHours(): LiveWindow {
    const whole = new LiveWindow({ description, dvrWindowS: 43_200 });
    const own = whole.renditions.get(audio?.id ?? A128);
    if (own === undefined) throw new Error('there should be sound');
    // One rendition is made of its parts; the others are copies of a video that was.
    const pictures = new LiveWindow({ description: broadcast.description, dvrWindowS: 43_200 });
    pictures.append(broadcast.parts(0, 4 * segmentCount + 2, V720));
    pictures.append(broadcast.parts(0, 4 * segmentCount + 2, A128));
    const picture = pictures.renditions.get(V720)?.state();
    const sound = pictures.renditions.get(A128)?.state();
    if (picture === undefined || sound === undefined) throw new Error('there should be both');
    const states = new Map(renditions.map(({ id, kind }) => [id, kind === 'video' ? picture : sound]));
    return new LiveWindow({ description, dvrWindowS: 43_200, states });
  }

  function recorded(): { readonly uris: MediaUris; readonly written: string[] } {
    const written: string[] = [];
    const note = <Uri extends string | undefined>(uri: Uri) => {
      written.push(uri ?? '');
      return uri;
    };
    const uris: MediaUris = {
      name: `recorded ${Math.random()}`,
      init: (...args) => note(RELATIVE_URIS.init(...args)),
      segment: (...args) => note(RELATIVE_URIS.segment(...args)),
      part: (...args) => note(RELATIVE_URIS.part(...args)),
      hint: (...args) => note(RELATIVE_URIS.hint(...args)),
    };
    return { uris, written };
  }

  it('the state is at most 200 KB in all, and reads back', () => {
    const states = [...window.renditions.values()].map((own) => JSON.stringify(own.state()));
    expect(states).toHaveLength(7);
    expect(states.join().length).toBeLessThan(200_000);
    for (const state of states) expect(RenditionWindowState.safeParse(JSON.parse(state)).success).toBe(true);
  });

  it('a delta update is at most 4 KB, and writes nothing of an old segment', () => {
    for (const own of window.renditions.values()) {
      const { uris, written } = recorded();
      const text = mediaPlaylist(window, own, { skip: 'v2', uris });
      expect(new TextEncoder().encode(text).length).toBeLessThan(4_096);
      expect(text).toContain(`SKIPPED-SEGMENTS=${segmentCount - 6}`);
      // A MAP, 6 segments, the parts of the last ones, the hint.
      expect(written.length).toBeLessThan(30);
    }
  });

  it('the whole playlist writes each old segment once, however often it is asked for', () => {
    const own = window.renditions.get(V720);
    if (own === undefined) throw new Error('there should be v720');
    const { uris, written } = recorded();
    const plain = mediaPlaylist(window, own);
    const text = mediaPlaylist(window, own, { uris });
    // The same, written by somebody else: what is remembered under one name is not taken for another's.
    expect(text).toBe(plain);
    expect(text.match(/\.m4s$/gm)).toHaveLength(segmentCount);
    expect(written.length).toBeGreaterThan(segmentCount);
    written.length = 0;
    expect(mediaPlaylist(window, own, { uris })).toBe(text);
    // Two pieces of 256 segments are at the ends of the archive.
    expect(written.length).toBeLessThan(2 * 256 + 30);
  });
});
