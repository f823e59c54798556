import type { TranscoderWarning, TranscoderWarningCode } from '../messages.ts';

/** A warning of one kind is not told again within this time: a broken source would give one each frame. */
const REPEAT_AFTER_US = 10_000_000;

const SENTENCES: Record<TranscoderWarningCode, string> = {
  'audio-missing': 'No sound arrives; viewers hear silence.',
  'b-frames': 'Your encoder sends B-frames. They work, but add delay; switch them off for the lowest latency.',
  'cpu-overload': 'This server cannot encode as fast as you send; the picture is less smooth until it catches up.',
  'decode-errors': 'Parts of your stream arrive damaged and cannot be decoded.',
  'faster-than-real-time': 'You send faster than real time; the stream is slowed down to it.',
  'frame-rate-reduced': 'Your frame rate is higher than what is broadcast; some frames are left out.',
  'long-gop': 'Your keyframe interval is long; set it to 2 seconds so that your stream starts and recovers quickly.',
  'resolution-changed': 'Your resolution changed; the picture is fitted into the size the broadcast began with.',
  'timestamp-jump': 'The timestamps of your stream jumped; the broadcast goes on without a break.',
  'unstable-connection': 'Your stream arrives unevenly; check your connection or lower your bitrate.',
  'unsupported-codec': 'A track of your stream uses a codec that cannot be decoded here.',
  'variable-frame-rate': 'Your frame rate varies; the broadcast has a constant one.',
  'video-missing': 'No picture arrives; viewers see a slate.',
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
