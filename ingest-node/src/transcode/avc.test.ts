import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AvcError, avcCodecString, avcConfiguration, avcSample } from './avc.ts';

const SLICE = [0x41, 1, 2, 3];
const IDR = [0x65, 9, 8];
const SPS = [0x67, 0x64, 0x00, 0x1f];
const PPS = [0x68, 0xee];
const SEI = [0x06, 5, 1, 0x80];
const DELIMITER = [0x09, 0xf0];

/** NAL units with their lengths before them. */
function accessUnit(...units: number[][]): Uint8Array {
  return Uint8Array.from(units.flatMap((unit) => [0, 0, unit.length >> 8, unit.length & 0xff, ...unit]));
}

describe('an access unit out of the encoder', () => {
  it('keeps its slices as they are, and nothing else', () => {
    const sample = avcSample(accessUnit(DELIMITER, SPS, PPS, SEI, IDR, IDR));
    expect(sample).toEqual({ payload: accessUnit(IDR, IDR), isKeyframe: true });
    expect(avcSample(accessUnit(SEI, SLICE))).toEqual({ payload: accessUnit(SLICE), isKeyframe: false });
  });

  it('is copied: the encoder uses its memory again', () => {
    const unit = accessUnit(SLICE);
    const { payload } = avcSample(unit);
    unit.fill(0);
    expect(payload).toEqual(accessUnit(SLICE));
  });

  it('reads a view into the middle of a buffer', () => {
    const whole = Uint8Array.from([7, 7, 7, ...accessUnit(IDR), 7]);
    expect(avcSample(whole.subarray(3, whole.length - 1))).toEqual({ payload: accessUnit(IDR), isKeyframe: true });
  });

  it.each([
    ['cut in a length', [0, 0, 0]],
    ['cut in a unit', [0, 0, 0, 4, 0x41, 1]],
    ['with an empty unit', [0, 0, 0, 0]],
    ['with start codes', [0, 0, 0, 1, 0x65, 1, 0, 0, 0, 1]],
    ['with a length of four gigabytes', [255, 255, 255, 255, 0x41]],
  ])('is refused %s', (_name, bytes) => {
    expect(() => avcSample(Uint8Array.from(bytes))).toThrow(AvcError);
  });

  it('throws its own error and no other, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => throwsOnly(() => avcSample(bytes))));
  });
});

describe('a configuration record', () => {
  const record = (profile: number, extra: number[]) =>
    Uint8Array.from([1, profile, 0, 0x1f, 0xff, 0xe1, 0, SPS.length, ...SPS, 1, 0, PPS.length, ...PPS, ...extra]);
  const CHROMA = [0xfd, 0xf8, 0xf8, 0];

  it('keeps the chroma format in the High profiles, where it belongs', () => {
    expect(avcConfiguration(record(100, CHROMA))).toEqual(record(100, CHROMA));
  });

  it('loses it in the others, where FFmpeg writes it by mistake', () => {
    expect(avcConfiguration(record(66, CHROMA))).toEqual(record(66, []));
    expect(avcConfiguration(record(77, CHROMA))).toEqual(record(77, []));
    expect(avcConfiguration(record(66, []))).toEqual(record(66, []));
  });

  it('is refused when it is cut anywhere in its parameter sets, or is none', () => {
    const whole = record(66, []);
    for (let bytes = 0; bytes < whole.length; bytes += 1) {
      expect(() => avcConfiguration(whole.subarray(0, bytes))).toThrow(AvcError);
    }
    expect(() => avcConfiguration(accessUnit(SPS, PPS))).toThrow(AvcError);
  });

  it('throws its own error and no other, whatever the bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 64 }).map((tail) => Uint8Array.from([1, ...tail]));
    fc.assert(fc.property(bytes, (record) => throwsOnly(() => avcConfiguration(record))));
  });

  it.each([
    [[1, 0x64, 0x00, 0x1f], 'avc1.64001F'],
    [[1, 0x42, 0xc0, 0x0d], 'avc1.42C00D'],
  ])('%j is called %s', (bytes, name) => {
    expect(avcCodecString(Uint8Array.from(bytes))).toBe(name);
  });
});

function throwsOnly(attempt: () => unknown): void {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(AvcError);
  }
}
