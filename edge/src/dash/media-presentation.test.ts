import { BroadcastId, LATENCY_PROFILE_NAMES, type PartAnnounced } from '@sluice/contracts';
import { describe, expect, it } from 'vitest';
import { checkMpd, checkMpdSuccession, type ParsedMpd } from '../mpd-check/mpd-check.ts';
import { A128, STARTED_AT_MS, TestBroadcast, type TestBroadcastOptions, V720 } from '../testing/test-broadcast.ts';
import { LiveWindow } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import { mediaPresentation } from './media-presentation.ts';

const BROADCAST_ID = BroadcastId.parse('0mww8blwx4z6wtlh8p63');
const RATES = [
  [24, 1],
  [25, 1],
  [24_000, 1_001],
  [30_000, 1_001],
  [30, 1],
  [50, 1],
  [60_000, 1_001],
  [60, 1],
] as const;

/** The first thousand, and every 997th after them, in the shortest segments that there are. */
const A_MONTH_OF_SEGMENTS = Array.from({ length: 4_000 }, (_, at) => (at < 1_000 ? at : (at - 999) * 997));

/** A live window, whose MPD is checked by itself and against the one before at each look. */
function stage(options: TestBroadcastOptions & { readonly dvrWindowS?: number } = {}) {
  const broadcast = new TestBroadcast(options);
  const window = new LiveWindow({ description: broadcast.description, dvrWindowS: options.dvrWindowS ?? 30 });
  let before: ParsedMpd | undefined;
  function look(): ParsedMpd {
    const { mpd, violations } = checkMpd(mediaPresentation(window, BROADCAST_ID));
    expect(violations).toEqual([]);
    if (mpd === undefined) throw new Error('no MPD');
    if (before !== undefined) expect(checkMpdSuccession(before, mpd)).toEqual([]);
    before = mpd;
    return mpd;
  }
  function append(parts: readonly PartAnnounced[]): ParsedMpd {
    window.append(parts);
    return look();
  }
  return { broadcast, window, look, append, text: () => mediaPresentation(window, BROADCAST_ID) };
}

/** The node that goes on after part `at` needs other init segments; nobody made the rest of that segment. */
function seam({ broadcast, window }: ReturnType<typeof stage>, initVersion: number, firstOrdinal: number): void {
  const { description } = window;
  const renditions = description.renditions.map((rendition) => ({ ...rendition, initVersion }));
  window.describe({ ...description, renditions });
  const { partsPerSegment } = broadcast.grid;
  for (const { id } of renditions) {
    const next = window.renditions.get(id)?.next ?? { msn: 1, partIndex: 0 };
    const from = (next.msn - 1) * partsPerSegment + next.partIndex;
    for (let ordinal = from; ordinal < firstOrdinal; ordinal += 1) {
      const gap = { isGap: true, sizeBytes: 0, initVersion: initVersion - 1 };
      window.append([broadcast.part(ordinal, id, gap)]);
    }
  }
  for (const { id } of renditions) window.append([broadcast.part(firstOrdinal, id, { initVersion })]);
}

