import { u32s } from '../export/box-pieces.ts';
import { writeBox } from '../mux/box.ts';
import { joinedBytes } from './test-publisher.ts';

/** A sample of a fragment that a test writes. */
export interface TestSample {
  readonly durationTicks: number;
  readonly isSync: boolean;
  readonly compositionTicks: number;
  readonly bytes: Uint8Array;
}

export interface TestFragment {
  readonly trackId: number;
  readonly startTicks: number;
  readonly samples: readonly TestSample[];
  /**
   * How much is said of each sample: as our packager does (durations and flags once, sizes of each), or everything of
   * each; and in one run, or in two of which the second does not say where it begins.
   */
  readonly style: 'ours' | 'each' | 'two-runs';
}

const SYNC = 0x0200_0000;
const NON_SYNC = 0x0101_0000;
/** Not a segment's, and nothing that a reader has to know. */
const PRFT = writeBox('prft', new Uint8Array(24));

/** `prft moof mdat`, by ISO/IEC 14496-12 §8.8 and not by what reads it. */
export function testFragment(fragment: TestFragment): Uint8Array<ArrayBuffer> {
  const media = writeBox('mdat', ...fragment.samples.map(({ bytes }) => bytes));
  // The offset's own value does not change the size that it is made of.
  const moofBytes = moof(fragment, 0).length;
  return joinedBytes(PRFT, moof(fragment, moofBytes + 8), media);
}

function moof(fragment: TestFragment, dataOffsetBytes: number): Uint8Array {
  const { trackId, startTicks, samples, style } = fragment;
  const durationTicks = samples[0]?.durationTicks ?? 0;
  const tfhd =
    style === 'ours'
      ? writeBox('tfhd', u32s(0x02_0028, trackId, durationTicks, NON_SYNC))
      : writeBox('tfhd', u32s(0x02_0000, trackId));
  const tfdt = writeBox('tfdt', u32s(0x0100_0000, Math.floor(startTicks / 2 ** 32), startTicks % 2 ** 32));
  return writeBox(
    'moof',
    writeBox('mfhd', u32s(0, 1)),
    writeBox('traf', tfhd, tfdt, ...runs(samples, style, dataOffsetBytes)),
  );
}

function runs(samples: readonly TestSample[], style: TestFragment['style'], dataOffsetBytes: number): Uint8Array[] {
  if (style === 'ours') {
    const each = samples.flatMap(({ bytes, isSync }) => [bytes.length, isSync ? SYNC : NON_SYNC]);
    return [writeBox('trun', u32s(0x0100_0601, samples.length, dataOffsetBytes, ...each))];
  }
  const half = style === 'each' ? samples.length : Math.ceil(samples.length / 2);
  const [first, second] = [samples.slice(0, half), samples.slice(half)];
  const trun = (flags: number, own: readonly TestSample[], ...head: number[]) =>
    writeBox('trun', u32s(0x0100_0000 + flags, own.length, ...head, ...own.flatMap(everything)));
  return second.length === 0
    ? [trun(0xf01, first, dataOffsetBytes)]
    : [trun(0xf01, first, dataOffsetBytes), trun(0xf00, second)];
}

function everything({ durationTicks, bytes, isSync, compositionTicks }: TestSample): number[] {
  return [durationTicks, bytes.length, isSync ? SYNC : NON_SYNC, compositionTicks];
}
