import { type PushAddress, wholeUrl } from './push-address.ts';

/** 30 pictures a second, a keyframe every two seconds. */
const ENCODE =
  '-c:v libx264 -preset veryfast -tune zerolatency -pix_fmt yuv420p -r 30 -g 60 -b:v 4500k -maxrate 4500k -bufsize 4500k -c:a aac -b:a 160k -ar 48000';

/** A complete command line for ffmpeg, which sh, PowerShell and cmd read alike. Secret. */
export function ffmpegCommand(address: PushAddress): string {
  const container = address.protocol === 'srt' ? 'mpegts' : 'flv';
  return `ffmpeg -re -i video.mp4 ${ENCODE} -f ${container} "${wholeUrl(address)}"`;
}
