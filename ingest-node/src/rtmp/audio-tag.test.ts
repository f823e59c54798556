import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAudioTag } from './audio-tag.ts';
import { utf8Bytes } from './byte-writer.ts';
import { RtmpError } from './rtmp-error.ts';

const tag = (...parts: readonly (number | string | readonly number[])[]) =>
  readAudioTag(
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...utf8Bytes(part)] : [part].flat()))),
  );
const OPUS_HEAD = [...utf8Bytes('OpusHead'), 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0];

describe('AAC of old', () => {
  it('is a configuration and then frames', () => {
    const shape = { sampleRateHz: 48_000, channelCount: 2 };
    expect(tag(0xaf, 0, [0x11, 0x90])).toEqual([
      { trackId: 0, kind: 'config', codec: 'aac', extradata: Uint8Array.of(0x11, 0x90), shape },
    ]);
    expect(tag(0xaf, 1, [7, 8])).toEqual([
      { trackId: 0, kind: 'frames', codec: 'aac', offsetNs: 0, payload: Uint8Array.of(7, 8) },
    ]);
  });

  it('carries nothing where there is nothing', () => {
    for (const bytes of [[], [0xaf], [0xaf, 0], [0xaf, 1]]) expect(tag(bytes)).toEqual([]);
  });
});

describe('MP3', () => {
  it('says its shape in each message', () => {
    expect(tag(0x2f, [1, 2])).toMatchObject([
      { kind: 'config', codec: 'mp3', shape: { sampleRateHz: 44_100, channelCount: 2 } },
      { kind: 'frames', codec: 'mp3', payload: Uint8Array.of(1, 2) },
    ]);
    expect(tag(0x22, [1])[0]).toMatchObject({ shape: { sampleRateHz: 5_512, channelCount: 1 } });
    expect(tag(0xee, [1])[0]).toMatchObject({ shape: { sampleRateHz: 8_000, channelCount: 1 } });
  });
});

describe('Enhanced RTMP', () => {
  it('carries Opus', () => {
    expect(tag(0x90, 'Opus', OPUS_HEAD)).toMatchObject([
      { kind: 'config', codec: 'opus', shape: { sampleRateHz: 48_000, channelCount: 2 } },
    ]);
    expect(tag(0x91, 'Opus', [9])).toEqual([
      { trackId: 0, kind: 'frames', codec: 'opus', offsetNs: 0, payload: Uint8Array.of(9) },
    ]);
  });

  it('carries AAC and MP3, too', () => {
    expect(tag(0x90, 'mp4a', [0x12, 0x10])).toMatchObject([{ kind: 'config', codec: 'aac' }]);
    expect(tag(0x91, '.mp3', [1])).toMatchObject([{ kind: 'config', codec: 'mp3' }, { kind: 'frames' }]);
  });

  it('carries no Opus where it sends the comments in place of the head', () => {
    expect(tag(0x90, 'Opus', 'OpusTags', [0, 0, 0, 0])).toEqual([]);
  });

  it('adds nanoseconds in front of the packet', () => {
    // ModEx: 3 bytes of data, type 0, then coded frames.
    expect(tag(0x97, 2, [0x0f, 0x42, 0x3f], 0x01, 'Opus', [9])).toMatchObject([{ kind: 'frames', offsetNs: 999_999 }]);
    // Data of 256 bytes or more has a size of its own; a modifier that is not known is skipped.
    const long = Array.from({ length: 300 }, () => 0);
    expect(tag(0x97, 255, [0x01, 0x2b], long, 0x21, 'Opus', [9])).toMatchObject([{ kind: 'frames', offsetNs: 0 }]);
  });

  it('has so many modifiers and no more: a large message would have millions', () => {
    const modifiers = (count: number) => Array.from({ length: count - 1 }, () => [0, 0, 0x17]).flat();
    expect(tag(0x97, modifiers(16), 0, 0, 0x11, 'Opus', [9])).toMatchObject([{ kind: 'frames' }]);
    expect(() => tag(0x97, modifiers(17), 0, 0, 0x11, 'Opus', [9])).toThrow('tag-malformed');
  });

  it('carries many tracks: one, many of one codec, many of many', () => {
    expect(tag(0x95, 0x01, 'Opus', 3, [9])).toMatchObject([{ trackId: 3, payload: Uint8Array.of(9) }]);
    expect(tag(0x95, 0x11, 'Opus', 0, [0, 0, 1], 7, 1, [0, 0, 2], 8, 9)).toMatchObject([
      { trackId: 0, codec: 'opus', payload: Uint8Array.of(7) },
      { trackId: 1, codec: 'opus', payload: Uint8Array.of(8, 9) },
    ]);
    expect(tag(0x95, 0x21, 'Opus', 0, [0, 0, 1], 7, 'mp4a', 1, [0, 0, 1], 8)).toMatchObject([
      { trackId: 0, codec: 'opus' },
      { trackId: 1, codec: 'aac' },
    ]);
  });

  it('names what is not supported', () => {
    expect(tag(0x91, 'ac-3', [1])).toEqual([{ trackId: 0, kind: 'unsupported', codecName: 'ac-3' }]);
    expect(tag(0xb0, [1])).toEqual([{ trackId: 0, kind: 'unsupported', codecName: 'Speex' }]);
    expect(tag(0xd0, [1])).toEqual([{ trackId: 0, kind: 'unsupported', codecName: 'number 13' }]);
  });

  it('leaves out the end of a sequence and the channel map', () => {
    for (const type of [2, 4]) expect(tag(0x90 | type, 'Opus', [1])).toEqual([]);
  });

  it('that is broken is refused', () => {
    expect(() => tag(0x91, 'Op')).toThrow('tag-truncated');
    expect(() => tag(0x97, 9, [1])).toThrow('tag-truncated');
    expect(() => tag(0x95, 0x15, 'Opus', 0, [1])).toThrow('tag-malformed');
    expect(() => tag(0x95, 0x11, 'Opus', 0, [0, 0, 9], 7)).toThrow('tag-truncated');
  });
});

it('throws RtmpError and nothing else, for any bytes', () => {
  const heads = fc.constantFrom(0x90, 0x91, 0x95, 0x97, 0xaf, 0x2f);
  fc.assert(
    fc.property(heads, fc.uint8Array({ maxLength: 60 }), (head, rest) => {
      try {
        readAudioTag(Uint8Array.of(head, ...rest));
      } catch (error) {
        expect(error).toBeInstanceOf(RtmpError);
      }
    }),
    { numRuns: 1_000 },
  );
});
