import { ExportError } from './export-error.ts';
import type { TrackKind } from './export-steps.ts';
import type { SampleRun } from './fragment.ts';
import { SampleTable } from './sample-table.ts';
import type { TrackInit } from './track-init.ts';

/** Init segments that differ in what a decoder is told. Each seam may bring one, and those of two nodes alternate. */
const SAMPLE_ENTRIES_MAX = 64;

/** A track of the file that is made: its samples so far, and what is needed to decode them. */
export class MovieTrack {
  readonly kind: TrackKind;
  readonly trackId: number;
  /** Of the media that it begins with: all that is said once of a track. */
  readonly first: TrackInit;
  readonly table = new SampleTable();
  readonly #entries: Uint8Array[] = [];
  /** Of the media that comes. */
  #current: TrackInit;
  #descriptionIndex = 1;
  #widthFixed = 0;
  #heightFixed = 0;
  #firstCompositionTicks: number | undefined;

  constructor(kind: TrackKind, trackId: number, first: TrackInit) {
    this.kind = kind;
    this.trackId = trackId;
    this.first = first;
    this.#current = first;
    this.use(first);
  }

  get current(): TrackInit {
    return this.#current;
  }

  /** Sample entries, in the order of their indices from 1. */
  get entries(): readonly Uint8Array[] {
    return this.#entries;
  }

  /** As large as the largest picture in it. */
  get size(): { readonly widthFixed: number; readonly heightFixed: number } {
    return { widthFixed: this.#widthFixed, heightFixed: this.#heightFixed };
  }

  /** Where its samples end, in its own ticks. */
  get endTicks(): number {
    return this.table.durationTicks;
  }

  /** From where on its samples are shown: the first one may be composed later than it is decoded. */
  get shownFromTicks(): number {
    return this.#firstCompositionTicks ?? 0;
  }

  /** What comes next is media of this init segment. */
  use(init: TrackInit): void {
    if (init.timescaleHz !== this.first.timescaleHz) {
      throw new ExportError(
        'init-unsupported',
        `a clock of ${init.timescaleHz} Hz after one of ${this.first.timescaleHz}`,
      );
    }
    this.#current = init;
    this.#widthFixed = Math.max(this.#widthFixed, init.widthFixed);
    this.#heightFixed = Math.max(this.#heightFixed, init.heightFixed);
    this.#descriptionIndex = this.#indexOf(init.sampleEntry);
  }

  /** The last sample lasts until there. */
  stretchTo(ticks: number): void {
    const { table } = this;
    if (table.sampleCount === 0 || ticks === table.durationTicks) return;
    const lastTicks = table.lastTicks + ticks - table.durationTicks;
    if (lastTicks < 0) throw new ExportError('segment-malformed', `it begins ${-lastTicks} ticks too early`);
    table.changeLast(lastTicks);
  }

  append({ offsetBytes, samples }: SampleRun): void {
    const [first] = samples;
    if (first === undefined) return;
    this.#firstCompositionTicks ??= Math.max(0, first.compositionTicks);
    this.table.addChunk({ offsetBytes, samples, descriptionIndex: this.#descriptionIndex });
  }

  /** From 1. Entries that are the same are one, whatever their init segments are called. */
  #indexOf(entry: Uint8Array): number {
    const known = this.#entries.findIndex((each) => isSame(each, entry));
    if (known >= 0) return known + 1;
    if (this.#entries.length === SAMPLE_ENTRIES_MAX) {
      throw new ExportError('too-many-inits', `more than ${SAMPLE_ENTRIES_MAX} kinds of media in one track`);
    }
    // A copy: the init segment that it is part of need not stay for it.
    return this.#entries.push(entry.slice());
  }
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
