import { AAC_FRAME_SAMPLES, AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';
import { AV_CODEC_ID_AAC, AV_LOG_QUIET, AV_LOG_WARNING } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from 'node-av/lib';
import { describe, expect, it } from 'vitest';
import { silentAacFrame } from '../../../edge/src/export/aac-silence.ts';

/** Of each channelConfiguration (ISO/IEC 14496-3 Table 1.19). */
const CHANNELS = [1, 2, 3, 4, 5, 6, 8];

/** AudioSpecificConfig of AAC-LC at 48 kHz. */
function specificConfig(channels: number): Buffer {
  return Buffer.from([0x11, 0x80 | (channels << 3)]);
}

async function decode(channels: number): Promise<{ readonly loudest: number; readonly channelCount: number }[]> {
  const codec = Codec.findDecoder(AV_CODEC_ID_AAC);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.extraData = specificConfig(channels);
  decoder.sampleRate = AUDIO_SAMPLE_RATE_HZ;
  decoder.pktTimebase = new Rational(1, AUDIO_SAMPLE_RATE_HZ);
  FFmpegError.throwIfError(await decoder.open2(codec), 'open');
  using packet = new Packet();
  packet.alloc();
  using frame = new Frame();
  frame.alloc();
  const frames: { loudest: number; channelCount: number }[] = [];
  for (let index = 0; index < 4; index += 1) {
    packet.data = Buffer.from(silentAacFrame({ channels, sampleRateHz: AUDIO_SAMPLE_RATE_HZ }));
    packet.pts = BigInt(index * AAC_FRAME_SAMPLES);
    FFmpegError.throwIfError(await decoder.sendPacket(packet), 'decode');
    while ((await decoder.receiveFrame(frame)) >= 0) {
      const planes = frame.data ?? [];
      const loudness = planes.flatMap((plane) => [
        ...new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples),
      ]);
      frames.push({ loudest: Math.max(...loudness.map(Math.abs)), channelCount: frame.channelLayout.nbChannels });
      frame.unref();
    }
  }
  decoder.freeContext();
  return frames;
}

describe('a frame of silence, as the edge puts it into an export', () => {
  it.each(CHANNELS.map((count, index) => [index + 1, count] as const))(
    'of channel configuration %i is decoded as %i silent channels, without a complaint',
    async (configuration, channelCount) => {
      const complaints: string[] = [];
      Log.setLevel(AV_LOG_WARNING);
      Log.setCallback((_level, message) => complaints.push(message.trim()), { maxLevel: AV_LOG_WARNING });
      const frames = await decode(configuration).finally(() => {
        Log.resetCallback();
        Log.setLevel(AV_LOG_QUIET);
      });
      expect(complaints).toEqual([]);
      expect(frames.length).toBeGreaterThan(2);
      expect(frames).toEqual(frames.map(() => ({ loudest: 0, channelCount })));
    },
  );
});
