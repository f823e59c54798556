import { type FrameRate, LATENCY_PROFILE_NAMES, type PartAnnounced, type RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkMediaPlaylist } from '../playlist-check/playlist-check.ts';
import { A128, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPresentation, type TestPresentationOptions } from '../testing/test-presentation.ts';
import { LiveWindow } from '../window/live-window.ts';
import { mediaPlaylist } from '../window/media-playlist.ts';
import { reloadGate } from '../window/reload-gate.ts';
import { reloadView } from '../window/reload-view.ts';
import { type ListedId, MuxedId } from './muxed-id.ts';
import { listedRendition, MuxedPresentation } from './muxed-presentation.ts';
import { urisOf } from './muxed-uris.ts';

const V720_A128 = MuxedId.parse('v720+a128');
const V360_A128 = MuxedId.parse('v360+a128');
const FRAME_RATES: readonly FrameRate[] = [
  { num: 25, den: 1 },
  { num: 30, den: 1 },
  { num: 30_000, den: 1_001 },
];

function muxed(options: TestPresentationOptions = {}): TestPresentation {
  return new TestPresentation({ ...options, delivery: 'muxed' });
}

function viewOf({ window }: TestPresentation, id: ListedId) {
  const listed = listedRendition(window, id);
  if (listed === undefined) throw new Error(`there is no ${id}`);
  return { ...listed, reload: reloadView(listed.window, listed.rendition) };
}

/** `2.1`, `2.2 gap`, `3.0 independent`: the parts of the segments that list any. */
function partsOf(presentation: TestPresentation): string[] {
  return presentation
    .parsed(V720_A128)
    .segments.flatMap(({ msn, parts }) =>
      parts.map(({ isGap, isIndependent }, index) =>
        [`${msn}.${index}`, isGap && 'gap', isIndependent && 'independent'].filter(Boolean).join(' '),
      ),
    );
}

/** What the muxed playlist must read like where both tracks are equally far: the picture's, under other names. */
function renamed(text: string): string {
  return text
    .replaceAll(/"?v720\/(init-([0-9]+)\.mp4)?/g, (found, init, version) => {
      const start = found.startsWith('"') ? '"' : '';
      return `${start}v720+a128/${init === undefined ? '' : `init-${version}-${version}.mp4`}`;
    })
    .replace('"v360.m3u8"', '"v360+a128.m3u8"')
    .replace(/#EXT-X-RENDITION-REPORT:URI="a128.*\n/, '');
}

