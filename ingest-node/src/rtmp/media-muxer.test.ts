import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceConfig, SourceEvent, SourceMetadata, SourcePacket } from '../media/source.ts';
import { amfMembers } from './amf-value.ts';
import { readData } from './command.ts';
import { MediaDemuxer } from './media-demuxer.ts';
import { MediaMuxer } from './media-muxer.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';

const AVC: SourceConfig = { kind: 'video-config', codec: 'h264', extradata: Uint8Array.of(1, 100, 0, 31) };
const AAC: SourceConfig = {
  kind: 'audio-config',
  codec: 'aac',
  extradata: Uint8Array.of(0x12, 0x10),
  sampleRateHz: 44_100,
  channelCount: 2,
};
const PICTURE: SourcePacket = {
  kind: 'video',
  ptsUs: 80_000,
  dtsUs: 40_000,
  isKeyframe: true,
  payload: Uint8Array.of(0, 0, 0, 1, 0x65),
};
const SOUND: SourcePacket = {
  kind: 'audio',
  ptsUs: 50_000,
  dtsUs: 50_000,
  isKeyframe: true,
  payload: Uint8Array.of(0x21),
};
const METADATA: SourceMetadata = {
  kind: 'metadata',
  widthPx: 1_920,
  heightPx: 1_080,
  frameRate: 29.97,
  videoBitrateBps: 6_000_000,
  audioBitrateBps: 160_000,
  encoder: 'an encoder',
};

const isPacket = (event: SourceEvent): event is SourcePacket => event.kind === 'video' || event.kind === 'audio';

function mux(events: readonly SourceEvent[], muxer = new MediaMuxer(1)): RtmpMessage[] {
  return events.flatMap((event) => {
    if (isPacket(event)) return muxer.write(event, event.dtsUs / 1_000);
    muxer.learn(event);
    return [];
  });
}

function demux(messages: readonly RtmpMessage[]): SourceEvent[] {
  const demuxer = new MediaDemuxer();
  return messages.flatMap((message) => {
    return [...demuxer.read(message)].map((output) => {
      if (output.kind !== 'event') throw new Error(output.sentence);
      return output.event;
    });
  });
}

describe('what is written is read back', () => {
  const extradata = fc.uint8Array({ minLength: 1, maxLength: 40 });
  const opusHead = fc
    .uint8Array({ minLength: 9, maxLength: 11 })
    .map((rest) => Uint8Array.from([...new TextEncoder().encode('OpusHead'), 1, 2, ...rest]));
  const video = fc
    .tuple(fc.constantFrom('h264', 'hevc', 'av1', 'vp9'), extradata)
    .map(([codec, bytes]): SourceConfig => ({ kind: 'video-config', codec, extradata: bytes }));
  const audio = fc.oneof(
    fc.constant(AAC),
    opusHead.map(
      (bytes): SourceConfig => ({
        kind: 'audio-config',
        codec: 'opus',
        extradata: bytes,
        sampleRateHz: 48_000,
        channelCount: 2,
      }),
    ),
    fc.constantFrom(
      ...[
        [44_100, 2],
        [22_050, 1],
        [11_025, 2],
        [0, 0],
      ].map(
        ([sampleRateHz = 0, channelCount = 0]): SourceConfig => ({
          kind: 'audio-config',
          codec: 'mp3',
          extradata: new Uint8Array(),
          sampleRateHz,
          channelCount,
        }),
      ),
    ),
  );
  const payload = fc.uint8Array({ minLength: 1, maxLength: 60 });
  const picture = fc
    .record({
      dtsMs: fc.nat(2 ** 31),
      compositionMs: fc.integer({ min: -200, max: 500 }),
      isKeyframe: fc.boolean(),
      payload,
    })
    .map((each): SourcePacket => {
      const dtsUs = each.dtsMs * 1_000;
      const { isKeyframe } = each;
      return { kind: 'video', dtsUs, ptsUs: dtsUs + each.compositionMs * 1_000, isKeyframe, payload: each.payload };
    });
  const sound = fc.record({ dtsMs: fc.nat(2 ** 31), payload }).map((each): SourcePacket => {
    const dtsUs = each.dtsMs * 1_000;
    return { kind: 'audio', dtsUs, ptsUs: dtsUs, isKeyframe: true, payload: each.payload };
  });

  /** AV1 and VP9 have no composition time in RTMP, because they have no B-frames that are shown later than sent. */
  const asCarried = (events: readonly SourceEvent[]): SourcePacket[] => {
    let codec: string | undefined;
    return events.flatMap((event) => {
      if (event.kind === 'video-config') codec = event.codec;
      if (!isPacket(event)) return [];
      const isPlain = event.kind === 'video' && (codec === 'av1' || codec === 'vp9');
      return [isPlain ? { ...event, ptsUs: event.dtsUs } : event];
    });
  };

  it('packet by packet, under the configuration that it came under', () => {
    const later = fc.array(
      fc.oneof({ weight: 1, arbitrary: fc.oneof(video, audio) }, { weight: 6, arbitrary: fc.oneof(picture, sound) }),
    );
    fc.assert(
      fc.property(video, audio, later, (videoFirst, audioFirst, events) => {
        const all = [videoFirst, audioFirst, ...events];
        const read = demux(mux(all));
        expect(read.filter(isPacket)).toEqual(asCarried(all));
        expect(configOfEachPacket(read)).toEqual(configOfEachPacket(all));
      }),
      { numRuns: 400 },
    );
  });
});

