import type { TranscoderWarning, TranscoderWarningCode } from '../messages.ts';

/**
 * A warning of one kind is not told again within this time: a broken source would give one each frame. The parent tells
 * it on more rarely still.
 */
const REPEAT_AFTER_US = 10_000_000;

/** What is so, what it does to viewers, and what to change in the encoder. */
const SENTENCES: Record<TranscoderWarningCode, string> = {
  'audio-missing':
    'No sound arrives; viewers hear silence. Add an audio source in your encoder, and see that it is not muted.',
  'b-frames':
    'Your encoder sends B-frames. They work, but add delay; set B-frames to 0, or tune to zero latency, for the lowest.',
  'colours-changed':
    'Your picture changed between HDR and SDR, or to another range of colours, and is shown in wrong ones. Set the colour ' +
    'space that you began with, or stop the stream and start it again.',
  'cpu-overload':
    'This server cannot encode as fast as you send; the picture is less smooth until it can. A lower resolution or frame ' +
    'rate in your encoder helps.',
  'decode-errors':
    'Parts of your stream arrive damaged and cannot be decoded. Lower the bitrate in your encoder, or try another one ' +
    '(x264 instead of your graphics card).',
  'faster-than-real-time':
    'You send faster than real time; the stream is slowed down to it. Send a file at its own pace: -re with ffmpeg.',
  'frame-rate-reduced':
    'Your frame rate is higher than what is broadcast; some frames are left out. Set 60 frames a second or fewer.',
  'long-gop': 'Your keyframe interval is long; set it to 2 seconds so that your stream starts and recovers quickly.',
  'resolution-changed':
    'Your resolution changed; the picture is fitted into the size the broadcast began with. Keep one output resolution, or ' +
    'start the stream again.',
  'timestamp-jump':
    'The timestamps of your stream jumped; the broadcast goes on without a break. If it happens again, start your encoder ' +
    'anew, and look at the clocks of its sources.',
  'unsupported-codec':
    'A track of your stream uses a codec that cannot be decoded here. Choose H.264 for the picture and AAC for the sound.',
  'variable-frame-rate': 'Your frame rate varies; the broadcast has a constant one. Set a constant frame rate (CFR).',
  'video-missing': 'No picture arrives; viewers see a slate. Check the video source and the encoder.',
};

/** Says each warning once in a while, with a sentence for the streamer. */
export class Warnings {
  readonly #tell: (warning: TranscoderWarning) => void;
  readonly #toldUs = new Map<TranscoderWarningCode, number>();

  constructor(tell: (warning: TranscoderWarning) => void) {
    this.#tell = tell;
  }

  say(code: TranscoderWarningCode, nowUs: number): void {
    const toldUs = this.#toldUs.get(code);
    if (toldUs !== undefined && nowUs - toldUs < REPEAT_AFTER_US) return;
    this.#toldUs.set(code, nowUs);
    this.#tell({ code, sentence: SENTENCES[code] });
  }
}
