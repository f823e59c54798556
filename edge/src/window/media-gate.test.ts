import { describe, expect, it } from 'vitest';
import { partSizeBytes, TestBroadcast, type TestBroadcastOptions, V360, V720 } from '../testing/test-broadcast.ts';
import { LiveWindow } from './live-window.ts';
import { mayHaveBeenListed, mediaGate, type SegmentClaim } from './media-gate.ts';

function gate(options: TestBroadcastOptions = {}) {
  const broadcast = new TestBroadcast(options);
  const window = new LiveWindow({ description: broadcast.description, dvrWindowS: 30 });
  const own = window.renditions.get(V720);
  if (own === undefined) throw new Error('there is no v720');
  return {
    broadcast,
    window,
    own,
    part: (msn: number, partIndex: number) => mediaGate(window, own, { kind: 'part', msn, partIndex }),
    segment: (msn: number, claim?: SegmentClaim) => mediaGate(window, own, { kind: 'segment', msn }, claim),
  };
}

describe('media that is not in the bucket', () => {
  it('is worth waiting for only when it is the hinted part (rules A5.42, A5.43)', () => {
    const { window, broadcast, part } = gate();
    window.append(broadcast.parts(0, 6));
    expect(part(2, 2)).toEqual({ kind: 'hinted' });
    for (const [msn, partIndex] of [
      [2, 3],
      [3, 0],
      [1, 4],
      [9, 0],
    ] as const) {
      expect(part(msn, partIndex)).toEqual({ kind: 'absent' });
    }
  });

  it('is hinted across the segment boundary too (rule A5.41)', () => {
    const { window, broadcast, part } = gate();
    window.append(broadcast.parts(0, 8));
    expect(part(3, 0)).toEqual({ kind: 'hinted' });
    expect(part(2, 4)).toEqual({ kind: 'absent' });
  });

  it('was stored in between when it is listed', () => {
    const { window, broadcast, part } = gate();
    window.append(broadcast.parts(0, 6));
    expect(part(2, 1)).toEqual({ kind: 'stored' });
  });

  it('is put together when it is a whole segment', () => {
    const { window, broadcast, segment } = gate();
    window.append(broadcast.parts(0, 6));
    const partSizesBytes = [0, 1, 2, 3].map((ordinal) => partSizeBytes(ordinal, V720));
    expect(segment(1)).toEqual({ kind: 'in-parts', partSizesBytes });
  });

  it('is absent where it is a gap, or a segment with one', () => {
    const { window, broadcast, part, segment } = gate();
    window.append([broadcast.part(0, V720), broadcast.part(1, V720, { isGap: true, sizeBytes: 0 })]);
    window.append(broadcast.parts(2, 4, V720));
    expect(part(1, 1)).toEqual({ kind: 'absent' });
    expect(segment(1)).toEqual({ kind: 'absent' });
    expect(part(1, 2)).toEqual({ kind: 'stored' });
  });

  it('is not coming any more when the broadcast has ended', () => {
    const { window, broadcast, part, segment } = gate();
    window.append(broadcast.parts(0, 6));
    window.end();
    expect(part(2, 2)).toEqual({ kind: 'absent' });
    expect(segment(2)).toMatchObject({ kind: 'in-parts' });
  });

  it('has no hinted parts where playlists list none', () => {
    const { window, broadcast, part } = gate({ profile: 'standard' });
    window.append(broadcast.parts(0, 2));
    expect(part(3, 0)).toEqual({ kind: 'absent' });
  });

  it('is absent when it is an init segment: those are stored before anything is announced', () => {
    const { window, own } = gate();
    expect(mediaGate(window, own, { kind: 'init', initVersion: 0 })).toEqual({ kind: 'absent' });
  });
});

