import { readBoxes, theBox, u32At } from '../mux/box.ts';

/** A sample of an ordinary MP4 file, out of its tables. */
export interface MovieSample {
  /** When it is decoded and shown, in its track's ticks: without what an edit list does to it. */
  readonly decodeTicks: number;
  readonly durationTicks: number;
  readonly compositionTicks: number;
  readonly isSync: boolean;
  readonly descriptionIndex: number;
  readonly bytes: Uint8Array;
}

export interface ReadMovieTrack {
  readonly handler: string;
  readonly timescaleHz: number;
  readonly entries: readonly Uint8Array[];
  readonly samples: readonly MovieSample[];
  /** Where its edit list begins; `undefined`: it has none. */
  readonly editTicks: number | undefined;
}

/** Reads the tables of a file by ISO/IEC 14496-12 §8.5 to §8.7, and not by what writes them. */
export function readMovie(file: Uint8Array): ReadMovieTrack[] {
  const traks = readBoxes(theBox(file, 'moov').body).filter(({ type }) => type === 'trak');
  return traks.map(({ body }) => readTrack(body, file));
}

function readTrack(trak: Uint8Array, file: Uint8Array): ReadMovieTrack {
  const mdia = theBox(trak, 'mdia').body;
  const mdhd = theBox(mdia, 'mdhd').body;
  const stbl = theBox(theBox(mdia, 'minf').body, 'stbl').body;
  const elst = readBoxes(trak).find(({ type }) => type === 'edts');
  return {
    handler: String.fromCharCode(...theBox(mdia, 'hdlr').body.subarray(8, 12)),
    timescaleHz: u32At(mdhd, mdhd[0] === 1 ? 20 : 12),
    entries: readBoxes(theBox(stbl, 'stsd').body.subarray(8)).map(({ bytes }) => bytes),
    samples: readSamples(stbl, file),
    editTicks: elst && u32At(theBox(elst.body, 'elst').body, 12),
  };
}

function readSamples(stbl: Uint8Array, file: Uint8Array): MovieSample[] {
  const stsz = theBox(stbl, 'stsz').body;
  const durations = runs(theBox(stbl, 'stts').body);
  const ctts = optional(stbl, 'ctts');
  const compositions = ctts === undefined ? undefined : runs(ctts).map((value) => value | 0);
  const syncs = optional(stbl, 'stss');
  const syncNumbers = syncs && new Set(numbers(syncs, 8));
  const samples: MovieSample[] = [];
  let decodeTicks = 0;
  for (const { offsetBytes, sampleCount, descriptionIndex } of readChunks(stbl)) {
    let at = offsetBytes;
    for (let index = 0; index < sampleCount; index += 1) {
      const sizeBytes = u32At(stsz, 12 + samples.length * 4);
      const durationTicks = durations[samples.length] ?? Number.NaN;
      samples.push({
        decodeTicks,
        durationTicks,
        compositionTicks: compositions?.[samples.length] ?? 0,
        isSync: syncNumbers?.has(samples.length + 1) ?? true,
        descriptionIndex,
        bytes: file.subarray(at, at + sizeBytes),
      });
      at += sizeBytes;
      decodeTicks += durationTicks;
    }
  }
  if (samples.length !== u32At(stsz, 8) || durations.length !== samples.length) throw new Error('tables do not agree');
  return samples;
}

function readChunks(stbl: Uint8Array) {
  const co64 = optional(stbl, 'co64');
  const offsets =
    co64 === undefined
      ? numbers(theBox(stbl, 'stco').body, 8)
      : pairs(numbers(co64, 8)).map(([high, low]) => high * 2 ** 32 + low);
  const kinds = numbers(theBox(stbl, 'stsc').body, 8);
  return offsets.map((offsetBytes, index) => {
    let kind = 0;
    while (kind + 3 < kinds.length && (kinds[kind + 3] ?? 0) <= index + 1) kind += 3;
    return { offsetBytes, sampleCount: kinds[kind + 1] ?? 0, descriptionIndex: kinds[kind + 2] ?? 0 };
  });
}

/** The values of `stts` or `ctts`, one of each sample. */
function runs(table: Uint8Array): number[] {
  return pairs(numbers(table, 8)).flatMap(([count, value]) => Array.from({ length: count }, () => value));
}

function numbers(body: Uint8Array, from: number): number[] {
  return Array.from({ length: (body.length - from) / 4 }, (_, index) => u32At(body, from + index * 4));
}

function pairs(values: readonly number[]): [number, number][] {
  return Array.from({ length: values.length / 2 }, (_, index) => [values[index * 2] ?? 0, values[index * 2 + 1] ?? 0]);
}

function optional(level: Uint8Array, type: string): Uint8Array | undefined {
  return readBoxes(level).find((box) => box.type === type)?.body;
}
