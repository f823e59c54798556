import type { HealthWarning } from '../health/health-warning.ts';
import type { EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { TrackSamples } from '../media/encoded-track.ts';
import { type AlignerOptions, type AlignerOutput, TrackAligner } from './track-aligner.ts';

/** What a relay tells its owner, from inside of push(). */
export interface TrackRelayListener {
  /** Before the first frame, and again where samples were missing. */
  onBroadcast(encoded: EncodedBroadcast): void;
  onFrame(frame: EncodedFrame): void;
  onWarning(warning: HealthWarning): void;
  /** Once, last. */
  onUnusable(warning: HealthWarning): void;
}

/** What stands in the transcoder's place where a publisher has encoded its renditions itself: TrackAligner, driven. */
export class TrackRelay {
  readonly #aligner: TrackAligner;
  readonly #listener: TrackRelayListener;

  constructor(options: AlignerOptions, listener: TrackRelayListener) {
    this.#aligner = new TrackAligner(options);
    this.#listener = listener;
  }

  push(samples: TrackSamples): void {
    this.#aligner.take(samples, { steadyMs: performance.now(), wallMs: Date.now() });
    for (let output = this.#aligner.poll(); output !== undefined; output = this.#aligner.poll()) this.#tell(output);
  }

  /** What comes from here on is another publisher's. */
  publisherChanged(): void {
    this.#aligner.publisherChanged();
  }

  #tell(output: AlignerOutput): void {
    switch (output.kind) {
      case 'broadcast':
        this.#listener.onBroadcast(output.encoded);
        return;
      case 'frame':
        this.#listener.onFrame(output.frame);
        return;
      case 'warning':
        this.#listener.onWarning(output.warning);
        return;
      case 'unusable':
        this.#listener.onUnusable(output.warning);
    }
  }
}
