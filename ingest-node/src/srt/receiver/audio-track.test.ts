import { readFileSync } from 'node:fs';
import { FF_ENCODER_LIBOPUS } from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import type { SourceEvent, SourcePacket } from '../../media/source.ts';
import { everyCut } from '../../rtmp/split-fixture.ts';
import { AudioDecoder } from '../../transcode/child/audio-decoder.ts';
import { makeAudio } from '../../transcode/fixtures/made-source.ts';
import { readAdtsHeader, readMpegAudioHeader } from './audio-frames.ts';
import { AudioTrack } from './audio-track.ts';
import { toAdts, toOpusUnits } from './elementary-fixture.ts';
import { OpusTrack, opusDurationUs } from './opus-track.ts';

const AT_ZERO = { ptsUs: 0, dtsUs: 0 };
const framesOf = (events: readonly SourceEvent[]) =>
  events.filter((event): event is SourcePacket => event.kind === 'audio');

/** The seconds of sound that come out of a decoder. */
function decodedS(events: readonly SourceEvent[]): { seconds: number; errors: number } {
  const [config] = events;
  if (config?.kind !== 'audio-config') throw new Error('no configuration');
  const decoder = AudioDecoder.open(config);
  const seconds = framesOf(events)
    .flatMap((frame) => decoder.decode(frame))
    .reduce((sum, { durationUs }) => sum + durationUs / 1e6, 0);
  const { errorCount: errors } = decoder;
  decoder.close();
  return { seconds, errors };
}

describe('AAC in a transport stream', async () => {
  const made = await makeAudio({ durationS: 0.5, sampleRateHz: 44_100 });
  const packets = made.packets.slice(0, 6);
  const adts = toAdts(packets, made.config.extradata);

  it('has the configuration that its encoder says it has, and its frames', () => {
    const events = new AudioTrack(readAdtsHeader).read(adts, AT_ZERO);
    expect(events[0]).toEqual({
      kind: 'audio-config',
      codec: 'aac',
      extradata: Uint8Array.from(made.config.extradata.subarray(0, 2)),
      sampleRateHz: 44_100,
      channelCount: 2,
    });
    expect(framesOf(events).map(({ payload }) => [...payload])).toEqual(packets.map(({ payload }) => [...payload]));
    expect(framesOf(events).map(({ ptsUs }) => ptsUs)).toEqual([0, 23_220, 46_440, 69_660, 92_880, 116_100]);
  });

  it('is decoded', () => {
    const track = new AudioTrack(readAdtsHeader);
    const events = track.read(toAdts(made.packets, made.config.extradata), AT_ZERO);
    expect(decodedS(events)).toMatchObject({ errors: 0, seconds: expect.closeTo(0.5, 1) });
  });

  it('is the same wherever it is cut', () => {
    const whole = new AudioTrack(readAdtsHeader).read(adts, AT_ZERO);
    for (const [front = new Uint8Array(), back = new Uint8Array()] of everyCut(adts)) {
      // An empty packet has no frame that its time could be of.
      if (front.length === 0) continue;
      const track = new AudioTrack(readAdtsHeader);
      expect([...track.read(front, AT_ZERO), ...track.read(back, undefined)]).toEqual(whole);
    }
  });

  it('takes the time of a packet for the first frame that begins in it', () => {
    const track = new AudioTrack(readAdtsHeader);
    const [first, second, third] = packets.map(({ payload }) => payload.length + 7);
    const cut = (first ?? 0) + (second ?? 0) + 20;
    track.read(adts.subarray(0, cut), AT_ZERO);
    const later = framesOf(track.read(adts.subarray(cut), { ptsUs: 1_000_000, dtsUs: 1_000_000 }));
    expect(third).toBeGreaterThan(20);
    expect(later.map(({ ptsUs }) => ptsUs)).toEqual([46_440, 1_000_000, 1_023_220, 1_046_440]);
  });

  it('goes on at the next frame when something was lost', () => {
    const track = new AudioTrack(readAdtsHeader);
    const damaged = Buffer.concat([adts.subarray(30, 60), adts]);
    expect(framesOf(track.read(damaged, AT_ZERO))).toHaveLength(6);
    expect(framesOf(track.read(new Uint8Array(200_000).fill(0xff), AT_ZERO))).toEqual([]);
    expect(framesOf(track.read(adts, { ptsUs: 2_000_000, dtsUs: 2_000_000 })).length).toBeGreaterThan(4);
  });

  it('says nothing before it has a time', () => {
    expect(new AudioTrack(readAdtsHeader).read(adts, undefined)).toEqual([]);
  });
});

