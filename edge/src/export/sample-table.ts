import { fullBoxPieces, type Pieces, u32s } from './box-pieces.ts';
import type { FragmentSample } from './fragment.ts';
import { PagedTable } from './paged-table.ts';
import { RunTable } from './run-table.ts';

/** Samples that lie one behind the other in the file. */
export interface Chunk {
  readonly offsetBytes: number;
  /** From 1 (ISO/IEC 14496-12 §8.7.4). */
  readonly descriptionIndex: number;
  readonly samples: readonly FragmentSample[];
}

/**
 * What is to be said of each sample of a track (ISO/IEC 14496-12 §8.6 and §8.7), in the form in which it is written. Four
 * bytes a sample of sound, and of a picture without B-frames: twelve hours of 60 fps and AAC take 20 MB.
 */
export class SampleTable {
  readonly #durations = new RunTable();
  readonly #compositions = new RunTable();
  readonly #sizes = new PagedTable();
  readonly #syncs = new PagedTable();
  /** Two numbers each. */
  readonly #offsets = new PagedTable();
  readonly #chunkKinds = new PagedTable();
  #lastKind: { readonly sampleCount: number; readonly descriptionIndex: number } | undefined;
  #lastOffsetBytes = 0;
  #durationTicks = 0;
  #isAllSync = true;
  #hasCompositions = false;
  #hasNegativeCompositions = false;

  get sampleCount(): number {
    return this.#sizes.count;
  }

  /** Of all samples together. */
  get durationTicks(): number {
    return this.#durationTicks;
  }

  /** What it takes of memory. */
  get sizeBytes(): number {
    const tables = [this.#durations, this.#compositions, this.#sizes, this.#syncs, this.#offsets, this.#chunkKinds];
    return tables.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  addChunk({ offsetBytes, descriptionIndex, samples }: Chunk): void {
    this.#addKind(samples.length, descriptionIndex);
    this.#offsets.push(Math.floor(offsetBytes / 2 ** 32));
    this.#offsets.push(offsetBytes % 2 ** 32);
    this.#lastOffsetBytes = Math.max(this.#lastOffsetBytes, offsetBytes);
    for (const sample of samples) this.#addSample(sample);
  }

  /** How long the last sample is. */
  get lastTicks(): number {
    return this.#durations.last;
  }

  /** The last sample, which there must be, is to be so long. */
  changeLast(durationTicks: number): void {
    this.#durationTicks += durationTicks - this.#durations.last;
    this.#durations.changeLast(durationTicks);
  }

  /** Everything of `stbl` that comes behind `stsd`. Nothing is to be added any more. */
  boxes(): Pieces {
    const { pairCount, pieces } = this.#durations.finish();
    return [
      ...fullBoxPieces('stts', {}, u32s(pairCount), pieces),
      ...this.#ctts(),
      // Without the table every sample is one that can be begun with (§8.6.2).
      ...(this.#isAllSync ? [] : fullBoxPieces('stss', {}, u32s(this.#syncs.count), this.#syncs.pieces())),
      ...fullBoxPieces('stsc', {}, u32s(this.#chunkKinds.count / 3), this.#chunkKinds.pieces()),
      ...fullBoxPieces('stsz', {}, u32s(0, this.sampleCount), this.#sizes.pieces()),
      ...this.#chunkOffsets(),
    ];
  }

  #addKind(sampleCount: number, descriptionIndex: number): void {
    const last = this.#lastKind;
    if (last?.sampleCount === sampleCount && last.descriptionIndex === descriptionIndex) return;
    this.#lastKind = { sampleCount, descriptionIndex };
    for (const value of [this.#offsets.count / 2 + 1, sampleCount, descriptionIndex]) this.#chunkKinds.push(value);
  }

  #addSample({ durationTicks, sizeBytes, isSync, compositionTicks }: FragmentSample): void {
    this.#durations.push(durationTicks);
    this.#durationTicks += durationTicks;
    this.#compositions.push(compositionTicks);
    this.#hasCompositions ||= compositionTicks !== 0;
    this.#hasNegativeCompositions ||= compositionTicks < 0;
    this.#sizes.push(sizeBytes);
    this.#addSync(isSync);
  }

  /** Nothing is kept of them while all are: sound has four million in a day. */
  #addSync(isSync: boolean): void {
    const { sampleCount } = this;
    if (this.#isAllSync && !isSync) for (let before = 1; before < sampleCount; before += 1) this.#syncs.push(before);
    this.#isAllSync &&= isSync;
    if (isSync && !this.#isAllSync) this.#syncs.push(sampleCount);
  }

  #ctts(): Pieces {
    if (!this.#hasCompositions) return [];
    const { pairCount, pieces } = this.#compositions.finish();
    // §8.6.1.3: only version 1 has signed offsets.
    return fullBoxPieces('ctts', { version: this.#hasNegativeCompositions ? 1 : 0 }, u32s(pairCount), pieces);
  }

  #chunkOffsets(): Pieces {
    const countBytes = u32s(this.#offsets.count / 2);
    const pieces = this.#offsets.pieces();
    return this.#lastOffsetBytes < 2 ** 32
      ? fullBoxPieces('stco', {}, countBytes, pieces.map(lowHalves))
      : fullBoxPieces('co64', {}, countBytes, pieces);
  }
}

/** Of numbers of 64 bits their last 32. */
function lowHalves(piece: Uint8Array): Uint8Array {
  const halves = new Uint8Array(piece.length / 2);
  for (let at = 0; at < halves.length; at += 4) halves.set(piece.subarray(at * 2 + 4, at * 2 + 8), at);
  return halves;
}
