import { describe, expect, it } from 'vitest';
import { clockOffMs, judgeClock } from './clock-skew.ts';

const ASKED = 1_000_000;
const read = (theirsMs: number, stepMs = 1_000) => ({ theirsMs, stepMs, askedAtMs: ASKED, answeredAtMs: ASKED + 200 });

describe('a clock', () => {
  it('is off by what is sure, for the network and its own steps take their time', () => {
    expect(clockOffMs(read(ASKED))).toBe(0);
    expect(clockOffMs(read(ASKED + 200))).toBe(0);
    expect(clockOffMs(read(ASKED - 1_000))).toBe(0);
    expect(clockOffMs(read(ASKED + 5_200))).toBe(5_000);
    expect(clockOffMs(read(ASKED - 6_000))).toBe(-5_000);
    expect(clockOffMs(read(ASKED - 6_000, 1))).toBe(-5_999);
  });

  it('is judged by how far it is off', () => {
    expect(judgeClock(read(ASKED + 2_199))).toMatchObject({ verdict: 'ok' });
    expect(judgeClock(read(ASKED + 2_200))).toMatchObject({ verdict: 'warn', says: '2.0 s ahead of this machine’s' });
    expect(judgeClock(read(ASKED - 31_000))).toMatchObject({ verdict: 'fail', says: '30.0 s behind this machine’s' });
  });
});