describe('the playlist of a muxed rendition', () => {
  it.each(LATENCY_PROFILE_NAMES)('keeps every rule at every change, and in every delta update: %s', (profile) => {
    for (const frameRate of FRAME_RATES.slice(1)) {
      const presentation = muxed({ profile, frameRate });
      for (let ordinal = 0; ordinal < 40; ordinal += 1) {
        // Sound first, as it is announced; then one picture after the other.
        for (const id of [A128, V360, V720])
          presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1, id));
      }
      presentation.end();
      expect(presentation.violations).toEqual([]);
      expect(presentation.appliedCount).toBeGreaterThan(50);
    }
  });

  it('is the picture’s under other names, where sound and picture are equally far, in delta updates too', () => {
    for (const frameRate of FRAME_RATES) {
      const presentation = new TestPresentation({ profile: 'low', frameRate, dvrWindowS: 120 });
      for (let ordinal = 0; ordinal < 300; ordinal += 1) {
        presentation.window.append(presentation.broadcast.parts(ordinal, ordinal + 1));
        if (ordinal % 13 !== 0 || ordinal < 8) continue;
        for (const skip of [undefined, 'YES', 'v2'] as const) {
          const text = presentation.text(V720_A128, skip);
          expect(text).toBe(renamed(presentation.text(V720, skip)));
          expect(text).toContain('v720+a128/init-0-0.mp4');
        }
      }
      expect(presentation.text(V720_A128, 'YES')).toContain('#EXT-X-SKIP');
    }
  });

  it('lists a part once both have it, and hints at the first that one of them lacks (rules A2.26, A5.41)', () => {
    const presentation = muxed();
    const { broadcast } = presentation;
    presentation.announce(broadcast.parts(0, 6));
    presentation.announce([broadcast.part(6, A128)]);
    expect(partsOf(presentation).at(-1)).toBe('2.1');
    expect(presentation.text(V720_A128)).toContain('#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720+a128/2.2.m4s"');
    presentation.announce([broadcast.part(6, V720), broadcast.part(7, V720)]);
    expect(partsOf(presentation).at(-1)).toBe('2.2');
    expect(presentation.text(V720_A128)).toContain('URI="v720+a128/2.3.m4s"');
    expect(presentation.text(V720_A128)).not.toContain('v720+a128/2.m4s');
    presentation.announce([broadcast.part(7, A128)]);
    expect(presentation.text(V720_A128)).toContain(
      'v720+a128/2.m4s\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720+a128/3.0.m4s"',
    );
    expect(presentation.violations).toEqual([]);
  });

  it('says how far the other muxed ones are, and nothing of what is not muxed (rule A5.44)', () => {
    const presentation = muxed();
    const { broadcast } = presentation;
    presentation.announce(broadcast.parts(0, 6));
    presentation.announce([broadcast.part(6, A128), broadcast.part(6, V720)]);
    expect(presentation.parsed(V720_A128).reports).toMatchObject([{ uri: 'v360+a128.m3u8', lastMsn: 2, lastPart: 1 }]);
    expect(presentation.parsed(V360_A128).reports).toMatchObject([{ uri: 'v720+a128.m3u8', lastMsn: 2, lastPart: 2 }]);
  });

  it('has the picture’s part target, and the hold-back of all (rules A1.6, A1.8, A1.10)', () => {
    // At this rate and profile sound has longer parts than the picture.
    const presentation = muxed({ profile: 'ultra', frameRate: { num: 30, den: 1 } });
    presentation.announce(presentation.broadcast.parts(0, 8));
    const [own, picture] = [presentation.parsed(V720_A128), presentation.parsed(V720)];
    expect(own.partTargetS).toBe(picture.partTargetS);
    expect(own.partTargetS).toBeLessThan(presentation.parsed(A128).partTargetS ?? 0);
    expect(own.serverControl).toEqual(picture.serverControl);
  });

  it.each([V720, A128])('has a gap where %s has one, in the part and in its segment (rule A2.23)', (gapOf) => {
    const presentation = muxed();
    const { broadcast } = presentation;
    presentation.announce(broadcast.parts(0, 4));
    for (const id of [A128, V360, V720]) {
      const gap: Partial<PartAnnounced> = id === gapOf ? { isGap: true, sizeBytes: 0, isIndependent: false } : {};
      presentation.announce([
        broadcast.part(4, id),
        broadcast.part(5, id, gap),
        broadcast.part(6, id),
        broadcast.part(7, id),
      ]);
    }
    expect(partsOf(presentation).slice(4)).toEqual(['2.0 independent', '2.1 gap', '2.2', '2.3']);
    expect(presentation.text(V720_A128)).toMatch(/#EXT-X-GAP\n#EXTINF:[0-9.]+,\nv720\+a128\/2\.m4s/);
    expect(presentation.violations).toEqual([]);
  });

  it('gives way to gaps once they are old, too', () => {
    const presentation = muxed({ dvrWindowS: 120 });
    const { broadcast } = presentation;
    presentation.announce(broadcast.parts(0, 4));
    const gaps = [4, 5, 6, 7].map((ordinal) =>
      broadcast.part(ordinal, A128, { isGap: true, sizeBytes: 0, isIndependent: false }),
    );
    presentation.announce([...broadcast.parts(4, 8, V720), ...broadcast.parts(4, 8, V360), ...gaps]);
    for (let ordinal = 8; ordinal < 60; ordinal += 1) presentation.announce(broadcast.parts(ordinal, ordinal + 1));
    expect(presentation.text(V720_A128)).toMatch(/#EXT-X-GAP\n#EXTINF:[0-9.]+,\nv720\+a128\/2\.m4s/);
    expect(presentation.text(V720)).not.toContain('#EXT-X-GAP');
    expect(presentation.violations).toEqual([]);
  });

  it('ends with what both have', () => {
    const presentation = muxed();
    const { broadcast } = presentation;
    presentation.announce(broadcast.parts(0, 6));
    presentation.announce([broadcast.part(6, A128), broadcast.part(7, A128), broadcast.part(8, A128)]);
    presentation.end();
    expect(partsOf(presentation).slice(-2)).toEqual(['2.0 independent', '2.1']);
    expect(
      presentation
        .text(V720_A128)
        .endsWith(
          'v720+a128/2.m4s\n#EXT-X-RENDITION-REPORT:URI="v360+a128.m3u8",LAST-MSN=2,LAST-PART=1\n#EXT-X-ENDLIST\n',
        ),
    ).toBe(true);
    expect(presentation.violations).toEqual([]);
  });
});

