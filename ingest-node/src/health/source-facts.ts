import type { IngestProtocol, ToldFigures } from '@sluice/contracts';
import type { PublishedEvent } from '../media/source.ts';
import type { PictureSize } from '../transcode/ladder.ts';

const SIDE_PX_MAX = 16_384;

/** What one publisher sends; what is not known is absent. */
export type ToldFacts = Pick<ToldFigures, 'protocol' | 'videoCodec' | 'audioCodec' | 'widthPx' | 'heightPx'>;

/** What a publisher sends, by its configurations and by what came out of the decoder. */
export class SourceFacts {
  readonly #protocol: IngestProtocol;
  #videoCodec: ToldFacts['videoCodec'];
  #audioCodec: ToldFacts['audioCodec'];
  #size: PictureSize | undefined;

  constructor(protocol: IngestProtocol) {
    this.#protocol = protocol;
  }

  take(event: PublishedEvent): void {
    if (event.kind === 'video-config') this.#videoCodec = event.codec;
    if (event.kind === 'audio-config') this.#audioCodec = event.codec;
    if (event.kind !== 'samples') return;
    const { track } = event;
    // Of tracks that come encoded no others are taken (media/encoded-track.ts).
    if (track.kind === 'audio') this.#audioCodec = 'aac';
    if (track.kind !== 'video') return;
    this.#videoCodec = 'h264';
    if (track.heightPx > (this.#size?.heightPx ?? 0)) this.decoded(track);
  }

  /** Pictures are of this size. */
  decoded({ widthPx, heightPx }: PictureSize): void {
    this.#size = { widthPx, heightPx };
  }

  get told(): ToldFacts {
    return {
      protocol: this.#protocol,
      ...(this.#videoCodec && { videoCodec: this.#videoCodec }),
      ...(this.#audioCodec && { audioCodec: this.#audioCodec }),
      // Without a picture of its own it would be that of whoever was on air before.
      ...(this.#videoCodec && this.#size && { widthPx: side(this.#size.widthPx), heightPx: side(this.#size.heightPx) }),
    };
  }
}

function side(px: number): number {
  return Math.max(1, Math.min(SIDE_PX_MAX, Math.round(px)));
}
