import type { Pieces } from './box-pieces.ts';
import type { Fragment, FragmentSample, SampleRun } from './fragment.ts';
import { FragmentReader } from './fragment-reader.ts';
import type { MovieTrack } from './movie-track.ts';

/** How a segment's file is to be taken into the movie. */
export interface IntakeOptions {
  /** It uses the segment's init segment already. */
  readonly track: MovieTrack;
  /** Where it is put in its track. */
  readonly startTicks: number;
  /** How much of it is taken. */
  readonly durationTicks: number;
  /** Where its file begins in ours. */
  readonly offsetBytes: number;
  /** Sound that comes too early: so many samples of it are left out. */
  readonly samplesToDrop: number;
  /** Put before its first picture; what is not needed of it stands at the end. */
  readonly prefix: Uint8Array;
}

/** Takes a segment's file as it comes: its samples go into the tables, its bytes come out again to be written. */
export class SegmentIntake {
  readonly #options: IntakeOptions;
  readonly #reader: FragmentReader;
  /** Of its file, what has come. */
  #takenBytes = 0;
  /** tfdt of its first fragment. */
  #firstTicks: number | undefined;
  #samplesToDrop: number;
  /** Where in its file the prefix goes; `undefined`: not known yet, or nowhere. */
  #prefixAt: number | undefined;
  #prefixIsOut = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#reader = new FragmentReader(options.track.current);
    this.#samplesToDrop = options.samplesToDrop;
  }

  push(bytes: Uint8Array): Pieces {
    this.#reader.push(bytes);
    for (let next = this.#reader.next(); next !== undefined; next = this.#reader.next()) this.#take(next);
    const at = (this.#prefixAt ?? Number.POSITIVE_INFINITY) - this.#takenBytes;
    this.#takenBytes += bytes.length;
    if (at < 0 || at >= bytes.length) return [bytes];
    this.#prefixIsOut = true;
    return [bytes.subarray(0, at), this.#options.prefix, bytes.subarray(at)].filter(({ length }) => length > 0);
  }

  /** Throws ExportError where the file is not whole. */
  close(): Pieces {
    this.#reader.finish();
    const { prefix } = this.#options;
    return this.#prefixIsOut || prefix.length === 0 ? [] : [new Uint8Array(prefix.length)];
  }

  #take(fragment: Fragment): void {
    const { track, startTicks, durationTicks } = this.#options;
    if (this.#firstTicks === undefined) {
      this.#firstTicks = fragment.startTicks;
      this.#placePrefix(fragment);
    }
    let sinceTicks = fragment.startTicks - this.#firstTicks;
    for (const run of fragment.runs) {
      const taken = cut(run, { fromSample: this.#samplesToDrop, ticksMax: durationTicks - sinceTicks });
      this.#samplesToDrop = Math.max(0, this.#samplesToDrop - run.samples.length);
      if (taken.samples.length > 0) {
        if (track.kind === 'video') track.stretchTo(startTicks + sinceTicks);
        track.append(this.#placed(taken));
      }
      sinceTicks += run.samples.reduce((sum, sample) => sum + sample.durationTicks, 0);
    }
  }

  /** Only a picture with which decoding can begin has any use for it. */
  #placePrefix({ runs: [run] }: Fragment): void {
    const isUseful = this.#options.prefix.length > 0 && run?.samples[0]?.isSync === true;
    if (isUseful) this.#prefixAt = run.offsetBytes;
  }

  /** A run where it is in our file, the prefix being a part of its first sample. */
  #placed({ offsetBytes, samples }: SampleRun): SampleRun {
    const prefixBytes = this.#prefixAt === undefined ? 0 : this.#options.prefix.length;
    const at = this.#options.offsetBytes + offsetBytes;
    const [first, ...others] = samples;
    if (first === undefined || prefixBytes === 0 || offsetBytes !== this.#prefixAt) {
      return { offsetBytes: at + prefixBytes, samples };
    }
    return { offsetBytes: at, samples: [{ ...first, sizeBytes: first.sizeBytes + prefixBytes }, ...others] };
  }
}

/** Of a run's samples those from one on that begin before a time, which counts from the first of all. */
function cut(
  run: SampleRun,
  { fromSample, ticksMax }: { readonly fromSample: number; readonly ticksMax: number },
): SampleRun {
  let { offsetBytes } = run;
  let sinceTicks = 0;
  const samples: FragmentSample[] = [];
  for (const [index, sample] of run.samples.entries()) {
    if (sinceTicks >= ticksMax) break;
    if (index < fromSample) offsetBytes += sample.sizeBytes;
    else samples.push(sample);
    sinceTicks += sample.durationTicks;
  }
  return { offsetBytes, samples };
}
