import { FF_ENCODER_LIBX265 } from 'node-av/constants';
import { describe, expect, it } from 'vitest';
import type { SourceEvent, SourcePacket } from '../../media/source.ts';
import { VideoDecoder } from '../../transcode/child/video-decoder.ts';
import { type MadeTrack, makeVideo } from '../../transcode/fixtures/made-source.ts';
import { joinLengthPrefixed, splitAnnexB } from './annex-b.ts';
import { setsOfAvcC, setsOfHvcC, toAnnexB } from './elementary-fixture.ts';
import { H264 } from './h264-units.ts';
import { HEVC } from './hevc-units.ts';
import type { NalCodec } from './nal-codec.ts';
import { VideoTrack } from './video-track.ts';

const PICTURES = 12;
const KEYFRAME_EVERY = 5;
const SHAPE = { widthPx: 320, heightPx: 180, frameCount: PICTURES, keyframeEvery: KEYFRAME_EVERY };
const X265 = {
  name: FF_ENCODER_LIBX265,
  codec: 'hevc',
  options: { preset: 'ultrafast', tune: 'zerolatency', 'x265-params': 'log-level=none' },
} as const;

/** A made track as MPEG-TS carries it: the sets in front of each keyframe. */
function annexB({ packets }: MadeTrack, sets: readonly Uint8Array[]): SourcePacket[] {
  return packets.map((packet) => ({
    ...packet,
    payload: toAnnexB(packet.payload, packet.isKeyframe ? sets : []),
  }));
}

function readAll(codec: NalCodec, packets: readonly SourcePacket[]): SourceEvent[] {
  const track = new VideoTrack(codec);
  return packets.flatMap(({ payload, ptsUs, dtsUs }) => track.read(payload, { ptsUs, dtsUs }));
}

async function decodedCount(events: readonly SourceEvent[]): Promise<{ pictures: number; errors: number }> {
  const [config] = events;
  if (config?.kind !== 'video-config') throw new Error('no configuration');
  const decoder = await VideoDecoder.open(config.codec, config.extradata);
  let pictures = 0;
  for (const event of events) {
    if (event.kind !== 'video') continue;
    for (const { frame } of await decoder.decode(event)) {
      pictures += 1;
      frame.free();
    }
  }
  const { errorCount: errors } = decoder;
  decoder.close();
  return { pictures, errors };
}

describe('H.264 in a transport stream', async () => {
  const made = await makeVideo(SHAPE);
  const sets = setsOfAvcC(made.config.extradata);
  const packets = annexB(made, sets);

  it('has the configuration that its encoder says it has, once', () => {
    const configs = readAll(H264, packets).filter(({ kind }) => kind === 'video-config');
    expect(configs).toHaveLength(1);
    const [config] = configs;
    // FFmpeg's record has the chroma fields for every profile; the standard has them for the High ones alone.
    expect(config?.kind === 'video-config' && [...config.extradata]).toEqual(
      [...made.config.extradata].slice(0, config?.kind === 'video-config' ? config.extradata.length : 0),
    );
  });

  it('is decoded to every picture', async () => {
    const events = readAll(H264, packets);
    expect(await decodedCount(events)).toEqual({ pictures: PICTURES, errors: 0 });
    const keyframes = events.flatMap((event) => (event.kind === 'video' ? [event.isKeyframe] : []));
    expect(keyframes).toEqual(packets.map((_, index) => index % KEYFRAME_EVERY === 0));
  });

  it('begins at the first keyframe with its parameter sets', () => {
    expect(readAll(H264, packets.slice(1, KEYFRAME_EVERY))).toEqual([]);
    const withoutSets = made.packets.map((packet) => ({ ...packet, payload: toAnnexB(packet.payload) }));
    expect(readAll(H264, withoutSets)).toEqual([]);
    expect(readAll(H264, packets.slice(1))[0]?.kind).toBe('video-config');
  });

  it('has a new configuration when its parameter sets change', async () => {
    const other = await makeVideo({ ...SHAPE, widthPx: 640, heightPx: 360 });
    const events = readAll(H264, [...packets, ...annexB(other, setsOfAvcC(other.config.extradata))]);
    const configs = events.flatMap((event, index) => (event.kind === 'video-config' ? [index] : []));
    expect(configs).toEqual([0, PICTURES + 1]);
  });

  it('of any bytes gives something or nothing', () => {
    const track = new VideoTrack(H264);
    const [first] = packets;
    if (first === undefined) throw new Error('no packet');
    for (let at = 0; at < Math.min(first.payload.length, 120); at += 1) {
      track.read(first.payload.with(at, 0), first);
      track.read(first.payload.subarray(0, at), first);
    }
    expect(track.read(new Uint8Array(), first)).toEqual([]);
  });

  it('that has no IDR picture begins at a recovery point', () => {
    const recovery = Uint8Array.of(6, 6, 1, 0x80);
    const slice = Uint8Array.of(1, 0x88, 0x80);
    const unit = Buffer.concat([...sets, recovery, slice].flatMap((nal) => [Uint8Array.of(0, 0, 1), nal]));
    const events = new VideoTrack(H264).read(unit, { ptsUs: 0, dtsUs: 0 });
    expect(events).toMatchObject([{ kind: 'video-config' }, { kind: 'video', isKeyframe: true }]);
  });
});

