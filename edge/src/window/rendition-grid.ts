import {
  AAC_FRAME_SAMPLES,
  FIRST_PART,
  framesBeforePart,
  type MediaGrid,
  partNumber,
  type Rendition,
} from '@sluice/contracts';

/** Where the media grid puts the segments and parts of one rendition, in its own ticks. */
export class RenditionGrid {
  readonly grid: MediaGrid;
  readonly #rendition: Pick<Rendition, 'kind'>;
  readonly #frameTicks: number;

  constructor(rendition: Pick<Rendition, 'kind'>, grid: MediaGrid) {
    this.grid = grid;
    this.#rendition = rendition;
    this.#frameTicks = rendition.kind === 'audio' ? AAC_FRAME_SAMPLES : grid.frameDurationTicks;
  }

  /** tfdt of a segment's first sample. */
  startTicks(msn: number): number {
    return this.#beforePart(partNumber(this.grid, { ...FIRST_PART, msn }));
  }

  /** How long each part of a segment is. */
  partTicks(msn: number): number[] {
    const first = partNumber(this.grid, { ...FIRST_PART, msn });
    const durations: number[] = [];
    let start = this.#beforePart(first);
    for (let index = 1; index <= this.grid.partsPerSegment; index += 1) {
      const end = this.#beforePart(first + index);
      durations.push(end - start);
      start = end;
    }
    return durations;
  }

  #beforePart(number: number): number {
    return framesBeforePart(this.#rendition, this.grid, number) * this.#frameTicks;
  }
}
