import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { type CodecContext, FFmpegError, type Frame, Packet } from 'node-av/lib';

/** Puts a frame in (or `null` for the end) and hands every packet that comes out on, in order. */
export async function encodeFrame(
  encoder: CodecContext,
  frame: Frame | null,
  onPacket: (packet: Packet) => Promise<void>,
): Promise<void> {
  FFmpegError.throwIfError(await encoder.sendFrame(frame), 'encode');
  using packet = new Packet();
  packet.alloc();
  for (;;) {
    const code = await encoder.receivePacket(packet);
    if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
    FFmpegError.throwIfError(code, 'encode');
    await onPacket(packet);
    packet.unref();
  }
}
