import { BoxFields, childBody, childBoxes, type WholeBox } from './box-fields.ts';
import { CmafError } from './cmaf-error.ts';
import type { SampleDefaults } from './track-init.ts';

/** One coded picture or frame of sound, as a fragment holds it. */
export interface FragmentSample {
  /** When it is decoded. All times are in the track's own ticks, whatever their number. */
  readonly decodeTicks: bigint;
  readonly durationTicks: number;
  /** From its decoding to its composition. */
  readonly compositionOffsetTicks: number;
  /** A view into the fragment's bytes. */
  readonly payload: Uint8Array;
}

/** A fragment's two boxes, and how far apart they are. */
export interface FragmentBoxes {
  readonly moof: Uint8Array;
  readonly mdat: Uint8Array;
  /** From the moof's first byte to the mdat's first byte of media: what offsets count from. */
  readonly mdatAtBytes: number;
  /** Of the track's own ticks. */
  readonly timescaleHz: number;
  readonly defaults: SampleDefaults;
}

/** A whole segment has a few hundred. */
const SAMPLES_MAX = 4_096;
/**
 * Less is no picture, and no frame of sound, of any broadcast: those have at least 16 ms. A track's last sample is what
 * was left of it, and a clock may stumble; but a few bytes are not to be thousands of samples.
 */
const SHORTEST_SAMPLE_MS = 4;
/** Of an mdat beside its samples, which fill it (ISO/IEC 23000-19 §7.3.2.3). It lasts as long as one of them is held. */
const STRAY_BYTES_MAX = 1_024;
/** ISO/IEC 14496-12 §8.8.7. */
const TFHD = { baseOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10 } as const;
/** §8.8.8. */
const TRUN = { offset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, composition: 0x800 } as const;

/** The samples of one fragment, in decode order (§8.8). Throws CmafError. */
export function readFragment({ moof, mdat, mdatAtBytes, timescaleHz, defaults }: FragmentBoxes): FragmentSample[] {
  const [traf, second] = childBoxes(moof).filter(({ type }) => type === 'traf');
  if (traf === undefined) throw new CmafError('fragment-malformed', 'no track in a fragment');
  // ISO/IEC 23000-19 §7.3.2.3: one track a chunk.
  if (second !== undefined) throw new CmafError('fragment-unsupported', 'more than one track in a fragment');
  const boxes = childBoxes(traf.body);
  const header = readHeader(needed(boxes, 'tfhd'), defaults);
  const run = new RunReader({ header, mdat, mdatAtBytes, startTicks: readStart(needed(boxes, 'tfdt')) });
  for (const { type, body } of boxes) if (type === 'trun') run.read(body);
  if (run.samples.length === 0) throw new CmafError('fragment-malformed', 'a fragment without a sample');
  checkDurations(run.samples, timescaleHz);
  checkMedia(run.samples, mdat);
  return run.samples;
}

/** Most of them last as long as something that is seen or heard. */
function checkDurations(samples: readonly FragmentSample[], timescaleHz: number): void {
  const shortest = (SHORTEST_SAMPLE_MS * timescaleHz) / 1_000;
  const short = samples.filter(({ durationTicks }) => durationTicks < shortest).length;
  if (short > samples.length - short + 1) {
    throw new CmafError('samples-above-limit', `${short} samples of less than ${SHORTEST_SAMPLE_MS} ms in a fragment`);
  }
}

/** What is counted and what is held are about the same: neither many samples of few bytes, nor few of many. */
function checkMedia(samples: readonly FragmentSample[], mdat: Uint8Array): void {
  const sampleBytes = samples.reduce((sum, { payload }) => sum + payload.length, 0);
  if (sampleBytes > mdat.length || mdat.length > 2 * sampleBytes + STRAY_BYTES_MAX) {
    throw new CmafError('fragment-malformed', `samples of ${sampleBytes} bytes in an mdat of ${mdat.length}`);
  }
}

