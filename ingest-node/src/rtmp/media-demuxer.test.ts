import { describe, expect, it } from 'vitest';
import { amfObject } from './amf-value.ts';
import { writeAmf0 } from './amf0-writer.ts';
import { ByteWriter, utf8Bytes } from './byte-writer.ts';
import { type DemuxOutput, MediaDemuxer } from './media-demuxer.ts';
import { MESSAGE, type RtmpMessage } from './message.ts';

const message = (typeId: number, timestampMs: number, payload: readonly number[] | Uint8Array): RtmpMessage => ({
  typeId,
  messageStreamId: 1,
  timestampMs,
  payload: Uint8Array.from(payload),
});
const video = (timestampMs: number, ...payload: number[]) => message(MESSAGE.video, timestampMs, payload);
const audio = (timestampMs: number, ...payload: number[]) => message(MESSAGE.audio, timestampMs, payload);
const metadata = (widthPx: number) =>
  message(MESSAGE.dataAmf0, 0, writeAmf0('@setDataFrame', 'onMetaData', amfObject({ width: widthPx })));

const AVC_CONFIG = [0x17, 0, 0, 0, 0, 1, 2];
const AVC_KEYFRAME = [0x17, 1, 0, 0, 0, 9];
const AAC_CONFIG = [0xaf, 0, 0x11, 0x90];
const AAC_FRAME = [0xaf, 1, 8];

function read(demuxer: MediaDemuxer, ...messages: RtmpMessage[]): DemuxOutput[] {
  return messages.flatMap((each) => [...demuxer.read(each)]);
}
const kinds = (outputs: readonly DemuxOutput[]) =>
  outputs.map((output) => (output.kind === 'event' ? output.event.kind : output.kind));
const sentences = (outputs: readonly DemuxOutput[]) =>
  outputs.flatMap((output) => (output.kind === 'event' ? [] : [output.sentence]));

it('gives configurations, and packets in microseconds', () => {
  const outputs = read(
    new MediaDemuxer(),
    video(0, ...AVC_CONFIG),
    audio(0, ...AAC_CONFIG),
    video(40, 0x27, 1, 0, 0, 80, 9),
    audio(43, ...AAC_FRAME),
  );
  expect(outputs.map((output) => output.kind === 'event' && output.event)).toEqual([
    { kind: 'video-config', codec: 'h264', extradata: Uint8Array.of(1, 2) },
    { kind: 'audio-config', codec: 'aac', extradata: Uint8Array.of(0x11, 0x90), sampleRateHz: 48_000, channelCount: 2 },
    { kind: 'video', ptsUs: 120_000, dtsUs: 40_000, isKeyframe: false, payload: Uint8Array.of(9) },
    { kind: 'audio', ptsUs: 43_000, dtsUs: 43_000, isKeyframe: true, payload: Uint8Array.of(8) },
  ]);
});

it('carries both tracks over the wrap of the clock together', () => {
  const demuxer = new MediaDemuxer();
  read(demuxer, video(0, ...AVC_CONFIG), audio(0, ...AAC_CONFIG));
  const outputs = read(
    demuxer,
    video(0xffffffff, ...AVC_KEYFRAME),
    audio(1, ...AAC_FRAME),
    video(2, ...AVC_KEYFRAME),
    audio(0xfffffffe, ...AAC_FRAME),
  );
  expect(outputs.map((output) => output.kind === 'event' && 'dtsUs' in output.event && output.event.dtsUs)).toEqual([
    4_294_967_295_000, 4_294_967_297_000, 4_294_967_298_000, 4_294_967_294_000,
  ]);
});

