import { type Box, BoxError, readBoxes, theBox, viewOf } from './box-reader.ts';

/** What an init segment says of its one track. */
export interface InitView {
  readonly kind: 'video' | 'audio';
  readonly timescaleHz: number;
  readonly defaults: SampleDefaults;
}

interface SampleDefaults {
  readonly durationTicks: number;
  readonly sizeBytes: number;
  readonly flags: number;
}

export interface SampleView {
  readonly durationTicks: number;
  readonly isSync: boolean;
  readonly payload: Uint8Array;
}

/** One moof and its mdat. */
export interface FragmentView {
  readonly sequenceNumber: number;
  readonly startTicks: number;
  readonly durationTicks: number;
  readonly samples: readonly SampleView[];
  /** Of the prft box before the moof (ISO/IEC 14496-12 §8.16.5). */
  readonly producerTime?: { readonly wallMs: number; readonly mediaTicks: number; readonly flags: number };
}

/** From 1900 to 1970: NTP's epoch to Unix'. */
const NTP_TO_UNIX_S = 2_208_988_800;
/** tfhd: ISO/IEC 14496-12 §8.8.7. */
const TFHD = { baseDataOffset: 0x1, description: 0x2, duration: 0x8, size: 0x10, flags: 0x20, baseIsMoof: 0x20000 };
/** trun: ISO/IEC 14496-12 §8.8.8. */
const TRUN = { dataOffset: 0x1, firstFlags: 0x4, duration: 0x100, size: 0x200, flags: 0x400, compositionOffset: 0x800 };
/** sample_is_non_sync_sample: ISO/IEC 14496-12 §8.8.3.1. */
const IS_NON_SYNC = 0x10000;

/** Reads an init segment with one track. Throws BoxError. */
export function readInit(bytes: Uint8Array): InitView {
  const moov = theBox(viewOf(bytes), 'moov').body;
  const header = theBox(moov, 'trak', 'mdia', 'mdhd').body;
  const handler = theBox(moov, 'trak', 'mdia', 'hdlr').body.getUint32(8);
  const trex = theBox(moov, 'mvex', 'trex').body;
  return {
    kind: handler === 0x76696465 ? 'video' : 'audio',
    timescaleHz: header.getUint32(header.getUint8(0) === 1 ? 20 : 12),
    defaults: { durationTicks: trex.getUint32(12), sizeBytes: trex.getUint32(16), flags: trex.getUint32(20) },
  };
}

/** The fragments of a part or a segment. Throws BoxError when boxes are missing, spare or do not fit together. */
export function readFragments(bytes: Uint8Array, init: InitView): FragmentView[] {
  const fragments: FragmentView[] = [];
  let before: Box[] = [];
  const boxes = readBoxes(viewOf(bytes));
  for (const [index, box] of boxes.entries()) {
    if (box.type === 'moof') {
      const mdat = boxes[index + 1];
      if (mdat?.type !== 'mdat') throw new BoxError('a moof without its mdat');
      fragments.push(readFragment({ bytes, moof: box, mdat, prft: before.find(({ type }) => type === 'prft') }, init));
    }
    before = box.type === 'mdat' ? [] : [...before, box];
  }
  if (before.length > 0) throw new BoxError(`${before.map(({ type }) => type).join(', ')} after the last mdat`);
  return fragments;
}

interface FragmentBoxes {
  readonly bytes: Uint8Array;
  readonly moof: Box;
  readonly mdat: Box;
  readonly prft: Box | undefined;
}

function readFragment({ bytes, moof, mdat, prft }: FragmentBoxes, init: InitView): FragmentView {
  const decodeTime = theBox(moof.body, 'traf', 'tfdt').body;
  const startTicks = decodeTime.getUint8(0) === 1 ? Number(decodeTime.getBigUint64(4)) : decodeTime.getUint32(4);
  const trun = theBox(moof.body, 'traf', 'trun').body;
  const defaults = trackDefaults(theBox(moof.body, 'traf', 'tfhd').body, init.defaults);
  const { dataOffsetBytes, entries } = readRun(trun, defaults);
  let at = moof.offsetBytes + dataOffsetBytes;
  if (at !== mdat.offsetBytes + 8) throw new BoxError(`data-offset ${dataOffsetBytes} is not where the mdat begins`);
  const samples = entries.map(({ durationTicks, sizeBytes, flags }): SampleView => {
    const payload = bytes.subarray(at, at + sizeBytes);
    at += sizeBytes;
    return { durationTicks, isSync: (flags & IS_NON_SYNC) === 0, payload };
  });
  // CMAF §7.3.3.2: the samples fill the mdat exactly.
  if (at !== mdat.offsetBytes + mdat.sizeBytes) throw new BoxError(`samples end at ${at}, not with the mdat`);
  return {
    sequenceNumber: theBox(moof.body, 'mfhd').body.getUint32(4),
    startTicks,
    durationTicks: samples.reduce((sum, { durationTicks }) => sum + durationTicks, 0),
    samples,
    ...(prft && { producerTime: readProducerTime(prft.body) }),
  };
}

function trackDefaults(tfhd: DataView, defaults: SampleDefaults): SampleDefaults {
  const flags = tfhd.getUint32(0) & 0xffffff;
  if ((flags & TFHD.baseIsMoof) === 0 || (flags & TFHD.baseDataOffset) !== 0)
    throw new BoxError('base is not the moof');
  let at = 8 + ((flags & TFHD.description) === 0 ? 0 : 4);
  const next = (flag: number, otherwise: number) => {
    if ((flags & flag) === 0) return otherwise;
    at += 4;
    return tfhd.getUint32(at - 4);
  };
  return {
    durationTicks: next(TFHD.duration, defaults.durationTicks),
    sizeBytes: next(TFHD.size, defaults.sizeBytes),
    flags: next(TFHD.flags, defaults.flags),
  };
}

function readRun(trun: DataView, defaults: SampleDefaults) {
  const flags = trun.getUint32(0) & 0xffffff;
  if ((flags & TRUN.dataOffset) === 0) throw new BoxError('trun without a data offset');
  let at = 12;
  const next = (flag: number, otherwise: number) => {
    if ((flags & flag) === 0) return otherwise;
    at += 4;
    return trun.getUint32(at - 4);
  };
  const firstFlags = next(TRUN.firstFlags, defaults.flags);
  const entries = Array.from({ length: trun.getUint32(4) }, (_, index): SampleDefaults => {
    const durationTicks = next(TRUN.duration, defaults.durationTicks);
    const sizeBytes = next(TRUN.size, defaults.sizeBytes);
    const sampleFlags = next(TRUN.flags, index === 0 ? firstFlags : defaults.flags);
    next(TRUN.compositionOffset, 0);
    return { durationTicks, sizeBytes, flags: sampleFlags };
  });
  return { dataOffsetBytes: trun.getInt32(8), entries };
}

function readProducerTime(prft: DataView) {
  const seconds = prft.getUint32(8) - NTP_TO_UNIX_S;
  const mediaTicks = prft.getUint8(0) === 1 ? Number(prft.getBigUint64(16)) : prft.getUint32(16);
  return {
    wallMs: seconds * 1_000 + (prft.getUint32(12) / 2 ** 32) * 1_000,
    mediaTicks,
    flags: prft.getUint32(0) & 0xffffff,
  };
}