function needed(boxes: readonly WholeBox[], type: string): Uint8Array {
  const body = childBody(boxes, type);
  if (body === undefined) throw new CmafError('fragment-malformed', `no ${type}`);
  return body;
}

/** `tfdt` (§8.8.12). */
function readStart(body: Uint8Array): bigint {
  const fields = new BoxFields(body);
  return fields.time(fields.versionAndFlags().version);
}

function readHeader(body: Uint8Array, defaults: SampleDefaults): SampleDefaults {
  const fields = new BoxFields(body);
  const { flags } = fields.versionAndFlags();
  fields.skip(4);
  // ISO/IEC 23000-19 §7.5.16: offsets count from the moof. Nobody knows a file's beginning in a live stream.
  if ((flags & TFHD.baseOffset) !== 0)
    throw new CmafError('fragment-unsupported', 'offsets from the beginning of a file');
  if ((flags & TFHD.description) !== 0) fields.skip(4);
  return {
    durationTicks: (flags & TFHD.duration) === 0 ? defaults.durationTicks : fields.u32(),
    sizeBytes: (flags & TFHD.size) === 0 ? defaults.sizeBytes : fields.u32(),
  };
}

interface RunContext {
  readonly header: SampleDefaults;
  readonly mdat: Uint8Array;
  readonly mdatAtBytes: number;
  readonly startTicks: bigint;
}

/** Samples of one `trun` after the other: where one ends the next begins. */
class RunReader {
  readonly samples: FragmentSample[] = [];
  readonly #context: RunContext;
  #ticks: bigint;
  /** In the mdat. */
  #atBytes = 0;

  constructor(context: RunContext) {
    this.#context = context;
    this.#ticks = context.startTicks;
  }

  read(body: Uint8Array): void {
    const fields = new BoxFields(body);
    const { version, flags } = fields.versionAndFlags();
    const count = fields.u32();
    if (this.samples.length + count > SAMPLES_MAX) {
      throw new CmafError('samples-above-limit', `more than ${SAMPLES_MAX} samples in a fragment`);
    }
    if ((flags & TRUN.offset) !== 0) this.#atBytes = fields.i32() - this.#context.mdatAtBytes;
    // What samples' flags say of keyframes is not asked: the pictures themselves say it.
    if ((flags & TRUN.firstFlags) !== 0) fields.skip(4);
    for (let index = 0; index < count; index += 1) this.#sample(fields, { version, flags });
  }

  #sample(fields: BoxFields, { version, flags }: { readonly version: number; readonly flags: number }): void {
    const { header } = this.#context;
    const durationTicks = (flags & TRUN.duration) === 0 ? header.durationTicks : fields.u32();
    const sizeBytes = (flags & TRUN.size) === 0 ? header.sizeBytes : fields.u32();
    if ((flags & TRUN.flags) !== 0) fields.skip(4);
    const compositionOffsetTicks = (flags & TRUN.composition) === 0 ? 0 : version === 0 ? fields.u32() : fields.i32();
    this.samples.push({
      decodeTicks: this.#ticks,
      durationTicks,
      compositionOffsetTicks,
      payload: this.#payload(sizeBytes),
    });
    this.#ticks += BigInt(durationTicks);
    if (durationTicks === 0) throw new CmafError('fragment-malformed', 'a sample of no duration');
  }

  #payload(sizeBytes: number): Uint8Array {
    const { mdat } = this.#context;
    const endBytes = this.#atBytes + sizeBytes;
    if (sizeBytes === 0 || this.#atBytes < 0 || endBytes > mdat.length) {
      throw new CmafError('fragment-malformed', `a sample of ${sizeBytes} bytes at ${this.#atBytes} of ${mdat.length}`);
    }
    const payload = mdat.subarray(this.#atBytes, endBytes);
    this.#atBytes = endBytes;
    return payload;
  }
}