describe('a configuration', () => {
  it('is given again only when it has changed', () => {
    const demuxer = new MediaDemuxer();
    const repeat = [video(0, ...AVC_CONFIG), video(0, ...AVC_CONFIG), audio(0, ...AAC_CONFIG), audio(0, ...AAC_CONFIG)];
    expect(kinds(read(demuxer, ...repeat))).toEqual(['video-config', 'audio-config']);
    expect(kinds(read(demuxer, video(0, ...AVC_CONFIG.with(-1, 7))))).toEqual(['video-config']);
    expect(kinds(read(demuxer, video(0, ...AVC_CONFIG)))).toEqual(['video-config']);
  });

  it('has to be there before the frames, which are left out with a warning', () => {
    const demuxer = new MediaDemuxer();
    expect(kinds(read(demuxer, video(0, ...AVC_KEYFRAME), video(1, ...AVC_KEYFRAME)))).toEqual(['warning']);
    expect(kinds(read(demuxer, video(2, ...AVC_CONFIG), video(2, ...AVC_KEYFRAME)))).toEqual(['video-config', 'video']);
    // HEVC frames after an H.264 configuration
    expect(kinds(read(demuxer, video(3, 0x1c, 1, 0, 0, 0, 9)))).toEqual([]);
  });

  it('comes by itself for MP3, again when its shape changes', () => {
    const outputs = read(new MediaDemuxer(), audio(0, 0x2f, 1), audio(26, 0x2f, 1), audio(52, 0x2e, 1));
    expect(kinds(outputs)).toEqual(['audio-config', 'audio', 'audio', 'audio-config', 'audio']);
  });
});

describe('metadata', () => {
  it('is given when it changes', () => {
    const outputs = read(new MediaDemuxer(), metadata(640), metadata(640), metadata(1_280), metadata(640));
    expect(outputs.map((output) => output.kind === 'event' && output.event)).toEqual(
      [640, 1_280, 640].map((widthPx) => ({ kind: 'metadata', widthPx })),
    );
  });

  it('that is broken ends nothing', () => {
    const demuxer = new MediaDemuxer();
    const broken = message(MESSAGE.dataAmf0, 0, [0x02, 0xff]);
    expect(sentences(read(demuxer, broken, broken))).toEqual([
      'The encoder sent metadata that cannot be read; it was left out.',
    ]);
    expect(kinds(read(demuxer, metadata(2)))).toEqual(['metadata']);
  });
});

describe('what nothing here decodes', () => {
  it('is named, with what to choose in its place', () => {
    expect(sentences(read(new MediaDemuxer(), video(0, 0x12, 1)))).toEqual([
      'The video codec Sorenson H.263 is not supported here. Choose H.264 in your encoder.',
    ]);
    expect(sentences(read(new MediaDemuxer(), audio(0, 0xb0, 1)))).toEqual([
      'The audio codec Speex is not supported here. Choose AAC in your encoder.',
    ]);
  });

  it('cannot write what it likes into the sentence', () => {
    const [sentence] = sentences(read(new MediaDemuxer(), video(0, 0x91, 0x0a, 0x1b, 0x5b, 0xff)));
    expect(sentence).toContain('codec ??[? is');
  });
});

it('takes the first track and tells of the others once frames come', () => {
  const demuxer = new MediaDemuxer();
  const twoTracks = (type: number, ...body: number[]) => {
    const size = [0, 0, body.length];
    return video(0, 0x96, 0x10 | type, ...utf8Bytes('avc1'), 0, ...size, ...body, 1, ...size, ...body);
  };
  const outputs = read(demuxer, twoTracks(0, 1), twoTracks(1, 0, 0, 0, 7), twoTracks(1, 0, 0, 0, 7));
  expect(kinds(outputs)).toEqual(['video-config', 'warning', 'video', 'video']);
  expect(sentences(outputs)).toEqual(['Only video track 0 is used; track 1 was left out.']);
});

