import { mediaGrid, type NextParts, RenditionId } from '@sluice/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CutPart } from '../package/packager.ts';
import { LentParts, type PlacedPart } from './lent-parts.ts';

const [SMALL, LARGE] = ['v360', 'v720'].map((id) => RenditionId.parse(id)) as [RenditionId, RenditionId];
const { partsPerSegment } = mediaGrid('low', { num: 30, den: 1 });

/** Part number `ordinal` of a rendition, counted from 0. */
function part(renditionId: RenditionId, ordinal: number): CutPart {
  const partIndex = ordinal % partsPerSegment;
  const announced = {
    renditionId,
    msn: Math.floor(ordinal / partsPerSegment) + 1,
    partIndex,
    startTicks: ordinal * 16_000,
    durationTicks: 16_000,
    sizeBytes: renditionId === LARGE ? 9_000 : 1_000,
    isIndependent: partIndex === 0,
    isLastOfSegment: partIndex === partsPerSegment - 1,
    isGap: false,
    initVersion: 0,
  };
  return { announced, bytes: new Uint8Array(1), cutAtMs: ordinal };
}

/** The large one rests in these segments. */
function lentIn(msns: readonly number[], next: NextParts = {}, hintsParts = true): LentParts {
  const lender = (id: RenditionId, msn: number) => (id === LARGE && msns.includes(msn) ? SMALL : undefined);
  return new LentParts({ pictures: [SMALL, LARGE], next, lender, hintsParts });
}

function nameOf(placed: PlacedPart): string {
  const announced = placed.kind === 'own' ? placed.part.announced : placed.announced;
  const { renditionId, msn, partIndex, lentBy, nextLentBy } = announced;
  const of = lentBy === undefined ? '' : ` of ${lentBy}`;
  return `${renditionId} ${msn}.${partIndex}${of}${nextLentBy === undefined ? '' : ` then ${nextLentBy}`}`;
}

const takeAll = (lent: LentParts, parts: readonly CutPart[]) => parts.flatMap((each) => lent.take(each).map(nameOf));
const ordinals = (from: number, until: number) => Array.from({ length: until - from }, (_, index) => from + index);

describe('parts of renditions that rest', () => {
  it('are those of the lender, with its bytes', () => {
    const lent = lentIn([1]);
    const source = part(SMALL, 0);
    const placed = lent.take(source);
    expect(placed.map(nameOf)).toEqual(['v360 1.0', 'v720 1.0 of v360']);
    expect(placed[1]).toEqual({
      kind: 'lent',
      announced: { ...source.announced, renditionId: LARGE, lentBy: SMALL },
      lender: source,
    });
    expect(lent.take(part(LARGE, 0))).toEqual([]);
  });

  it('say with the last of a segment whose the next one is', () => {
    const lent = lentIn([2]);
    const both = ordinals(0, 12).flatMap((ordinal) => [part(SMALL, ordinal), part(LARGE, ordinal)]);
    const names = takeAll(lent, both).filter((name) => name.startsWith('v720'));
    expect(names).toEqual([
      'v720 1.0',
      'v720 1.1',
      'v720 1.2',
      'v720 1.3 then v360',
      'v720 2.0 of v360',
      'v720 2.1 of v360',
      'v720 2.2 of v360',
      'v720 2.3 of v360',
      'v720 3.0',
      'v720 3.1',
      'v720 3.2',
      'v720 3.3',
    ]);
  });

  it('say nothing of the next one where playlists list no parts', () => {
    const names = takeAll(
      lentIn([2], {}, false),
      ordinals(0, 4).map((ordinal) => part(LARGE, ordinal)),
    );
    expect(names.at(-1)).toBe('v720 1.3');
  });

  it('wait for those before them, whichever encoder is ahead', () => {
    const lent = lentIn([2]);
    expect(
      takeAll(
        lent,
        ordinals(0, 6).map((ordinal) => part(SMALL, ordinal)),
      ),
    ).toHaveLength(6);
    expect(
      takeAll(
        lent,
        ordinals(0, 3).map((ordinal) => part(LARGE, ordinal)),
      ),
    ).toHaveLength(3);
    expect(takeAll(lent, [part(LARGE, 3)])).toEqual(['v720 1.3 then v360', 'v720 2.0 of v360', 'v720 2.1 of v360']);
    // And its own ones wait for the lender.
    expect(
      takeAll(
        lent,
        ordinals(4, 9).map((ordinal) => part(LARGE, ordinal)),
      ),
    ).toEqual([]);
    expect(takeAll(lent, [part(SMALL, 6), part(SMALL, 7)]).filter((name) => name.startsWith('v720'))).toEqual([
      'v720 2.2 of v360',
      'v720 2.3 of v360',
      'v720 3.0',
    ]);
  });

  it('go on in the midst of a segment', () => {
    const lent = lentIn([1], { [SMALL]: { msn: 1, partIndex: 2 }, [LARGE]: { msn: 1, partIndex: 2 } });
    expect(takeAll(lent, [part(SMALL, 2), part(LARGE, 2)])).toEqual(['v360 1.2', 'v720 1.2 of v360']);
  });

  it('that waited are dropped when other encoders go on, which need not wait for them', () => {
    const lent = lentIn([]);
    expect(takeAll(lent, [part(LARGE, 1)])).toEqual([]);
    const next = { [SMALL]: { msn: 2, partIndex: 0 }, [LARGE]: { msn: 2, partIndex: 0 } };
    expect(lent.goOn(next).map(({ announced }) => announced.partIndex)).toEqual([1]);
    expect(takeAll(lent, [part(LARGE, 4), part(SMALL, 4)])).toEqual(['v720 2.0', 'v360 2.0']);
  });

  it('are no more than encoders can be apart', () => {
    const lent = lentIn([]);
    expect(() =>
      takeAll(
        lent,
        ordinals(1, 300).map((ordinal) => part(LARGE, ordinal)),
      ),
    ).toThrow('v720 waits for 1.0');
  });

  it('come in order, once each and with whole segments lent, however the encoders race', () => {
    const races = fc.array(fc.boolean(), { minLength: 80, maxLength: 80 });
    fc.assert(
      fc.property(races, fc.subarray([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), (isSmall, msns) => {
        const lent = lentIn(msns);
        const [small, large] = [ordinals(0, 40), ordinals(0, 40)];
        const names: string[] = [];
        for (const isNext of isSmall) {
          const isOfSmall = (isNext && small.length > 0) || large.length === 0;
          const ordinal = (isOfSmall ? small : large).shift();
          if (ordinal !== undefined) names.push(...takeAll(lent, [part(isOfSmall ? SMALL : LARGE, ordinal)]));
        }
        const got = names.filter((name) => name.startsWith('v720')).map((name) => name.replace(/ then.*/, ''));
        expect(got).toEqual(
          ordinals(0, 40).map((ordinal) => {
            const msn = Math.floor(ordinal / partsPerSegment) + 1;
            return `v720 ${msn}.${ordinal % partsPerSegment}${msns.includes(msn) ? ' of v360' : ''}`;
          }),
        );
      }),
    );
  });
});