describe('HEVC in a transport stream', async () => {
  const made = await makeVideo({ ...SHAPE, codec: X265 });
  // This encoder gives its sets and its pictures with start codes.
  const { extradata } = made.config;
  const sets = splitAnnexB(extradata).slice(0, 3);
  const packets = made.packets.map((packet) => ({
    ...packet,
    payload: packet.isKeyframe ? Buffer.concat([extradata, packet.payload]) : packet.payload,
  }));

  it('has a configuration that decodes to every picture', async () => {
    const events = readAll(HEVC, packets);
    expect(events.filter(({ kind }) => kind === 'video-config')).toHaveLength(1);
    expect(await decodedCount(events)).toEqual({ pictures: PICTURES, errors: 0 });
  });

  it('says in it what the sequence parameter set says', () => {
    const [config] = readAll(HEVC, packets);
    if (config?.kind !== 'video-config') throw new Error('no configuration');
    // Main profile of 8 bits and 4:2:0 with lengths of four bytes, and three arrays.
    const record = config.extradata;
    expect([record[0], (record[1] ?? 0) & 0x1f, record[16], record[17], record[18]]).toEqual([1, 1, 0xfd, 0xf8, 0xf8]);
    expect([(record[21] ?? 0) & 3, record[22]]).toEqual([3, 3]);
    expect(setsOfHvcC(record).map((set) => [...set])).toEqual(sets.map((set) => [...set]));
  });

  it('of any bytes gives something or nothing', () => {
    const track = new VideoTrack(HEVC);
    const [first] = packets;
    if (first === undefined) throw new Error('no packet');
    for (let at = 0; at < Math.min(first.payload.length, 150); at += 1) {
      track.read(first.payload.with(at, 0xff), first);
      track.read(first.payload.subarray(0, at), first);
    }
  });
});

describe('units between start codes', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values);

  it.each([
    ['long start codes', [0, 0, 0, 1, 7, 8, 0, 0, 0, 1, 9], [[7, 8], [9]]],
    ['short start codes', [0, 0, 1, 7, 0, 0, 1, 9], [[7], [9]]],
    ['zeros behind a unit', [0, 0, 1, 7, 0, 0, 0, 0, 1, 9, 0, 0], [[7], [9]]],
    ['bytes before the first', [5, 5, 0, 0, 1, 7], [[7]]],
    ['ones that are no start code', [0, 0, 1, 1, 0, 1, 1], [[1, 0, 1, 1]]],
    ['no start code', [1, 2, 3], []],
    ['an empty unit', [0, 0, 1, 0, 0, 1, 7], [[7]]],
  ])('%s', (_case, input, units) => {
    expect(splitAnnexB(bytes(...input)).map((unit) => [...unit])).toEqual(units);
  });

  it('are joined with their lengths', () => {
    expect([...joinLengthPrefixed([bytes(7, 8), bytes(9)])]).toEqual([0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9]);
  });
});