it('a part that sound will not have any more is a gap, so that the picture’s time goes on (rules A1.17, A2.23)', () => {
  const presentation = muxed();
  const { broadcast } = presentation;
  presentation.announce(broadcast.parts(0, 6));
  presentation.announce([broadcast.part(6, V720)]);
  presentation.end();
  expect(partsOf(presentation).slice(4)).toEqual(['2.0 independent', '2.1', '2.2 gap']);
  expect(presentation.parsed(V720_A128).segments.at(-1)?.durationS).toBe(
    presentation.parsed(V720).segments.at(-1)?.durationS,
  );
  expect(presentation.violations).toEqual([]);
});

describe('a muxed rendition where other encoders go on', () => {
  /** docs/adr/0016: all that was due is a gap, under the init segment that was in force, and is held back. */
  function seam(versionOf: (id: RenditionId) => number, dvrWindowS = 120, partCount = 40): TestPresentation {
    const presentation = muxed({ dvrWindowS });
    const { broadcast, window } = presentation;
    for (let ordinal = 0; ordinal < 6; ordinal += 1) presentation.announce(broadcast.parts(ordinal, ordinal + 1));
    presentation.announce([broadcast.part(6, A128)]);
    const renditions = broadcast.description.renditions.map((each) => ({ ...each, initVersion: versionOf(each.id) }));
    window.describe({ ...broadcast.description, renditions });
    const gap: Partial<PartAnnounced> = { isGap: true, sizeBytes: 0, isIndependent: false };
    for (const id of [A128, V360, V720]) {
      const due = id === A128 ? 7 : 6;
      const gaps = Array.from({ length: 8 - due }, (_, index) => broadcast.part(due + index, id, gap));
      presentation.announce(gaps);
    }
    for (let ordinal = 8; ordinal < partCount; ordinal += 1) {
      for (const id of [A128, V360, V720]) {
        presentation.announce([broadcast.part(ordinal, id, { initVersion: versionOf(id) })]);
      }
    }
    return presentation;
  }

  it('has the discontinuity and the map of both (rules A1.11, A1.12, A2.22)', () => {
    const presentation = seam(() => 16);
    const text = presentation.text(V720_A128);
    expect(text).toContain('#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="v720+a128/init-16-16.mp4"\n');
    expect(text.match(/#EXT-X-MAP/g)).toHaveLength(2);
    expect(presentation.violations).toEqual([]);
  });

  it('counts it once it has left the window (rule A2.22)', () => {
    const presentation = seam(() => 16, 15, 60);
    expect(presentation.text(V720_A128)).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:1\n');
    expect(presentation.text(V720_A128)).not.toContain('#EXT-X-DISCONTINUITY\n');
    expect(presentation.violations).toEqual([]);
  });

  it('counts it where only the sound’s window begins after it (rule A2.22)', () => {
    const { window } = seam(() => 16);
    const states = new Map([...window.renditions].map(([id, own]) => [id, own.state()]));
    const sound = states.get(A128);
    if (sound === undefined) throw new Error('no sound');
    const { description } = window;
    states.set(A128, { ...sound, archive: { msn: 0, runs: [] } });
    const listed = listedRendition(new LiveWindow({ description, dvrWindowS: 120, states }), V720_A128);
    if (listed === undefined) throw new Error('nothing is listed');
    const text = mediaPlaylist(listed.window, listed.rendition, { uris: urisOf(listed.rendition) });
    expect(text).toContain(`#EXT-X-MEDIA-SEQUENCE:${sound.recent[0]?.msn}\n#EXT-X-DISCONTINUITY-SEQUENCE:1\n`);
    expect(checkMediaPlaylist(text).violations).toEqual([]);
  });

  it('has a map of its own for each pair of init segments', () => {
    const presentation = seam((id) => (id === A128 ? 0 : 16));
    expect(presentation.text(V720_A128)).toContain('#EXT-X-MAP:URI="v720+a128/init-16-0.mp4"\n');
  });
});

describe('a muxed window', () => {
  const steps = fc.array(fc.record({ which: fc.nat(2), count: fc.integer({ min: 1, max: 6 }), isGap: fc.boolean() }), {
    minLength: 20,
    maxLength: 60,
  });

  it('follows from the windows of both, whenever it was looked at before', () => {
    fc.assert(
      fc.property(steps, fc.constantFrom(...FRAME_RATES), (all, frameRate) => {
        const presentation = muxed({ profile: 'ultra', frameRate, dvrWindowS: 30 });
        const { broadcast, window } = presentation;
        const due = new Map<RenditionId, number>();
        for (const { which, count, isGap } of all) {
          const id = [A128, V720, V360][which] ?? A128;
          const from = due.get(id) ?? 0;
          const gap = isGap && from % 7 === 3 ? { isGap: true, sizeBytes: 0, isIndependent: false } : {};
          const parts = broadcast.parts(from, from + count, id);
          window.append(parts.map((part, index) => (index === 0 ? { ...part, ...gap } : part)));
          if (count > 3) presentation.text(V720_A128);
          due.set(id, from + count);
        }
        const afresh = new MuxedPresentation(window);
        afresh.follow();
        for (const id of [V720_A128, V360_A128]) {
          const own = afresh.renditions.get(id);
          if (own === undefined) throw new Error(id);
          for (const skip of [undefined, 'YES'] as const) {
            const text = mediaPlaylist(afresh, own, { skip, uris: urisOf(own) });
            expect(text).toBe(presentation.text(id, skip));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is waited for as the one that comes later is (rules A3.30, A3.35)', () => {
    const presentation = muxed();
    const { broadcast } = presentation;
    presentation.announce(broadcast.parts(0, 6));
    presentation.announce([broadcast.part(6, A128), broadcast.part(7, A128)]);
    const asked = { msn: 2, partIndex: 2 };
    expect(reloadGate(viewOf(presentation, V720_A128).reload, asked)).toEqual({ kind: 'wait' });
    expect(reloadGate(viewOf(presentation, A128).reload, asked)).toEqual({ kind: 'now' });
    presentation.announce([broadcast.part(6, V720)]);
    expect(reloadGate(viewOf(presentation, V720_A128).reload, asked)).toEqual({ kind: 'now' });
    expect(reloadGate(viewOf(presentation, V360_A128).reload, asked)).toEqual({ kind: 'wait' });
  });

  it('is of a picture and a sound that the broadcast has', () => {
    const { window } = muxed({ renditionIds: [V720, A128] });
    expect(listedRendition(window, V720_A128)?.rendition.rendition.id).toBe('v720+a128');
    for (const id of ['v360+a128', 'v720+a64'] as const) {
      expect(listedRendition(window, MuxedId.parse(id))).toBeUndefined();
    }
    const silent = muxed({ renditionIds: [V720] });
    expect(listedRendition(silent.window, V720_A128)).toBeUndefined();
  });
});
