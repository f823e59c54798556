import { Demuxer } from 'node-av/api';
import { AV_LOG_ERROR, AVERROR_EAGAIN, AVERROR_EOF, AVMEDIA_TYPE_VIDEO } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Log } from 'node-av/lib';
import type { CapturedRendition } from './capture.ts';
import type { Violation } from './check-media.ts';
import { readFragments } from './fragment-reader.ts';
import { initOf, listedSegments, renditionName } from './rendition-view.ts';

export interface DecodingCheck {
  readonly violations: readonly Violation[];
  readonly frameCount: number;
  /** What FFmpeg says it is: `h264 1280x720`, `aac 48000 Hz`. */
  readonly format: string;
}

/** FFmpeg's error lines that are kept of one rendition; more say nothing new. */
const LINES_MAX = 5;

/** Lets FFmpeg open a rendition (its init segment and all whole segments in a row) and decode every frame of it. */
export async function checkDecoding(rendition: CapturedRendition): Promise<DecodingCheck> {
  const name = renditionName(rendition);
  const complaints: string[] = [];
  Log.setCallback((_level, message) => complaints.push(message.trim()), { maxLevel: AV_LOG_ERROR });
  try {
    const { bytes, sampleCount } = wholeMedia(rendition);
    const decoded = await decodeAll(bytes);
    const violations = complaints
      .slice(0, LINES_MAX)
      .map((detail) => ({ rule: 'FFmpeg complains', where: name, detail }));
    if (decoded.frameCount !== sampleCount) {
      const detail = `${decoded.frameCount} frames decoded of ${sampleCount}`;
      violations.push({ rule: 'every frame decodes', where: name, detail });
    }
    return { ...decoded, violations };
  } catch (error) {
    if (!(error instanceof FFmpegError)) throw error;
    return { violations: [{ rule: 'FFmpeg opens it', where: name, detail: error.message }], frameCount: 0, format: '' };
  } finally {
    Log.resetCallback();
  }
}

function wholeMedia(rendition: CapturedRendition): { readonly bytes: Buffer; readonly sampleCount: number } {
  const init = initOf(rendition);
  const initUrl = [...rendition.objects.keys()].find((url) => url.endsWith('.mp4'));
  if (init === undefined || initUrl === undefined) return { bytes: Buffer.alloc(0), sampleCount: 0 };
  const uris = listedSegments(rendition).flatMap(({ uri, isGap }) => (uri === undefined || isGap ? [] : [uri]));
  const urls = [initUrl, ...uris.map((uri) => new URL(uri, rendition.playlistUrl).href)];
  const pieces = urls.map((url) => rendition.objects.get(url)?.bytes ?? new Uint8Array());
  const fragments = pieces.slice(1).flatMap((piece) => readFragments(piece, init));
  const sampleCount = fragments.reduce((sum, { samples }) => sum + samples.length, 0);
  return { bytes: Buffer.concat(pieces), sampleCount };
}

async function decodeAll(bytes: Buffer): Promise<{ readonly frameCount: number; readonly format: string }> {
  await using demuxer = await Demuxer.open(bytes, { format: 'mp4' });
  const [stream] = demuxer.streams;
  if (stream === undefined) return { frameCount: 0, format: '' };
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  using decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'decoder parameters');
  FFmpegError.throwIfError(await decoder.open2(codec), 'open the decoder');
  let frameCount = 0;
  for (const packet of demuxer.packetsSync()) {
    FFmpegError.throwIfError(await decoder.sendPacket(packet), 'decode');
    packet?.free();
    frameCount += await countFrames(decoder);
  }
  const { width, height, codecType, sampleRate } = stream.codecpar;
  const shape = codecType === AVMEDIA_TYPE_VIDEO ? `${width}x${height}` : `${sampleRate} Hz`;
  return { frameCount, format: `${codec?.name ?? '?'} ${shape}` };
}

/** Takes every frame out that is ready. */
async function countFrames(decoder: CodecContext): Promise<number> {
  using frame = new Frame();
  frame.alloc();
  for (let count = 0; ; count += 1) {
    const code = await decoder.receiveFrame(frame);
    if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return count;
    FFmpegError.throwIfError(code, 'decode');
    frame.unref();
  }
}