/** The configuration that holds for each packet. */
function configOfEachPacket(events: readonly SourceEvent[]): unknown[] {
  const current = new Map<string, SourceEvent>();
  return events.flatMap((event) => {
    if (event.kind === 'video-config' || event.kind === 'audio-config') current.set(event.kind, event);
    return isPacket(event) ? [current.get(`${event.kind}-config`)] : [];
  });
}

describe('what goes before the first packet', () => {
  const membersOf = (message: RtmpMessage | undefined) => message && amfMembers(readData(message).args[0]);

  it('is the metadata, then the configurations, in this order whatever the order they came in', () => {
    const messages = mux([AAC, METADATA, AVC, PICTURE]);
    expect(messages.map(({ typeId }) => typeId)).toEqual([
      MESSAGE.dataAmf0,
      MESSAGE.video,
      MESSAGE.audio,
      MESSAGE.video,
    ]);
    expect(new Set(messages.map(({ timestampMs }) => timestampMs))).toEqual(new Set([40]));
    expect(demux(messages)).toEqual([METADATA, AVC, AAC, PICTURE]);
  });

  it('names the codecs by their numbers, and by FourCC what has none', () => {
    const old = membersOf(mux([AVC, AAC, PICTURE])[0]);
    expect([old?.get('videocodecid'), old?.get('audiocodecid')]).toEqual([7, 10]);
    const hevc = membersOf(mux([{ ...AVC, codec: 'hevc' }, PICTURE])[0]);
    expect(hevc?.get('videocodecid')).toBe(0x68_76_63_31);
    expect(hevc?.has('audiocodecid')).toBe(false);
  });

  it('comes again when it changes, and the metadata only when it says something else', () => {
    const muxer = new MediaMuxer(1);
    mux([METADATA, AVC, AAC, PICTURE], muxer);
    expect(mux([PICTURE, SOUND], muxer)).toHaveLength(2);
    const changed = mux([{ ...AVC, extradata: Uint8Array.of(2) }, PICTURE], muxer);
    expect(changed.map(({ typeId }) => typeId)).toEqual([MESSAGE.video, MESSAGE.video]);
    const other = mux([{ ...AVC, codec: 'hevc' }, SOUND], muxer);
    expect(other.map(({ typeId }) => typeId)).toEqual([MESSAGE.dataAmf0, MESSAGE.video, MESSAGE.audio]);
  });

  it('is missing where packets come without it, and they are left out', () => {
    expect(mux([PICTURE, SOUND])).toEqual([]);
    expect(mux([AVC, SOUND])).toEqual([]);
    // RTMP has no name for MP2.
    expect(mux([{ ...AAC, codec: 'mp2' }, SOUND])).toEqual([]);
  });
});

it('writes H.264 and AAC as every player knows them', () => {
  const [, config, , frames, sound] = mux([AVC, AAC, PICTURE, SOUND]);
  expect(config?.payload).toEqual(Uint8Array.of(0x17, 0, 0, 0, 0, 1, 100, 0, 31));
  expect(frames?.payload).toEqual(Uint8Array.of(0x17, 1, 0, 0, 40, 0, 0, 0, 1, 0x65));
  expect(sound?.payload).toEqual(Uint8Array.of(0xaf, 1, 0x21));
});

it('bounds a composition time that cannot be said', () => {
  const [, , frames] = mux([AVC, { ...PICTURE, ptsUs: 1e13 }]);
  expect(frames?.payload.subarray(2, 5)).toEqual(Uint8Array.of(0x7f, 0xff, 0xff));
});