describe('a segment that is not in the bucket', () => {
  const sizes = (...ordinals: number[]) => ordinals.map((ordinal) => partSizeBytes(ordinal, V720));

  it('is worth waiting for when it is next, or soon after (rule B62)', () => {
    const { window, broadcast, segment } = gate();
    window.append(broadcast.parts(0, 8));
    expect([3, 4, 5].map((msn) => segment(msn).kind)).toEqual(['hinted', 'hinted', 'hinted']);
    expect([6, 9].map((msn) => segment(msn).kind)).toEqual(['absent', 'absent']);
    window.end();
    expect(segment(3)).toEqual({ kind: 'absent' });
  });

  it('has the parts that are there while it is made, and is worth waiting for to who has those (rule B64)', () => {
    const { window, broadcast, segment } = gate();
    window.append(broadcast.parts(0, 6));
    expect(segment(2)).toEqual({ kind: 'open', partSizesBytes: sizes(4, 5) });
    expect(segment(2, { fromPart: 1 })).toEqual({ kind: 'open', partSizesBytes: sizes(4, 5) });
    expect(segment(2, { fromPart: 2 })).toEqual({ kind: 'hinted' });
    window.append(broadcast.parts(6, 8));
    expect(segment(2, { fromPart: 2 })).toEqual({ kind: 'in-parts', partSizesBytes: sizes(4, 5, 6, 7) });
    expect(segment(2, { fromPart: 4 })).toEqual({ kind: 'in-parts', partSizesBytes: sizes(4, 5, 6, 7) });
  });

  it('is stored as it is announced where it is one part', () => {
    const { window, broadcast, segment } = gate({ profile: 'standard' });
    window.append(broadcast.parts(0, 2));
    expect([segment(2), segment(3)]).toEqual([{ kind: 'stored' }, { kind: 'hinted' }]);
  });

  it('is nothing to who has another init segment (rule B60)', () => {
    const { window, broadcast, segment } = gate();
    window.append(broadcast.parts(0, 6));
    expect(segment(2, { initVersion: 0 }).kind).toBe('open');
    for (const msn of [1, 2])
      expect(segment(msn, { initVersion: 1 })).toEqual({ kind: 'in-parts', partSizesBytes: [] });
    expect(segment(3, { initVersion: 1 })).toEqual({ kind: 'hinted' });
  });

  it('with a gap is for DASH what lies before it, once it is whole or no rendition of its kind has more', () => {
    const { window, broadcast, segment } = gate();
    window.append(broadcast.parts(0, 5));
    window.append([broadcast.part(5, V720, { isGap: true, sizeBytes: 0 })]);
    expect([segment(2), segment(2, { initVersion: 0 })]).toEqual([{ kind: 'absent' }, { kind: 'absent' }]);
    window.append([broadcast.part(5, V360, { isGap: true, sizeBytes: 0 })]);
    expect(segment(2)).toEqual({ kind: 'absent' });
    expect(segment(2, { initVersion: 0 })).toEqual({ kind: 'in-parts', partSizesBytes: sizes(4) });
    window.append([6, 7].flatMap((ordinal) => [V720, V360].map((id) => broadcast.part(ordinal, id))));
    window.append([8, 9, 10].map((ordinal) => broadcast.part(ordinal, V720, { isGap: true, sizeBytes: 0 })));
    window.append([8, 9, 10].map((ordinal) => broadcast.part(ordinal, V360)));
    expect(segment(3, { initVersion: 0 })).toEqual({ kind: 'absent' });
    window.append([broadcast.part(11, V720)]);
    expect(segment(3, { initVersion: 0 })).toEqual({ kind: 'in-parts', partSizesBytes: [] });
    expect(segment(3)).toEqual({ kind: 'absent' });
  });
});

