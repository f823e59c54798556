import { expect, it } from 'vitest';
import { readAacShape, readOpusShape } from './audio-config.ts';
import { utf8Bytes } from './byte-writer.ts';

it.each([
  ['LC, 44.1 kHz, stereo', [0x12, 0x10], 44_100, 2],
  ['LC, 48 kHz, mono', [0x11, 0x88], 48_000, 1],
  ['LC, 48 kHz, 7.1', [0x11, 0xb8], 48_000, 8],
  // 2, then 15 and 24 bits of 44100, then 2
  ['an explicit rate', [0x17, 0x80, 0x56, 0x22, 0x10], 44_100, 2],
  // 31 and 6 bits more, then index 4 and 2
  ['an escaped object type', [0xf8, 0x48, 0x40], 44_100, 2],
  ['a rate index that is reserved', [0x16, 0x90], 0, 2],
])('reads the shape of AAC: %s', (_name, config, sampleRateHz, channelCount) => {
  expect(readAacShape(Uint8Array.from(config))).toEqual({ sampleRateHz, channelCount });
});

it('says nothing of AAC that is cut short', () => {
  for (const config of [[], [0x12], [0x17, 0x80, 0x56]]) {
    expect(readAacShape(Uint8Array.from(config))).toEqual({ sampleRateHz: 0, channelCount: 0 });
  }
});

it('reads the head of Opus, and only that', () => {
  expect(readOpusShape(Uint8Array.of(...utf8Bytes('OpusHead'), 1, 6))).toEqual({
    sampleRateHz: 48_000,
    channelCount: 6,
  });
  expect(readOpusShape(utf8Bytes('OpusTags'))).toBeUndefined();
  expect(readOpusShape(utf8Bytes('Opus'))).toBeUndefined();
  expect(() => readOpusShape(utf8Bytes('OpusHead'))).toThrow('tag-truncated');
});
