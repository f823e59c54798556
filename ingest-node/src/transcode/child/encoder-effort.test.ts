import { describe, expect, it } from 'vitest';
import { EncoderEffort } from './encoder-effort.ts';

describe('what an encoder has done', () => {
  it('is counted while it has something to do', () => {
    const effort = new EncoderEffort(40);
    expect(effort.at(1_000)).toEqual({ encodedMs: 0, busyMs: 0 });
    effort.begin(1_000);
    effort.done();
    effort.done();
    effort.end(1_030);
    expect(effort.at(5_000)).toEqual({ encodedMs: 80, busyMs: 30 });
    effort.begin(6_000);
    effort.done();
    expect(effort.at(6_005)).toEqual({ encodedMs: 120, busyMs: 35 });
    effort.end(6_010);
    expect(effort.at(7_000)).toEqual({ encodedMs: 120, busyMs: 40 });
  });
});
