import type { PartAnnounced, RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { muxedId } from '../mux/muxed-id.ts';
import { A128, TestBroadcast, type TestLoan, V360, V720 } from '../testing/test-broadcast.ts';
import { TestPresentation } from '../testing/test-presentation.ts';
import { LiveWindow } from './live-window.ts';
import { WindowError } from './window-error.ts';
import { RenditionWindowState } from './window-state.ts';

const MUXED = muxedId({ videoId: V720, audioId: A128 });
/** v720 rests from its third segment on, to its fifth, and is back with its sixth. */
const LOAN: TestLoan = { renditionId: V720, lentBy: V360, fromMsn: 3, toMsn: 6 };

function stage(loans: readonly TestLoan[] = [LOAN], dvrWindowS = 60) {
  const presentation = new TestPresentation({ loans, dvrWindowS });
  const announce = (from: number, to: number) => {
    for (let ordinal = from; ordinal < to; ordinal += 1)
      presentation.announce(presentation.broadcast.parts(ordinal, ordinal + 1));
  };
  const own = (id: RenditionId) => {
    const window = presentation.window.renditions.get(id);
    if (window === undefined) throw new Error(`there is no ${id}`);
    return window;
  };
  return { presentation, announce, own };
}

/** All tags of the live edge that say whose media comes next. */
function hintLines(text: string): string[] {
  return text.split('\n').filter((line) => line.startsWith('#EXT-X-PRELOAD-HINT'));
}

describe('the playlist of a rendition that rests', () => {
  it('lists the lender’s media under its EXT-X-MAP, without a discontinuity, and then its own again (rule A1.12)', () => {
    const { presentation, announce } = stage();
    announce(0, 22);
    expect(presentation.violations).toEqual([]);
    const text = presentation.text(V720);
    expect(text).not.toContain('#EXT-X-DISCONTINUITY\n');
    expect(text).toContain(
      `v720/2.m4s
#EXT-X-MAP:URI="v360/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:04.267Z
#EXTINF:2.133330,
v360/3.m4s
`,
    );
    expect(text).toContain(
      `v360/5.m4s
#EXT-X-MAP:URI="v720/init-0.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-25T12:00:10.667Z
#EXT-X-PART:DURATION=0.533334,URI="v720/6.0.m4s",INDEPENDENT=YES
`,
    );
    expect(text).toContain('#EXT-X-PART:DURATION=0.533334,URI="v360/5.3.m4s"\n');
    expect(presentation.text(V360)).not.toContain('v720/');
  });

  it('hints at what comes next under its URI, and at its EXT-X-MAP where that is another (rule A5.41)', () => {
    const { presentation, announce } = stage();
    announce(0, 8);
    expect(hintLines(presentation.text(V720))).toEqual([
      '#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="v360/init-0.mp4"',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v360/3.0.m4s"',
    ]);
    expect(hintLines(presentation.text(V720, 'v2'))).toEqual(hintLines(presentation.text(V720)));
    announce(8, 9);
    expect(hintLines(presentation.text(V720))).toEqual(['#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v360/3.1.m4s"']);
    announce(9, 12);
    expect(hintLines(presentation.text(V720))).toEqual(['#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v360/4.0.m4s"']);
    announce(12, 20);
    expect(hintLines(presentation.text(V720))).toEqual([
      '#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="v720/init-0.mp4"',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v720/6.0.m4s"',
    ]);
    expect(presentation.violations).toEqual([]);
  });

  it('of a picture with sound in it lists the lender with the same sound (rule A1.12)', () => {
    const presentation = new TestPresentation({ loans: [LOAN], dvrWindowS: 60, delivery: 'muxed' });
    const { broadcast } = presentation;
    for (let ordinal = 0; ordinal < 8; ordinal += 1) presentation.announce(broadcast.parts(ordinal, ordinal + 1));
    expect(hintLines(presentation.text(MUXED))).toEqual([
      '#EXT-X-PRELOAD-HINT:TYPE=MAP,URI="v360+a128/init-0-0.mp4"',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="v360+a128/3.0.m4s"',
    ]);
    for (let ordinal = 8; ordinal < 80; ordinal += 1) presentation.announce(broadcast.parts(ordinal, ordinal + 1));
    expect(presentation.violations).toEqual([]);
    const text = presentation.text(MUXED);
    expect(text).toContain('v720+a128/2.m4s\n#EXT-X-MAP:URI="v360+a128/init-0-0.mp4"\n');
    expect(text).toContain('v360+a128/5.m4s\n#EXT-X-MAP:URI="v720+a128/init-0-0.mp4"\n');
    // What is put together anew out of both archives is the same.
    const states = new Map([...presentation.window.renditions].map(([id, own]) => [id, own.state()]));
    const { description } = broadcast;
    const other = new TestPresentation({ loans: [LOAN], dvrWindowS: 60, delivery: 'muxed' });
    Object.assign(other, { window: new LiveWindow({ description, dvrWindowS: 60, states }) });
    expect(other.text(MUXED)).toBe(text);
  });

  it('keeps every rule whoever rests when, in whole playlists and in deltas, and over restarts', () => {
    const loan = fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 8 }))
      .map(([fromMsn, count]) => ({ renditionId: V720, lentBy: V360, fromMsn, toMsn: fromMsn + count }));
    fc.assert(
      fc.property(fc.array(loan, { maxLength: 6 }), fc.nat(70), fc.boolean(), (loans, restartAt, isMuxed) => {
        const presentation = new TestPresentation({ loans, delivery: isMuxed ? 'muxed' : 'separate' });
        const { broadcast } = presentation;
        const half = Math.max(restartAt, 8);
        for (let ordinal = 0; ordinal < half; ordinal += 1)
          presentation.announce(broadcast.parts(ordinal, ordinal + 1));
        const states = new Map(
          [...presentation.window.renditions].map(([id, own]) => [
            id,
            RenditionWindowState.parse(JSON.parse(JSON.stringify(own.state()))),
          ]),
        );
        const { description } = broadcast;
        const other = new LiveWindow({ description, dvrWindowS: 30, states });
        for (let ordinal = half; ordinal < half + 20; ordinal += 1) {
          presentation.announce(broadcast.parts(ordinal, ordinal + 1));
          other.append(broadcast.parts(ordinal, ordinal + 1));
        }
        expect(presentation.violations).toEqual([]);
        const before = isMuxed ? [MUXED] : [V720, V360, A128];
        const texts = before.map((id) => presentation.text(id));
        Object.assign(presentation, { window: other });
        expect(before.map((id) => presentation.text(id))).toEqual(texts);
      }),
      { numRuns: 12 },
    );
  });

  it('is small over twelve hours: one run for each time that it rests', () => {
    const loans = Array.from({ length: 100 }, (_, index) => {
      const fromMsn = 10 + index * 200;
      return { renditionId: V720, lentBy: V360, fromMsn, toMsn: fromMsn + 100 };
    });
    const broadcast = new TestBroadcast({ loans });
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 43_200 });
    const segmentCount = Math.floor(43_200 / (32 / 15));
    for (let msn = 1; msn <= segmentCount; msn += 1)
      window.append(broadcast.parts((msn - 1) * 4, msn * 4).filter(({ renditionId }) => renditionId !== A128));
    const own = window.renditions.get(V720);
    expect(own?.archive.runs.length).toBe(201);
    expect(own?.segmentCount).toBe(segmentCount);
    expect(JSON.stringify(own?.state()).length).toBeLessThan(16_000);
  });

  it('is told its own bit rate, not the lender’s (rule A6.52)', () => {
    const { announce, own } = stage();
    announce(0, 8);
    const before = own(V720).bitrate.averageBps();
    announce(8, 20);
    expect(own(V720).bitrate.averageBps()).toBe(before);
    announce(20, 24);
    expect(own(V720).bitrate.averageBps()).not.toBe(before);
  });

  it('has the lender’s gaps, and goes on with its own', () => {
    const { presentation, announce } = stage();
    announce(0, 9);
    const gap = { isGap: true, sizeBytes: 0 };
    const { broadcast } = presentation;
    presentation.announce([
      ...broadcast.parts(9, 10, A128),
      broadcast.part(9, V360, gap),
      broadcast.part(9, V720, gap),
    ]);
    announce(10, 24);
    expect(presentation.violations).toEqual([]);
    expect(presentation.text(V720)).toContain('#EXT-X-GAP\n#EXTINF:2.133330,\nv360/3.m4s\n');
  });

  it('may be closed by gaps of a node that does not know of the lender', () => {
    const { presentation, announce, own } = stage();
    announce(0, 10);
    const unknown = { isGap: true, sizeBytes: 0, lentBy: undefined, nextLentBy: undefined };
    const { broadcast } = presentation;
    for (const ordinal of [10, 11])
      presentation.announce([V720, V360, A128].map((id) => broadcast.part(ordinal, id, unknown)));
    expect(own(V720).lastComplete).toMatchObject({ msn: 3, lentBy: V360 });
    expect(presentation.violations).toEqual([]);
  });

  it('shows gaps that were held back as their lender’s', () => {
    const { presentation, announce, own } = stage();
    announce(0, 10);
    presentation.redescribe(16);
    const { broadcast } = presentation;
    presentation.announce([broadcast.part(10, V720, { isGap: true, sizeBytes: 0 })]);
    expect(own(V720).heldCount).toBe(1);
    presentation.announce([broadcast.part(11, V720)]);
    expect(presentation.text(V720)).toContain('URI="v360/3.2.m4s",GAP=YES\n');
    expect(own(V720).lastComplete?.lentBy).toBe(V360);
  });
});