describe('MPEG audio in a transport stream', () => {
  const mp2 = readFileSync(new URL('../fixtures/ffmpeg-5.1-sine.mp2', import.meta.url));

  it('of layer II is decoded', () => {
    const events = new AudioTrack(readMpegAudioHeader).read(mp2, AT_ZERO);
    expect(events[0]).toMatchObject({ codec: 'mp2', sampleRateHz: 48_000, channelCount: 2 });
    expect(framesOf(events)).toHaveLength(10);
    expect(framesOf(events)[1]?.ptsUs).toBe(24_000);
    expect(decodedS(events)).toMatchObject({ errors: 0, seconds: expect.closeTo(0.24, 2) });
  });

  it.each([
    [
      'MPEG-1 layer II, 192 kbit/s, 48 kHz',
      [0xff, 0xfd, 0xa4, 0x00],
      { codec: 'mp2', frameBytes: 576, channelCount: 2 },
    ],
    ['MPEG-1 layer III, 128 kbit/s, 44.1 kHz', [0xff, 0xfb, 0x90, 0x00], { codec: 'mp3', frameBytes: 417 }],
    ['the same, padded', [0xff, 0xfb, 0x92, 0x00], { codec: 'mp3', frameBytes: 418 }],
    ['MPEG-2 layer III, 64 kbit/s, 22.05 kHz, mono', [0xff, 0xf3, 0x80, 0xc0], { frameBytes: 208, channelCount: 1 }],
    ['layer I', [0xff, 0xff, 0x90, 0x00], undefined],
    ['a free bitrate', [0xff, 0xfb, 0x00, 0x00], undefined],
    ['a forbidden bitrate', [0xff, 0xfb, 0xf0, 0x00], undefined],
    ['a reserved rate', [0xff, 0xfb, 0x9c, 0x00], undefined],
    ['a reserved version', [0xff, 0xeb, 0x90, 0x00], undefined],
    ['no sync', [0xff, 0x1b, 0x90, 0x00], undefined],
  ])('is known by its header: %s', (_case, bytes, header) => {
    const read = readMpegAudioHeader(Uint8Array.from(bytes));
    if (header === undefined) expect(read).toBeUndefined();
    else expect(read).toMatchObject(header);
  });
});

describe('Opus in a transport stream', async () => {
  const made = await makeAudio({ durationS: 0.5, codec: { name: FF_ENCODER_LIBOPUS, codec: 'opus' } });
  const units = toOpusUnits(made.packets);

  it('is decoded, with or without a head of its own', () => {
    for (const extradata of [made.config.extradata, undefined]) {
      const events = new OpusTrack({ extradata, channelCount: 2 }).read(units, AT_ZERO);
      expect(framesOf(events)).toHaveLength(made.packets.length);
      expect(framesOf(events)[1]?.ptsUs).toBe(20_000);
      expect(decodedS(events)).toMatchObject({ errors: 0, seconds: expect.closeTo(0.5, 1) });
    }
  });

  it('with trims and an extension is read over', () => {
    const payload = Uint8Array.of(0xfc, 1, 2);
    const unit = Uint8Array.of(0x7f, 0xfc, 3, 0, 1, 0, 2, 2, 9, 9, ...payload);
    const events = new OpusTrack({ extradata: undefined, channelCount: 0 }).read(unit, AT_ZERO);
    expect(framesOf(events).map((frame) => [...frame.payload])).toEqual([[...payload]]);
  });

  it('that is damaged gives what is whole before', () => {
    for (let end = 0; end < units.length; end += 7) {
      const events = new OpusTrack({ extradata: undefined, channelCount: 2 }).read(units.subarray(0, end), AT_ZERO);
      expect(framesOf(events).length).toBeLessThanOrEqual(made.packets.length);
    }
  });

  it.each([
    ['SILK, 60 ms', [3 << 3], 60_000],
    ['hybrid, 20 ms', [15 << 3], 20_000],
    ['CELT, 2.5 ms', [16 << 3], 2_500],
    ['two of 20 ms', [(31 << 3) | 1], 40_000],
    ['four of 10 ms', [(30 << 3) | 3, 4], 40_000],
    ['more than there may be', [(31 << 3) | 3, 63], 120_000],
  ])('says how long it is: %s', (_case, bytes, durationUs) => {
    expect(opusDurationUs(Uint8Array.from(bytes))).toBe(durationUs);
  });
});
