import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeList, quoted, secondsOfMs, secondsOfUs, yes } from './hls-values.ts';

describe('the values of a playlist', () => {
  it('prints every duration so that it reads back as the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000_000 }), (us) => {
        expect(secondsOfUs(us)).toMatch(/^[0-9]+\.[0-9]{6}$/);
        expect(Math.round(Number(secondsOfUs(us)) * 1_000_000)).toBe(us);
        expect(Math.round(Number(secondsOfMs(us)) * 1_000)).toBe(us);
      }),
    );
  });

  it('leaves out attributes without a value', () => {
    const attributes = { TYPE: 'PART', URI: quoted('v720/1.0.m4s'), GAP: yes(false), INDEPENDENT: yes(true) };
    expect(attributeList(attributes)).toBe('TYPE=PART,URI="v720/1.0.m4s",INDEPENDENT=YES');
  });
});
