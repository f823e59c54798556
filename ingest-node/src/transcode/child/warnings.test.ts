import { describe, expect, it } from 'vitest';
import { TranscoderWarning, TranscoderWarningCode } from '../messages.ts';
import { Warnings } from './warnings.ts';

describe('warnings', () => {
  it('say each code once in ten seconds, and do not silence each other', () => {
    const told: string[] = [];
    const warnings = new Warnings((warning) => told.push(warning.code));
    warnings.say('b-frames', 0);
    warnings.say('b-frames', 9_999_999);
    warnings.say('long-gop', 9_999_999);
    expect(told).toEqual(['b-frames', 'long-gop']);
    warnings.say('b-frames', 10_000_000);
    expect(told).toEqual(['b-frames', 'long-gop', 'b-frames']);
  });

  it('have a sentence for every code', () => {
    const told: TranscoderWarning[] = [];
    const warnings = new Warnings((warning) => told.push(warning));
    for (const code of TranscoderWarningCode.options) warnings.say(code, 0);
    expect(told).toHaveLength(TranscoderWarningCode.options.length);
    for (const warning of told) {
      expect(TranscoderWarning.parse(warning)).toEqual(warning);
      expect(warning.sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