describe("OBS's VOD track", () => {
  // additionalMedia: audio as an AMF3 byte array inside of an AMF0 object.
  const additionalMedia = message(MESSAGE.dataAmf0, 0, [
    ...writeAmf0('additionalMedia'),
    ...[0x03, 0, 2, ...utf8Bytes('id'), 0x02, 0, 7, ...utf8Bytes('stream0')],
    ...[0, 5, ...utf8Bytes('media'), 0x11, 0x0c, (5 << 1) | 1, 0xaf, 1, 1, 2, 3],
    ...[0, 0, 9],
  ]);
  const announced = message(
    MESSAGE.dataAmf0,
    0,
    writeAmf0(
      '@setDataFrame',
      'onExpectAdditionalMedia',
      amfObject({ processingIntents: ['ArchiveProgramNarrationAudio'] }),
    ),
  );

  it('is left out, with one warning', () => {
    const demuxer = new MediaDemuxer();
    const outputs = read(demuxer, announced, additionalMedia, audio(0, ...AAC_CONFIG), additionalMedia);
    expect(kinds(outputs)).toEqual(['warning', 'audio-config']);
    expect(sentences(outputs)).toEqual([
      'Only the first audio track is used; the additional one (a VOD track) was left out.',
    ]);
    expect(sentences(read(new MediaDemuxer(), additionalMedia))).toHaveLength(1);
  });
});

it('begins anew with a lower track that introduces itself later', () => {
  const demuxer = new MediaDemuxer();
  const oneTrack = (type: number, track: number, ...body: number[]) =>
    audio(0, 0x95, type, ...utf8Bytes('mp4a'), track, ...body);
  const outputs = read(
    demuxer,
    oneTrack(0, 1, 0x13, 0x88),
    audio(0, ...AAC_CONFIG),
    oneTrack(1, 1, 9),
    audio(0, ...AAC_FRAME),
  );
  expect(kinds(outputs)).toEqual(['audio-config', 'audio-config', 'warning', 'audio']);
  expect(sentences(outputs)).toEqual(['Only audio track 0 is used; track 1 was left out.']);
});

it('does without what says nothing about pictures and sound', () => {
  const demuxer = new MediaDemuxer();
  read(
    demuxer,
    video(0, 0x90, ...utf8Bytes('hvc1'), 1),
    audio(0, 0x90, ...utf8Bytes('Opus'), ...utf8Bytes('OpusHead'), 1, 2),
  );
  const colorInfo = [...writeAmf0('colorInfo', amfObject({ colorConfig: amfObject({ bitDepth: 10 }) }))];
  const outputs = read(
    demuxer,
    video(0, 0x94, ...utf8Bytes('hvc1'), ...colorInfo),
    // Metadata of one track of a multitrack message, and of all.
    video(0, 0x96, 0x04, ...utf8Bytes('hvc1'), 0, ...colorInfo),
    // A multichannel configuration (packet type 4) and the end of a sequence.
    audio(0, 0x94, ...utf8Bytes('Opus'), 1, 6),
    audio(0, 0x92, ...utf8Bytes('Opus')),
    video(0, 0x92, ...utf8Bytes('hvc1')),
    // A modifier that is not known, and the nanoseconds that are.
    video(0, 0x97, 0, 0xff, 0xf7, 2, 0x0f, 0x42, 0x40, 0x01, ...utf8Bytes('hvc1'), 0, 0, 40, 5),
  );
  expect(outputs).toEqual([
    {
      kind: 'event',
      event: { kind: 'video', dtsUs: 1_000, ptsUs: 41_000, isKeyframe: true, payload: Uint8Array.of(5) },
    },
  ]);
});

it('looks into aggregates, and not into aggregates within them', () => {
  const tag = (typeId: number, payload: readonly number[]) =>
    new ByteWriter().u8(typeId).u24(payload.length).u32(0).u24(0).bytes(Uint8Array.from(payload)).u32(0).take();
  const inner = [...tag(MESSAGE.audio, AAC_CONFIG)];
  const outputs = read(
    new MediaDemuxer(),
    message(MESSAGE.aggregate, 0, [...tag(MESSAGE.aggregate, inner), ...tag(MESSAGE.video, AVC_CONFIG)]),
  );
  expect(kinds(outputs)).toEqual(['video-config']);
});