describe('a lent part', () => {
  const code = (act: () => unknown) => {
    try {
      act();
      return 'no error';
    } catch (error) {
      if (error instanceof WindowError) return error.code;
      throw error;
    }
  };
  /** Both have two whole segments; the next is lent. */
  const lending = () => {
    const broadcast = new TestBroadcast({ loans: [LOAN] });
    const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 60 });
    window.append(broadcast.parts(0, 8));
    const take = (ordinal: number, id: RenditionId, changes: Partial<PartAnnounced> = {}) =>
      code(() => window.append([broadcast.part(ordinal, id, changes)]));
    return { broadcast, window, take };
  };

  it.each([V720, V360])('is taken before or after its lender’s own: first of %s', (first) => {
    const { take, window } = lending();
    for (const id of [first, first === V720 ? V360 : V720]) expect(take(8, id)).toBe('no error');
    expect(window.renditions.get(V720)?.last).toMatchObject({ msn: 3, lentBy: V360 });
  });

  it('is taken while its lender is far behind: it is in the bucket', () => {
    const { take, window } = lending();
    for (let ordinal = 8; ordinal < 20; ordinal += 1) expect(take(ordinal, V720)).toBe('no error');
    for (let ordinal = 8; ordinal < 20; ordinal += 1) expect(take(ordinal, V360)).toBe('no error');
    expect(window.next()[V720]).toEqual(window.next()[V360]);
  });

  it.each<[code: string, fault: string, changes: Partial<PartAnnounced>]>([
    ['lender-unfit', 'nobody', { lentBy: 'v240' as RenditionId }],
    ['lender-unfit', 'itself', { lentBy: V720 }],
    ['lender-unfit', 'a sound', { lentBy: A128 }],
    ['lent-part-differs', 'other bytes', { sizeBytes: 999 }],
    ['lent-part-differs', 'another length', { durationTicks: 15_000 }],
    ['next-lender-misplaced', 'a next lender in the middle of its segment', { nextLentBy: V360 }],
  ])('is refused as %s: of %s; nothing else is lost', (expected, _fault, changes) => {
    const { take, window } = lending();
    expect(take(8, V360)).toBe('no error');
    const before = JSON.stringify(window.renditions.get(V720)?.state());
    expect(take(8, V720, changes)).toBe(expected);
    expect(JSON.stringify(window.renditions.get(V720)?.state())).toBe(before);
    expect(take(8, V720)).toBe('no error');
  });

  it('is refused where a gap of the lender’s is said to be there', () => {
    const { take } = lending();
    expect(take(8, V360, { isGap: true, sizeBytes: 0 })).toBe('no error');
    expect(take(8, V720)).toBe('lent-part-differs');
    expect(take(8, V720, { isGap: true, sizeBytes: 0 })).toBe('no error');
  });

  it('is refused of a larger rendition, or of one that is described otherwise', () => {
    const { take, window, broadcast } = lending();
    expect(take(8, V360, { lentBy: V720 })).toBe('lender-unfit');
    const { description } = broadcast;
    const renditions = description.renditions.map((each) => (each.id === V360 ? { ...each, initVersion: 1 } : each));
    window.describe({ ...description, renditions });
    expect(take(8, V720)).toBe('lender-unfit');
  });

  it('is refused of a lender that rests itself, whichever is said first', () => {
    const v180 = 'v180' as RenditionId;
    const { broadcast } = lending();
    const { description } = broadcast;
    const [, small] = description.renditions;
    if (small?.kind !== 'video') throw new Error('no v360');
    const smaller = { ...small, id: v180, widthPx: 320, heightPx: 180, bitrateBpsMax: 300_000 };
    const fresh = () => {
      const window = new LiveWindow({
        description: { ...description, renditions: [...description.renditions, smaller] },
        dvrWindowS: 60,
      });
      const lent = (renditionId: RenditionId, lentBy: RenditionId) => {
        const part = { ...broadcast.part(0, V360), renditionId, lentBy };
        return code(() => window.append([part]));
      };
      return lent;
    };
    const one = fresh();
    expect([one(V360, v180), one(V720, V360), one(V720, v180)]).toEqual(['no error', 'lender-rests', 'no error']);
    const other = fresh();
    expect([other(V720, V360), other(V360, v180)]).toEqual(['no error', 'lender-rests']);
  });

  it('does not change its lender within a segment, nor begin or end to be lent there', () => {
    const { take } = lending();
    expect(take(8, V720)).toBe('no error');
    expect(take(9, V720, { lentBy: undefined })).toBe('lender-changed-in-segment');
    expect(take(9, V720)).toBe('no error');
    const other = lending();
    expect(other.take(8, V720, { lentBy: undefined })).toBe('no error');
    expect(other.take(9, V720)).toBe('lender-changed-in-segment');
  });

  it('that is known already is not looked at', () => {
    const { take } = lending();
    expect([take(8, V720), take(8, V720, { lentBy: V720 }), take(4, V720, { lentBy: A128 })]).toEqual(
      Array.from({ length: 3 }, () => 'no error'),
    );
  });
});

describe('a window that was kept before there were loans', () => {
  it('is read, and goes on', () => {
    const { announce, own, presentation } = stage([]);
    announce(0, 50);
    const text = JSON.stringify(own(V720).state());
    expect(text).not.toMatch(/lent/i);
    const states = new Map([[V720, RenditionWindowState.parse(JSON.parse(text))]]);
    const { description } = presentation.broadcast;
    const window = new LiveWindow({ description, dvrWindowS: 60, states });
    expect(window.renditions.get(V720)?.state()).toEqual(own(V720).state());
  });
});