describe('media of a rendition that rests', () => {
  /** v720 rests from its third segment on, to its fourth. */
  const loans = [{ renditionId: V720, lentBy: V360, fromMsn: 3, toMsn: 5 }];
  const lenderPart = ({ window }: ReturnType<typeof gate>, msn: number, partIndex: number) => {
    const lender = window.renditions.get(V360);
    if (lender === undefined) throw new Error('there is no v360');
    return mediaGate(window, lender, { kind: 'part', msn, partIndex }).kind;
  };

  it('is not there under its own name, nor hinted at there (rule A5.43)', () => {
    const { window, broadcast, part, segment } = gate({ loans });
    window.append(broadcast.parts(0, 8));
    expect([part(3, 0), segment(3)]).toEqual([{ kind: 'absent' }, { kind: 'absent' }]);
    window.append(broadcast.parts(8, 16));
    expect([part(3, 0), part(4, 3), segment(3), segment(4)].map(({ kind }) => kind)).toEqual(
      Array.from({ length: 4 }, () => 'absent'),
    );
    expect([part(5, 0).kind, segment(5).kind]).toEqual(['hinted', 'hinted']);
  });

  it('is hinted at, and then there, under the lender’s, though that be behind (rule A5.42)', () => {
    const own = gate({ loans });
    const { window, broadcast } = own;
    window.append(broadcast.parts(0, 7));
    window.append(broadcast.parts(7, 9, V720));
    expect([lenderPart(own, 2, 3), lenderPart(own, 3, 0), lenderPart(own, 3, 1), lenderPart(own, 3, 2)]).toEqual([
      'hinted',
      'stored',
      'hinted',
      'absent',
    ]);
  });

  it('is for DASH its lender’s: open, whole, and when nobody remembers its sizes (rule B71)', () => {
    const { window, broadcast, segment } = gate({ loans });
    window.append(broadcast.parts(0, 10));
    const sizes = (...ordinals: number[]) => ordinals.map((ordinal) => partSizeBytes(ordinal, V360));
    const claim = { initVersion: 0 };
    expect(segment(2, claim)).not.toHaveProperty('lentBy');
    expect(segment(3, claim)).toEqual({ kind: 'open', partSizesBytes: sizes(8, 9), lentBy: V360 });
    expect(segment(4, claim)).toEqual({ kind: 'hinted' });
    window.append(broadcast.parts(10, 12));
    expect(segment(3, claim)).toEqual({ kind: 'in-parts', partSizesBytes: sizes(8, 9, 10, 11), lentBy: V360 });
    expect(segment(3, { initVersion: 1 })).toEqual({ kind: 'in-parts', partSizesBytes: [] });
    window.append(broadcast.parts(12, 44));
    expect(segment(3, claim)).toEqual({ kind: 'in-old-parts', partCount: 4, lentBy: V360 });
    expect(segment(5, claim)).not.toHaveProperty('lentBy');
  });

  it('is forgotten with its lender when it leaves the window; other clients than those of DASH hear that it is absent', () => {
    const { window, broadcast, segment } = gate({ loans });
    window.append(broadcast.parts(0, 4 * 20));
    expect(window.renditions.get(V720)?.firstMsn).toBeGreaterThan(4);
    expect([segment(4, { initVersion: 0 }), segment(4), segment(40, { initVersion: 0 })]).toEqual([
      { kind: 'forgotten' },
      { kind: 'absent' },
      { kind: 'absent' },
    ]);
  });
});

describe('media that a restart may have made us forget', () => {
  it.each([
    [{ kind: 'part', msn: 2, partIndex: 1 }, false],
    [{ kind: 'part', msn: 2, partIndex: 2 }, true],
    [{ kind: 'part', msn: 2, partIndex: 3 }, true],
    [{ kind: 'part', msn: 4, partIndex: 0 }, true],
    [{ kind: 'part', msn: 5, partIndex: 0 }, false],
    [{ kind: 'part', msn: 1, partIndex: 9 }, false],
    [{ kind: 'segment', msn: 2 }, true],
    [{ kind: 'segment', msn: 1 }, false],
    [{ kind: 'init', initVersion: 1 }, false],
  ] as const)('comes soon after what is expected next: %o %s', (file, expected) => {
    const { window, broadcast, own } = gate();
    window.append(broadcast.parts(0, 6));
    expect(mayHaveBeenListed(own, file)).toBe(expected);
  });
});
