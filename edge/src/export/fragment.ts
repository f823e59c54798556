import { type Box, readBoxes, theBox, u32At } from '../mux/box.ts';
import { ExportError } from './export-error.ts';
import type { SampleDefaults, TrackInit } from './track-init.ts';

/** One sample, as its fragment describes it. */
export interface FragmentSample {
  readonly durationTicks: number;
  readonly sizeBytes: number;
  /** It can be decoded without any other. */
  readonly isSync: boolean;
  /** From its decoding to when it is shown. */
  readonly compositionTicks: number;
}

/** Samples one behind the other. */
export interface SampleRun {
  /** From the file's first byte. */
  readonly offsetBytes: number;
  readonly samples: readonly FragmentSample[];
}

/** What a `moof` says of one track. */
export interface Fragment {
  /** tfdt, by the media's own clock. */
  readonly startTicks: number;
  readonly runs: readonly SampleRun[];
}

/** ISO/IEC 14496-12 §8.8.7. */
const TFHD = { hasBaseOffset: 0x1, hasDescription: 0x2, hasDuration: 0x8, hasSize: 0x10, hasFlags: 0x20 } as const;
/** ISO/IEC 14496-12 §8.8.8. */
const TRUN = {
  hasDataOffset: 0x1,
  hasFirstFlags: 0x4,
  hasDurations: 0x100,
  hasSizes: 0x200,
  hasFlags: 0x400,
  hasCompositions: 0x800,
} as const;
/** ISO/IEC 14496-12 §8.8.3.1. */
const IS_NON_SYNC = 0x10000;
/** Ten minutes of 100 fps. Whoever says more has no such bytes behind it. */
const SAMPLES_MAX = 60_000;

/**
 * Reads the body of a `moof` of one track.
 *
 * @param moofAt where the box begins in the file: its offsets count from there.
 */
export function readFragment(moof: Uint8Array, moofAt: number, { trackId, defaults }: TrackInit): Fragment {
  const traf = theBox(moof, 'traf').body;
  const own = readTfhd(theBox(traf, 'tfhd'), trackId, defaults);
  const runs: SampleRun[] = [];
  let nextAt: number | undefined;
  for (const box of readBoxes(traf)) {
    if (box.type !== 'trun') continue;
    const run = readRun(box, own, { moofAt, nextAt });
    nextAt = run.offsetBytes + runBytes(run);
    runs.push(run);
  }
  return { startTicks: readTfdt(theBox(traf, 'tfdt')), runs };
}

export function runBytes({ samples }: SampleRun): number {
  return samples.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function readTfhd({ body }: Box, trackId: number, defaults: SampleDefaults): SampleDefaults {
  const flags = u32At(body, 0) & 0xff_ffff;
  if (u32At(body, 4) !== trackId) throw malformed(`it is of track ${u32At(body, 4)} and not ${trackId}`);
  if ((flags & TFHD.hasBaseOffset) !== 0) throw malformed('its offsets count from elsewhere');
  const fields = new Fields(body, (flags & TFHD.hasDescription) === 0 ? 8 : 12);
  return {
    durationTicks: (flags & TFHD.hasDuration) === 0 ? defaults.durationTicks : fields.next(),
    sizeBytes: (flags & TFHD.hasSize) === 0 ? defaults.sizeBytes : fields.next(),
    flags: (flags & TFHD.hasFlags) === 0 ? defaults.flags : fields.next(),
  };
}

/** ISO/IEC 14496-12 §8.8.12. */
function readTfdt({ body }: Box): number {
  return body[0] === 1 ? u32At(body, 4) * 2 ** 32 + u32At(body, 8) : u32At(body, 4);
}

interface RunPlace {
  readonly moofAt: number;
  /** Where the run before it ends; `undefined`: there is none. */
  readonly nextAt: number | undefined;
}

function readRun({ body }: Box, own: SampleDefaults, { moofAt, nextAt }: RunPlace): SampleRun {
  const flags = u32At(body, 0) & 0xff_ffff;
  const sampleCount = u32At(body, 4);
  if (sampleCount > SAMPLES_MAX) throw malformed(`a run of ${sampleCount} samples`);
  const fields = new Fields(body, 8);
  const offsetBytes = (flags & TRUN.hasDataOffset) === 0 ? nextAt : moofAt + (fields.next() | 0);
  if (offsetBytes === undefined) throw malformed('a run does not say where its samples are');
  const firstFlags = (flags & TRUN.hasFirstFlags) === 0 ? own.flags : fields.next();
  const samples = Array.from({ length: sampleCount }, (_, index): FragmentSample => {
    const durationTicks = (flags & TRUN.hasDurations) === 0 ? own.durationTicks : fields.next();
    const sizeBytes = (flags & TRUN.hasSizes) === 0 ? own.sizeBytes : fields.next();
    const usualFlags = index === 0 ? firstFlags : own.flags;
    const sampleFlags = (flags & TRUN.hasFlags) === 0 ? usualFlags : fields.next();
    // Unsigned in version 0. Nobody's picture waits for half a day, so what looks negative is.
    const compositionTicks = (flags & TRUN.hasCompositions) === 0 ? 0 : fields.next() | 0;
    return { durationTicks, sizeBytes, isSync: (sampleFlags & IS_NON_SYNC) === 0, compositionTicks };
  });
  return { offsetBytes, samples };
}

/** Numbers of 32 bits, one after the other. */
class Fields {
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  next(): number {
    if (this.#at + 4 > this.#view.byteLength) throw malformed('a box ends before its fields do');
    const value = this.#view.getUint32(this.#at);
    this.#at += 4;
    return value;
  }
}

function malformed(detail: string): ExportError {
  return new ExportError('segment-malformed', detail);
}
