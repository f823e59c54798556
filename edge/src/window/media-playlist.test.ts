import {
  AAC_FRAME_SAMPLES,
  type FrameRate,
  LATENCY_PROFILE_NAMES,
  type LatencyProfileName,
  mediaGrid,
} from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalValue } from '../playlist-check/playlist-check.ts';
import { A128, STARTED_AT_MS, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPresentation } from '../testing/test-presentation.ts';

const FRAME_RATES: readonly (readonly [name: string, frameRate: FrameRate])[] = [
  ['23.976', { num: 24_000, den: 1_001 }],
  ['24', { num: 24, den: 1 }],
  ['25', { num: 25, den: 1 }],
  ['29.97', { num: 30_000, den: 1_001 }],
  ['30', { num: 30, den: 1 }],
  ['50', { num: 50, den: 1 }],
  ['59.94', { num: 60_000, den: 1_001 }],
  ['60', { num: 60, den: 1 }],
];

const EVERY_GRID = LATENCY_PROFILE_NAMES.flatMap((profile) =>
  FRAME_RATES.map(([name, frameRate]) => [profile, name, frameRate] as const),
);

describe('the media playlists of a whole broadcast', () => {
  it.each(EVERY_GRID)('keep every rule at every change: %s at %s fps', (profile, _name, frameRate) => {
    const presentation = new TestPresentation({ profile, frameRate, dvrWindowS: 20 });
    const { broadcast } = presentation;
    const partCount = 24 * broadcast.grid.partsPerSegment;
    for (let ordinal = 0; ordinal < partCount; ordinal += 1) {
      presentation.announce(broadcast.parts(ordinal, ordinal + 1, A128));
      presentation.announce([
        ...broadcast.parts(ordinal, ordinal + 1, V360),
        ...broadcast.parts(ordinal, ordinal + 1, V720),
      ]);
    }
    presentation.end();
    expect(presentation.violations).toEqual([]);
    expect(presentation.parsed(V720)).toMatchObject({ isEnded: true, hints: [] });
    expect(presentation.parsed(V720).mediaSequence).toBeGreaterThan(1);
  });

  it.each(EVERY_GRID)(
    'end segments no later than browsers do: %s at %s fps (ADR 0011)',
    (profile, _name, frameRate) => {
      const presentation = new TestPresentation({ profile, frameRate, dvrWindowS: 3_600 });
      const { grid } = presentation.broadcast;
      presentation.announce(presentation.broadcast.parts(0, 60 * grid.partsPerSegment, V720));
      const frameUs = (frameRate.den * 1e6) / frameRate.num;
      const whole = presentation.parsed(V720).segments.filter(({ uri }) => uri !== undefined);
      expect(whole.length).toBe(60);
      for (const { msn, durationS, parts } of whole) {
        const firstFrame = (msn - 1) * grid.framesPerSegment;
        const lastFrame = firstFrame + grid.framesPerSegment - 1;
        // Chromium cuts both to whole microseconds.
        const bufferedEndUs = Math.floor(lastFrame * frameUs) + Math.floor(frameUs);
        expect(firstFrame * frameUs + durationS * 1e6).toBeLessThan(bufferedEndUs);
        const partsUs = parts.reduce((sum, part) => sum + part.durationS, 0) * 1e6;
        // Each part is printed a microsecond longer than cut, for Shaka (ADR 0016).
        if (parts.length > 0) expect(partsUs - durationS * 1e6).toBeCloseTo(2 + parts.length, 3);
      }
    },
  );

  it.each(EVERY_GRID)('keep every rule with parts lost, sent again, and a short last one: %s at %s fps', (...grid) => {
    const [profile, , frameRate] = grid;
    const { partsPerSegment, frameDurationTicks } = mediaGrid(profile, frameRate);
    for (let last = 4 * partsPerSegment; last < 5 * partsPerSegment; last += 1) {
      const presentation = new TestPresentation({ profile, frameRate });
      const { broadcast } = presentation;
      const lost = (ordinal: number) => ordinal % 5 === last % 5 && { isGap: true, sizeBytes: 0, isIndependent: false };
      for (let ordinal = 0; ordinal < last; ordinal += 1) {
        const parts = [V720, V360, A128].map((id) => broadcast.part(ordinal, id, { ...lost(ordinal) }));
        for (const _ of [1, 2]) presentation.announce(parts);
      }
      // One frame.
      const ending = (durationTicks: number) => ({ durationTicks, isLastOfSegment: true });
      presentation.announce([V720, V360].map((id) => broadcast.part(last, id, ending(frameDurationTicks))));
      presentation.announce([broadcast.part(last, A128, ending(AAC_FRAME_SAMPLES))]);
      presentation.end();
      expect(presentation.violations).toEqual([]);
      expect(presentation.parsed(V720).segments.at(-1)?.msn).toBe(5);
    }
  });

  it('keep every rule however late and however often announcements come', () => {
    const announcement = fc.record({
      from: fc.nat(60),
      length: fc.integer({ min: 1, max: 12 }),
      of: fc.constantFrom(V720, V360, A128),
    });
    fc.assert(
      fc.property(fc.array(announcement, { maxLength: 60 }), (announcements) => {
        const presentation = new TestPresentation({ dvrWindowS: 1 });
        const { broadcast } = presentation;
        // Something playable first, or most runs would have nothing to look at.
        presentation.announce(broadcast.parts(0, 30));
        for (const { from, length, of } of announcements)
          presentation.announce(broadcast.parts(from, from + length, of));
        expect(presentation.violations).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('keep every rule across gaps and a change of the init segment', () => {
    const presentation = new TestPresentation({ dvrWindowS: 12 });
    const { broadcast } = presentation;
    for (let ordinal = 0; ordinal < 80; ordinal += 1) {
      if (ordinal === 40) presentation.redescribe(1);
      const changes = { initVersion: ordinal < 40 ? 0 : 1, ...(ordinal % 13 === 5 && { isGap: true, sizeBytes: 0 }) };
      presentation.announce([V720, V360, A128].map((id) => broadcast.part(ordinal, id, changes)));
    }
    expect(presentation.violations).toEqual([]);
    const { segments, discontinuitySequence } = presentation.parsed(V720);
    // Forty parts later the discontinuity has left the window of six segments and a bit.
    expect(discontinuitySequence).toBe(1);
    expect(segments.some(({ isGap }) => isGap)).toBe(true);
  });
});

function after(partCount: number, options?: ConstructorParameters<typeof TestPresentation>[0]): TestPresentation {
  const presentation = new TestPresentation(options);
  presentation.announce(presentation.broadcast.parts(0, partCount));
  return presentation;
}

describe('a media playlist', () => {
  it('reads like this', () => {
    expect(after(6, { renditionIds: [V720, A128] }).text(V720)).toBe(
      `#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=12.000,CAN-SKIP-DATERANGES=YES,PART-HOLD-BACK=1.601,HOLD-BACK=6.000
#EXT-X-PART-INF:PART-TARGET=0.533334
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-MAP:URI="v720/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:00.000Z
#EXT-X-PART:DURATION=0.533334,URI="v720/1.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.533334,URI="v720/1.1.m4s"
#EXT-X-PART:DURATION=0.533334,URI="v720/1.2.m4s"
#EXT-X-PART:DURATION=0.533334,URI="v720/1.3.m4s"
#EXTINF:2.133330,
v720/1.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02.133Z
#EXT-X-PART:DURATION=0.533334,URI="v720/2.0.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.533334,URI="v720/2.1.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/2.2.m4s"
#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=2,LAST-PART=1
`,
    );
  });

  it.each<[profile: LatencyProfileName, targetDurationS: number]>([
    ['ultra', 1],
    ['low', 2],
    ['economy', 2],
    ['standard', 4],
  ])('declares the target duration of profile %s, whatever was seen (rule A1.4)', (profile, targetDurationS) => {
    expect(after(0, { profile }).parsed(V720).targetDurationS).toBe(targetDurationS);
    expect(after(9, { profile }).parsed(V720).targetDurationS).toBe(targetDurationS);
  });

  it('declares as PART-TARGET the longest part that may come, from the first version on (rules A1.5, A1.6)', () => {
    const presentation = new TestPresentation({ frameRate: { num: 30_000, den: 1_001 } });
    const { broadcast } = presentation;
    const declared: (number | undefined)[] = [];
    const durationsS = new Set<number>();
    for (let ordinal = 0; ordinal < 40; ordinal += 1) {
      presentation.announce(broadcast.parts(ordinal, ordinal + 1));
      const audio = presentation.parsed(A128);
      declared.push(audio.partTargetS);
      for (const { parts } of audio.segments) for (const part of parts) durationsS.add(part.durationS);
    }
    expect(new Set(declared)).toEqual(new Set([0.554667]));
    // Audio alternates by one AAC frame of 21.3 ms, and both lengths were there.
    expect([...durationsS].sort()).toEqual([0.533334, 0.554667]);
  });

  it('has three part targets of the longest of all renditions as PART-HOLD-BACK (rule A1.8)', () => {
    // At 29.97 fps an audio part has up to 26 AAC frames, 0.5547 s, and a video part 0.5339 s.
    const presentation = after(8, { frameRate: { num: 30_000, den: 1_001 } });
    const holdBacks = [V720, V360, A128].map((id) => {
      const { serverControl } = presentation.parsed(id);
      return serverControl && decimalValue(serverControl, 'PART-HOLD-BACK');
    });
    expect(new Set(holdBacks)).toEqual(new Set([1.665]));
  });

  it('has no tag of parts where the profile has none (rule A1.1)', () => {
    const text = after(4, { profile: 'standard' }).text(V720);
    expect(text).not.toMatch(/PART|PRELOAD-HINT/);
    expect(text).toContain(
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24.000,CAN-SKIP-DATERANGES=YES,HOLD-BACK=12.000\n',
    );
    expect(text).toContain('#EXT-X-RENDITION-REPORT:URI="a128.m3u8",LAST-MSN=4\n');
  });

  it('shows nothing of an open segment where the profile has no parts', () => {
    const presentation = after(4, { profile: 'standard' });
    const before = presentation.text(V720);
    const half = { isLastOfSegment: false, durationTicks: 64_000 };
    presentation.announce([presentation.broadcast.part(4, V720, half)]);
    expect(presentation.text(V720)).toBe(before);
  });

  it('marks every part of audio as independent, and of video those that begin with a sync sample (rule A1.14)', () => {
    const presentation = after(6);
    const independent = (id: typeof V720) =>
      presentation.parsed(id).segments.flatMap(({ parts }) => parts.map((part) => part.isIndependent));
    expect(independent(A128)).toEqual([true, true, true, true, true, true]);
    expect(independent(V720)).toEqual([true, false, false, false, true, false]);
  });

  it('takes its dates from media time alone (rule A1.17)', () => {
    const { segments } = after(4 * 12, { dvrWindowS: 1 }).parsed(V720);
    expect(segments.length).toBeGreaterThan(5);
    for (const { msn, programDateTimeMs } of segments) {
      expect(programDateTimeMs).toBe(STARTED_AT_MS + Math.round(((msn - 1) * 64_000) / 30));
    }
  });

  it('lists parts up to three target durations from its end, and not beyond (rule A2.25)', () => {
    // The window ends at 21 parts: segments 4 and 5 begin 4.8 s and 2.7 s before it, segment 3 begins 6.9 s before.
    const { segments } = after(21).parsed(V720);
    expect(segments.map(({ msn, parts }) => [msn, parts.length])).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [4, 4],
      [5, 4],
      [6, 1],
    ]);
  });

  it('is one version with the last part, its EXTINF and the next hint (rule A2.24)', () => {
    const presentation = after(7);
    expect(presentation.text(V720)).not.toContain('v720/2.m4s');
    presentation.announce(presentation.broadcast.parts(7, 8));
    const text = presentation.text(V720);
    expect(text).toContain(
      'URI="v720/2.3.m4s"\n#EXTINF:2.133330,\nv720/2.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/3.0.m4s"\n',
    );
  });

  it('hints at the part that comes next, with the URI it will have (rule A5.41)', () => {
    const presentation = after(5);
    for (const [ordinal, uri] of [
      [5, 'v720/2.1.m4s'],
      [6, 'v720/2.2.m4s'],
      [7, 'v720/2.3.m4s'],
      [8, 'v720/3.0.m4s'],
    ] as const) {
      expect(presentation.parsed(V720).hints).toMatchObject([{ type: 'PART', uri }]);
      presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
      const listed = presentation.parsed(V720).segments.flatMap(({ parts }) => parts.map((part) => part.uri));
      expect(listed.at(-1)).toBe(uri);
    }
  });

  it('reports every other rendition as far as it is, and not itself (rule A5.44)', () => {
    const presentation = after(5);
    presentation.announce(presentation.broadcast.parts(5, 8, A128));
    const reports = presentation.parsed(V720).reports.map(({ uri, lastMsn, lastPart }) => [uri, lastMsn, lastPart]);
    expect(reports).toEqual([
      ['v360.m3u8', 2, 0],
      ['a128.m3u8', 2, 3],
    ]);
  });

  it('ends with a whole segment and EXT-X-ENDLIST, with no hint (rule A1.19)', () => {
    const presentation = after(6);
    presentation.end();
    const text = presentation.text(V720);
    expect(text).toContain('URI="v720/2.1.m4s"\n#EXTINF:1.066664,\nv720/2.m4s\n');
    expect(text.endsWith('#EXT-X-ENDLIST\n')).toBe(true);
    expect(text).not.toContain('PRELOAD-HINT');
  });

  it('has a gap part and a gap segment where a part could not be stored (rule A2.23)', () => {
    const presentation = after(5);
    const { broadcast } = presentation;
    presentation.announce([V720, V360, A128].map((id) => broadcast.part(5, id, { isGap: true, sizeBytes: 0 })));
    presentation.announce(broadcast.parts(6, 8));
    const text = presentation.text(V720);
    expect(text).toContain('#EXT-X-PART:DURATION=0.533334,URI="v720/2.1.m4s",GAP=YES\n');
    expect(text).toContain('#EXT-X-GAP\n#EXTINF:2.133330,\nv720/2.m4s\n');
    expect(presentation.violations).toEqual([]);
  });

  it('begins a discontinuity with the new init segment before the segment’s parts (rules A1.11, A1.12, A2.22)', () => {
    const presentation = after(4);
    const { broadcast } = presentation;
    presentation.redescribe(1);
    presentation.announce([V720, V360, A128].map((id) => broadcast.part(4, id, { initVersion: 1 })));
    expect(presentation.text(V720)).toContain(
      'v720/1.m4s\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="v720/init-1.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:02.133Z\n#EXT-X-PART',
    );
  });

  it('has no playlist type, begins at 1 and repeats no directive (rules A1.19, A1.20, A2.21)', () => {
    const text = after(9).text(V720);
    expect(text).not.toContain('PLAYLIST-TYPE');
    expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:1\n');
    expect(text).not.toContain('_HLS_');
  });
});
