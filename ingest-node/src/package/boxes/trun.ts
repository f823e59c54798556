import { type Box, fullBox, i32, u32 } from '../box.ts';
import { sampleFlags } from './sample-flags.ts';

/** ISO/IEC 14496-12 §8.8.8. */
const HAS_DATA_OFFSET = 0x1;
const HAS_FIRST_FLAGS = 0x4;
const HAS_SIZES = 0x200;
const HAS_FLAGS = 0x400;

export interface RunSample {
  readonly sizeBytes: number;
  readonly isSync: boolean;
}

export interface TrackRun {
  readonly samples: readonly RunSample[];
  /** From the moof's first byte to the first sample's. */
  readonly dataOffsetBytes: number;
  /** What tfhd says of samples of which nothing is said here. */
  readonly isSyncByDefault: boolean;
}

/** Track run, version 1 (ISO/IEC 23000-19 §9.2.1), without composition offsets: the first presentation time is tfdt. */
export function trun({ samples, dataOffsetBytes, isSyncByDefault }: TrackRun): Box {
  const [first, ...others] = samples;
  const isAsDefault = (sample: RunSample) => sample.isSync === isSyncByDefault;
  const needsAllFlags = !others.every(isAsDefault);
  const needsFirstFlags = !needsAllFlags && first !== undefined && !isAsDefault(first);
  const flags = HAS_DATA_OFFSET | HAS_SIZES | (needsAllFlags ? HAS_FLAGS : 0) | (needsFirstFlags ? HAS_FIRST_FLAGS : 0);
  return fullBox(
    'trun',
    { version: 1, flags },
    u32(samples.length),
    i32(dataOffsetBytes),
    ...(needsFirstFlags && first !== undefined ? [u32(sampleFlags(first.isSync))] : []),
    ...samples.flatMap(({ sizeBytes, isSync }) =>
      needsAllFlags ? [u32(sizeBytes), u32(sampleFlags(isSync))] : [u32(sizeBytes)],
    ),
  );
}