describe('the MPD of a live broadcast', () => {
  it.each(LATENCY_PROFILE_NAMES)(
    'keeps every rule in the profile %s, at all frame rates (rules B60 to B70)',
    (profile) => {
      for (const [num, den] of RATES) {
        const { append, broadcast } = stage({ profile, frameRate: { num, den } });
        for (let ordinal = 0; ordinal < 40; ordinal += 4) append(broadcast.parts(ordinal, ordinal + 4));
      }
    },
  );

  it('says when a segment may be asked for, and how far behind to play (rules B62, B66, B67)', () => {
    const { append, broadcast, text } = stage();
    append(broadcast.parts(0, 10));
    expect(text()).toContain('availabilityTimeOffset="1.600" availabilityTimeComplete="false"');
    expect(text()).toContain('<Latency referenceId="0" target="1601" max="6000"/>');
    expect(text()).toContain('suggestedPresentationDelay="PT0.5S"');
    expect(text()).toContain('timeShiftBufferDepth="PT30S"');
    expect(text()).toContain('minimumUpdatePeriod="PT2S"');
  });

  it('of a profile without parts offers whole segments and nothing else (rule B62)', () => {
    const { append, broadcast, text } = stage({ profile: 'standard' });
    const mpd = append(broadcast.parts(0, 4));
    expect(mpd.targetLatencyMs).toBeUndefined();
    expect(text()).not.toMatch(/availabilityTime(Offset|Complete)|ProducerReferenceTime|low-latency/);
    expect(mpd.suggestedPresentationDelayS).toBe(12);
  });

  it('has one AdaptationSet for the pictures and one for the sound', () => {
    const { append, broadcast, text } = stage();
    const mpd = append(broadcast.parts(0, 10));
    const [period] = mpd.periods;
    expect(period?.adaptationSets.map((set) => set.representations.map(({ id }) => id))).toEqual([
      ['v720', 'v360'],
      ['a128'],
    ]);
    expect(text()).toContain(
      '<Representation id="v720" codecs="avc1.64001F" bandwidth="3000000" width="1280" height="720"',
    );
    expect(text()).toContain('value="2"');
  });

  it.each([[[A128]], [[V720]]])('may have nothing but %s', (renditionIds) => {
    const { append, broadcast, text } = stage({ renditionIds });
    const mpd = append(broadcast.parts(0, 10));
    const [set, ...others] = mpd.periods[0]?.adaptationSets ?? [];
    expect(others).toEqual([]);
    expect(text()).toContain(`<Latency referenceId="${set?.referenceTimes[0]?.id}"`);
  });

  it('lists no rendition that the viewer may not see', () => {
    const { append, broadcast, window } = stage();
    append(broadcast.parts(0, 10));
    const text = mediaPresentation(window, BROADCAST_ID, 480);
    expect(text).not.toContain('v720');
    expect(text).toContain('id="v360"');
    expect(text).toContain('maxHeight="360"');
    expect(text).toContain('id="a128"');
  });

  it('has URLs that keep whatever a viewer came by, and sends its updates to its own broadcast (rules B60, B70)', () => {
    const { append, broadcast } = stage();
    const mpd = append(broadcast.parts(0, 10));
    expect(mpd.locations).toEqual([`${BROADCAST_ID}.mpd`]);
    expect(mpd.clocks).toEqual(['urn:mpeg:dash:utc:http-iso:2014 time']);
    expect(mpd.periods[0]?.adaptationSets[0]?.representations[0]?.template).toMatchObject({
      media: `${BROADCAST_ID}/$RepresentationID$/$Number$.m4s?init=0`,
      initialization: `${BROADCAST_ID}/$RepresentationID$/init-0.mp4`,
    });
  });

  it('means the same dates and numbers as the playlists do (rule B70)', () => {
    const { append, broadcast, window } = stage({ frameRate: { num: 30_000, den: 1_001 } });
    const mpd = append(broadcast.parts(0, 40));
    const own = window.renditions.get(V720);
    const { timescale, duration = 0 } = mpd.periods[0]?.adaptationSets[0]?.representations[0]?.template ?? {
      timescale: 1,
    };
    const dates =
      own &&
      mediaPlaylist(window, own).matchAll(/DATE-TIME:(\S+)\n(?:#EXT-X-PART.*\n)*#EXTINF.*\nv720\/([0-9]+)\.m4s/g);
    const listed = [...(dates ?? [])].map(([, date = '', msn]) => [Date.parse(date), Number(msn)]);
    expect(listed.length).toBeGreaterThan(5);
    for (const [dateMs, msn = 0] of listed) {
      expect(dateMs).toBe(STARTED_AT_MS + Math.round((((msn - 1) * duration) / timescale) * 1_000));
    }
  });

  it('does not change while it goes on, but for the time of its newest segment (rule B61)', () => {
    const { append, broadcast, text } = stage();
    append(broadcast.parts(0, 9));
    const first = text();
    append(broadcast.parts(9, 10));
    expect(text()).toBe(first);
    append(broadcast.parts(10, 12));
    expect(text()).not.toBe(first);
    expect(text().replace(/publishTime="[^"]*"/, '')).toBe(first.replace(/publishTime="[^"]*"/, ''));
  });
});

describe('the MPD of a broadcast with seams', () => {
  it('begins a Period where other init segments do, at the time that the media has there (rule B60)', () => {
    const at = stage();
    at.append(at.broadcast.parts(0, 18));
    seam(at, 1, 24);
    const { periods } = at.look();
    expect(periods.map(({ id, startS }) => [id, startS])).toEqual([
      ['1', 0],
      ['7', expect.closeTo(12.8, 6)],
    ]);
    const templates = periods.map(({ adaptationSets }) =>
      adaptationSets.map((set) => set.representations[0]?.template),
    );
    expect(templates.flat().map((template) => template?.initialization.slice(-10))).toEqual([
      'init-0.mp4',
      'init-0.mp4',
      'init-1.mp4',
      'init-1.mp4',
    ]);
    expect(templates.flat().map((template) => template?.startNumber)).toEqual([1, 1, 7, 7]);
  });

  // What Shaka 5.2 looks for after a change of rendition: docs/adr/0024-ll-dash.md, 3.
  it.each(LATENCY_PROFILE_NAMES)(
    'has segments that meet in binary fractions, in the profile %s (rule B61)',
    (profile) => {
      for (const [num, den] of RATES) {
        const at = stage({ profile, frameRate: { num, den } });
        const { partsPerSegment } = at.broadcast.grid;
        at.append(at.broadcast.parts(0, 6 * partsPerSegment));
        seam(at, 1, 6 * partsPerSegment);
        const { periods } = at.look();
        expect(periods.length).toBe(2);
        for (const { startS, adaptationSets } of periods) {
          const { duration = 0, timescale } = adaptationSets[0]?.representations[0]?.template ?? { timescale: 1 };
          const segmentS = duration / timescale;
          const startsS = (nth: number) => nth * segmentS + startS;
          const apart = A_MONTH_OF_SEGMENTS.filter((nth) => startsS(nth) + segmentS !== startsS(nth + 1));
          expect(apart).toEqual([]);
          expect(duration).toBeLessThan(2 ** 31);
        }
      }
    },
  );

  it('has the Period with all renditions as soon as one of them has begun it', () => {
    const at = stage();
    at.append(at.broadcast.parts(0, 20));
    const { description } = at.window;
    const renditions = description.renditions.map((rendition) => ({ ...rendition, initVersion: 1 }));
    at.window.describe({ ...description, renditions });
    const { periods } = at.append([at.broadcast.part(20, A128, { initVersion: 1 })]);
    const [video, audio] = periods[1]?.adaptationSets ?? [];
    expect([video, audio].map((set) => set?.representations[0]?.template.initialization.slice(-10))).toEqual([
      'init-1.mp4',
      'init-1.mp4',
    ]);
  });

  it('keeps the number and the start of a Period when what came before it has left the window, and over a restart', () => {
    const at = stage();
    at.append(at.broadcast.parts(0, 18));
    seam(at, 1, 24);
    for (let ordinal = 25; ordinal < 160; ordinal += 1) {
      at.append(at.broadcast.parts(ordinal, ordinal + 1).map((part) => ({ ...part, initVersion: 1 })));
    }
    const { periods } = at.look();
    expect(periods.map(({ id, startS }) => [id, startS])).toEqual([['7', expect.closeTo(12.8, 6)]]);
    const states = new Map([...at.window.renditions].map(([id, own]) => [id, own.state()]));
    const restored = new LiveWindow({ description: at.window.description, dvrWindowS: 30, states });
    expect(mediaPresentation(restored, BROADCAST_ID)).toBe(at.text());
  });
});

describe('the MPD of a broadcast that has ended', () => {
  it('is static, has its length and asks for no updates (rule B60)', () => {
    const { append, broadcast, window, look } = stage();
    append(broadcast.parts(0, 18));
    window.end();
    const mpd = look();
    // Four segments and two of four parts: sound ends a frame before the pictures or with them.
    expect(mpd.durationS).toBeCloseTo(9.6, 6);
    expect(Math.ceil((mpd.durationS ?? 0) / (mpd.maxSegmentDurationS ?? 1))).toBe(5);
    expect([mpd.type, mpd.minimumUpdatePeriodS]).toEqual(['static', undefined]);
  });

  it('has as many segments as there were, where the last is a whole one', () => {
    for (const [num, den] of RATES) {
      const { append, broadcast, window, look } = stage({ frameRate: { num, den } });
      append(broadcast.parts(0, 20));
      window.end();
      const { durationS = 0, periods } = look();
      const { duration = 1, timescale } = periods[0]?.adaptationSets[0]?.representations[0]?.template ?? {
        timescale: 1,
      };
      expect(Math.ceil(durationS / (duration / timescale))).toBe(5);
    }
  });
});
