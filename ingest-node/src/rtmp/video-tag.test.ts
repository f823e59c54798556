import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8Bytes } from './byte-writer.ts';
import { RtmpError } from './rtmp-error.ts';
import { readVideoTag } from './video-tag.ts';

const tag = (...parts: readonly (number | string | readonly number[])[]) =>
  readVideoTag(
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...utf8Bytes(part)] : [part].flat()))),
  );

describe('H.264 of old', () => {
  it('is a configuration and then frames', () => {
    expect(tag(0x17, 0, [0, 0, 0], [1, 2])).toEqual([
      { trackId: 0, kind: 'config', codec: 'h264', extradata: Uint8Array.of(1, 2) },
    ]);
    expect(tag(0x17, 1, [0, 0, 80], [1, 2])).toEqual([
      {
        trackId: 0,
        kind: 'frames',
        codec: 'h264',
        isKeyframe: true,
        compositionMs: 80,
        offsetNs: 0,
        payload: Uint8Array.of(1, 2),
      },
    ]);
    expect(tag(0x27, 1, [0xff, 0xff, 0xd8], [1])).toMatchObject([{ isKeyframe: false, compositionMs: -40 }]);
  });

  it('carries nothing in its end, in commands and in keep-alives', () => {
    expect(tag()).toEqual([]);
    expect(tag(0x17, 2, [0, 0, 0])).toEqual([]);
    expect(tag(0x57, 0)).toEqual([]);
    expect(tag(0x17, 0, [0, 0, 0])).toEqual([]);
    expect(tag(0x17, 1, [0, 0, 0])).toEqual([]);
  });

  it('that is cut short is refused', () => {
    for (const bytes of [[0x17], [0x17, 1], [0x17, 1, 0, 0]]) expect(() => tag(bytes)).toThrow('tag-truncated');
  });
});

it('reads HEVC as number 12', () => {
  expect(tag(0x1c, 0, [0, 0, 0], [1])).toMatchObject([{ kind: 'config', codec: 'hevc' }]);
});

it('names what is not supported', () => {
  expect(tag(0x12, [1])).toEqual([{ trackId: 0, kind: 'unsupported', codecName: 'Sorenson H.263' }]);
  expect(tag(0x19, [1])).toEqual([{ trackId: 0, kind: 'unsupported', codecName: 'number 9' }]);
  expect(tag(0x91, 'vp08', [1])).toEqual([{ trackId: 0, kind: 'unsupported', codecName: 'vp08' }]);
});

describe('Enhanced RTMP', () => {
  it.each([
    ['avc1', 'h264'],
    ['hvc1', 'hevc'],
    ['av01', 'av1'],
    ['vp09', 'vp9'],
  ])('carries %s', (fourCc, codec) => {
    expect(tag(0x90, fourCc, [1, 2])).toEqual([{ trackId: 0, kind: 'config', codec, extradata: Uint8Array.of(1, 2) }]);
    // Coded frames "X" never have a composition time.
    expect(tag(0x93, fourCc, [1, 2])).toMatchObject([
      { kind: 'frames', codec, isKeyframe: true, compositionMs: 0, payload: Uint8Array.of(1, 2) },
    ]);
  });

  it('carries a composition time for the codecs that have B-frames, and only for them', () => {
    for (const fourCc of ['avc1', 'hvc1']) {
      expect(tag(0xa1, fourCc, [0, 0, 40], [1])).toMatchObject([
        { isKeyframe: false, compositionMs: 40, payload: Uint8Array.of(1) },
      ]);
    }
    for (const fourCc of ['av01', 'vp09']) {
      expect(tag(0xa1, fourCc, [0, 0, 40], [1])).toMatchObject([
        { compositionMs: 0, payload: Uint8Array.of(0, 0, 40, 1) },
      ]);
    }
  });

  it('carries nothing in metadata, commands and the end of a sequence', () => {
    expect(tag(0x94, 'hvc1', [1])).toEqual([]);
    expect(tag(0xd0, [0])).toEqual([]);
    expect(tag(0x92, 'hvc1')).toEqual([]);
  });

  it('adds nanoseconds and carries tracks', () => {
    expect(tag(0x97, 2, [0, 1, 0], 0x03, 'hvc1', [1])).toMatchObject([{ offsetNs: 256 }]);
    expect(tag(0x96, 0x10, 'avc1', 0, [0, 0, 1], 7, 4, [0, 0, 1], 8)).toMatchObject([
      { trackId: 0, kind: 'config', extradata: Uint8Array.of(7) },
      { trackId: 4, kind: 'config', extradata: Uint8Array.of(8) },
    ]);
  });

  it('that is broken is refused', () => {
    expect(() => tag(0x91, 'hv')).toThrow('tag-truncated');
    expect(() => tag(0x91, 'hvc1', [0, 0])).toThrow('tag-truncated');
    expect(() => tag(0x96, 0x16, 'hvc1', 0, [1])).toThrow('tag-malformed');
  });
});

it('takes as many tracks as anybody sends, and not any number', () => {
  const tracks = (count: number) => Array.from({ length: count }, (_, index) => [index % 256, 0, 0, 1, 7]).flat();
  expect(tag(0x96, 0x10, 'av01', tracks(32))).toHaveLength(32);
  expect(() => tag(0x96, 0x10, 'av01', tracks(33))).toThrow('tag-malformed');
});

it('throws RtmpError and nothing else, for any bytes', () => {
  const heads = fc.constantFrom(0x17, 0x27, 0x90, 0x91, 0x93, 0x96, 0x97);
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
      try {
        readVideoTag(Uint8Array.of(head, ...rest));
      } catch (error) {
        expect(error).toBeInstanceOf(RtmpError);
      }
    }),
    { numRuns: 1_000 },
  );
});
