import { setTimeout as sleep } from 'node:timers/promises';
import type { Packet } from 'node-av/lib';
import { AudioTrack } from './audio-track.ts';
import { FramePacer } from './frame-pacer.ts';
import type { PublishOptions } from './publish-options.ts';
import type { PublisherOrder } from './publisher-order.ts';
import { RtmpOutput } from './rtmp-output.ts';
import { VideoTrack } from './video-track.ts';

/** Frames that only pace the sound when there is no picture. */
const AUDIO_ONLY_RATE = { num: 50, den: 1 } as const;

export interface ClockPublisherOptions {
  readonly options: PublishOptions;
  /** One connection for each. */
  readonly streamKeys: readonly string[];
  /** Aborted when the publisher is to end. */
  readonly stop: AbortSignal;
  /** What it was told since the last call, in order. */
  takeOrders(): readonly PublisherOrder[];
  onPublishing(): void;
  onFrame(): void;
}

type WritePacket = (packet: Packet) => Promise<void>;
interface OpenTracks {
  readonly video: VideoTrack | undefined;
  readonly audio: AudioTrack | undefined;
  readonly writeVideo: WritePacket;
  readonly writeAudio: WritePacket;
}

/** Publishes the clock picture until it is stopped or its time is over. Rejects with FFmpegError when it is cut. */
export async function publishClock(job: ClockPublisherOptions): Promise<void> {
  const { options } = job;
  const urls = job.streamKeys.map((streamKey) => `${options.url}/${streamKey}`);
  await using output = new RtmpOutput(urls, leadMs(options));
  using owned = new DisposableStack();
  // Opened before the connection, so that nothing but the server lies between `publish` and the first frame.
  const video = options.hasVideo ? owned.use(await VideoTrack.open(options)) : undefined;
  const videoStream = video && output.addTrack(video.encoder);
  const audio = options.hasAudio ? owned.use(await AudioTrack.open()) : undefined;
  const audioStream = audio && output.addTrack(audio.encoder);
  await output.open();
  job.onPublishing();
  await output.begin();
  const tracks: OpenTracks = {
    video,
    audio,
    writeVideo: async (packet) => {
      if (video && videoStream) await output.write(packet, video.encoder, videoStream);
    },
    writeAudio: async (packet) => {
      if (audio && audioStream) await output.write(packet, audio.encoder, audioStream);
    },
  };
  await sendInStep(job, { tracks, output, startMs: Date.now() });
  if (options.end === 'abrupt') return;
  await video?.finish(tracks.writeVideo);
  await audio?.finish(tracks.writeAudio);
  await output.end();
}

/** How far below zero the encoders may begin: one AAC frame, or the anchors that B-frames wait for. */
function leadMs({ bFrames, frameRate }: PublishOptions): number {
  return Math.max(25, Math.ceil(((bFrames + 1) * 1_000 * frameRate.den) / frameRate.num));
}

interface Sending {
  readonly tracks: OpenTracks;
  readonly output: RtmpOutput;
  readonly startMs: number;
}

async function sendInStep(job: ClockPublisherOptions, { tracks, output, startMs }: Sending): Promise<void> {
  const { options, stop } = job;
  const endMs = options.durationS === undefined ? Number.POSITIVE_INFINITY : startMs + options.durationS * 1_000;
  const pacer = new FramePacer(startMs, tracks.video ? options.frameRate : AUDIO_ONLY_RATE);
  while (!stop.aborted && Date.now() < endMs) {
    await sleep(pacer.waitMs(Date.now()), undefined, { signal: stop }).catch(() => undefined);
    if (stop.aborted) return;
    const nowMs = Date.now();
    const frame = pacer.take(nowMs);
    await tracks.audio?.sendUntil(startMs, nowMs, tracks.writeAudio);
    await tracks.video?.send(frame, nowMs, tracks.writeVideo);
    job.onFrame();
    for (const order of job.takeOrders()) await obey(order, output, stop);
  }
}

async function obey(order: PublisherOrder, output: RtmpOutput, stop: AbortSignal): Promise<void> {
  if (order.order === 'jump') output.jump(order.ms);
  if (order.order === 'wild') output.goWild(order.ms);
  if (order.order !== 'flood') return;
  const untilMs = Date.now() + order.ms;
  while (!stop.aborted && Date.now() < untilMs) await output.repeat();
}
