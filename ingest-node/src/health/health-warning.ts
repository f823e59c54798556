import type { TrackWarningCode } from '../tracks/track-warning.ts';
import type { TranscoderWarningCode } from '../transcode/messages.ts';

/** What is wrong with how a source arrives. */
type SourceWarningCode =
  | 'unstable-bitrate'
  | 'unstable-connection'
  | 'av-drift'
  | 'source-above-plan'
  | 'high-loss'
  | 'held-back';

/**
 * The set is closed: metrics count by it. `storage-too-slow` is no fault of a streamer's, who sees it all the same;
 * `source` is where a protocol only has a sentence.
 */
export type HealthWarningCode =
  | SourceWarningCode
  | TranscoderWarningCode
  | TrackWarningCode
  | 'storage-too-slow'
  | 'source';

/** Something the streamer should know, with a sentence that says what to change. */
export interface HealthWarning {
  /** For programs. */
  readonly code: HealthWarningCode;
  /** Names no secret. */
  readonly sentence: string;
}

export function unstableBitrate(): HealthWarning {
  return {
    code: 'unstable-bitrate',
    sentence:
      'Your bitrate is unstable: the stream comes in bursts with pauses between them. Choose a constant bitrate (CBR) ' +
      'that your connection always carries, and a cable instead of Wi-Fi.',
  };
}

export function unstableConnection(): HealthWarning {
  return {
    code: 'unstable-connection',
    sentence:
      'Your pictures arrive unevenly. Choose a lower bitrate in your encoder, and a cable instead of Wi-Fi; where your ' +
      'computer is at its limit, a faster preset.',
  };
}

export function avDrift(driftMs: number): HealthWarning {
  const where = driftMs > 0 ? 'behind' : 'ahead of';
  return {
    code: 'av-drift',
    sentence:
      `Your sound has moved to ${Math.round(Math.abs(driftMs))} ms ${where} the picture. Set the same sample rate in ` +
      'your encoder and your sound device, see that the encoder is not overloaded, and start the stream again.',
  };
}

export function sourceAbovePlan(bitrateBps: number, limits: { maxBps: number; advisedBps: number }): HealthWarning {
  return {
    code: 'source-above-plan',
    sentence:
      `You send ${kilobits(bitrateBps)} kbit/s; above ${kilobits(limits.maxBps)} kbit/s you are cut off. Set the ` +
      `bitrates of picture and sound in your encoder to ${kilobits(limits.advisedBps)} kbit/s together, or less.`,
  };
}

export function highLoss(lossRatio: number): HealthWarning {
  return {
    code: 'high-loss',
    sentence:
      `Of your SRT packets ${(lossRatio * 100).toFixed(1)} % are lost on the way. Raise the latency in your encoder to ` +
      'at least four times the round trip, lower its bitrate, or use a cable instead of Wi-Fi.',
  };
}

export function heldBack(): HealthWarning {
  return {
    code: 'held-back',
    sentence:
      'The server cannot take your stream as fast as you send it, so your encoder drops frames. Choose a smaller ' +
      'resolution, frame rate and bitrate; where you send a file, send it in real time (ffmpeg -re).',
  };
}

export function storageTooSlow(): HealthWarning {
  return {
    code: 'storage-too-slow',
    sentence:
      'The server cannot store all qualities of your stream in time. The highest one is left out until it can; nothing ' +
      'is wrong with your encoder.',
  };
}

function kilobits(bps: number): number {
  return Math.floor(bps / 1_000);
}
