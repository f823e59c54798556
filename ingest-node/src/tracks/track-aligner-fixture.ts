import { type LatencyProfileName, RenditionId } from '@sluice/contracts';
import type { ContinuedBroadcast, EncodedBroadcast, EncodedFrame } from '../media/encoded.ts';
import type { TrackSamples } from '../media/encoded-track.ts';
import { Packager } from '../package/packager.ts';
import { type AlignerOutput, TrackAligner } from './track-aligner.ts';
import { type Programme, pictureTrack, programme, soundTrack } from './track-fixture.ts';

export const NOW_MS = Date.UTC(2026, 10, 26, 12);
export const TRACKS = { high: pictureTrack(720), low: pictureTrack(360), sound: soundTrack() };
export const [V720, V360, A128] = ['v720', 'v360', 'a128'].map((id) => RenditionId.parse(id));

/** An aligner with a node around it that packages what comes, so that nothing off the grid goes unseen. */
export class AlignerStage {
  readonly broadcasts: EncodedBroadcast[] = [];
  readonly frames: EncodedFrame[] = [];
  readonly warnings: string[] = [];
  readonly parts: string[] = [];
  unusable: string | undefined;
  readonly #aligner: TrackAligner;
  #packager: Packager | undefined;
  #continued: ContinuedBroadcast | undefined;

  constructor(continues?: ContinuedBroadcast, profile: LatencyProfileName = 'low', bitrateBpsMax = 50_000_000) {
    this.#continued = continues;
    this.#aligner = new TrackAligner({ profile, bitrateBpsMax, continued: () => this.#continued });
  }

  /** Sends a programme, or what is made of it, `lateMs` after its time. */
  send(what: Programme, lateMs = 0, change = (samples: TrackSamples) => samples): this {
    for (const { atS, samples } of programme(what)) this.take(change(samples), NOW_MS + atS * 1_000 + lateMs);
    return this;
  }

  /** Another publisher is on air. */
  change(): this {
    this.#aligner.publisherChanged();
    return this;
  }

  take(samples: TrackSamples, wallMs: number, steadyMs = wallMs): void {
    this.#aligner.take(samples, { steadyMs, wallMs });
    for (let output = this.#aligner.poll(); output !== undefined; output = this.#aligner.poll()) this.#note(output);
  }

  payloads(id: RenditionId | undefined): string[] {
    return this.frames
      .filter(({ renditionId }) => renditionId === id)
      .map(({ payload }) => Buffer.from(payload).toString());
  }

  #note(output: AlignerOutput): void {
    switch (output.kind) {
      case 'broadcast':
        this.broadcasts.push(output.encoded);
        this.#packager = new Packager(output.encoded);
        this.#continued = output.encoded;
        return;
      case 'frame':
        this.frames.push(output.frame);
        this.#cut(output.frame);
        return;
      case 'warning':
        this.warnings.push(output.warning.code);
        return;
      case 'unusable':
        this.unusable = output.warning.sentence;
    }
  }

  #cut(frame: EncodedFrame): void {
    const part = this.#packager?.push(frame, 0);
    const continued = this.#continued;
    if (part === undefined || continued === undefined) return;
    const { renditionId, msn, partIndex, isLastOfSegment } = part.announced;
    this.parts.push(`${renditionId} ${msn}.${partIndex}`);
    const due = isLastOfSegment ? { msn: msn + 1, partIndex: 0 } : { msn, partIndex: partIndex + 1 };
    this.#continued = { ...continued, next: { ...continued.next, [renditionId]: due } };
  }
}
