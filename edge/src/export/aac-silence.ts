import type { AacConfig } from './aac-config.ts';
import { BitWriter } from './bit-writer.ts';

/** Syntactic elements of a raw_data_block (ISO/IEC 14496-3 Table 4.85). */
const ELEMENT = { single: 0, pair: 1, lfe: 3, end: 7 } as const;
type Element = 'single' | 'pair' | 'lfe';

/** The elements of each channelConfiguration (ISO/IEC 14496-3 Table 1.19). */
const ELEMENTS: readonly (readonly Element[])[] = [
  [],
  ['single'],
  ['pair'],
  ['single', 'pair'],
  ['single', 'pair', 'single'],
  ['single', 'pair', 'pair'],
  ['single', 'pair', 'pair', 'lfe'],
  ['single', 'pair', 'pair', 'pair', 'lfe'],
];

/** An AAC frame in which every channel is silent: one long window, and no band of it has anything (§4.4.2). */
export function silentAacFrame({ channels }: AacConfig): Uint8Array<ArrayBuffer> {
  const bits = new BitWriter();
  const tags = { single: 0, pair: 0, lfe: 0 };
  for (const element of ELEMENTS[channels] ?? []) {
    bits.put(ELEMENT[element], 3).put(tags[element], 4);
    tags[element] += 1;
    if (element === 'pair') {
      // common_window, and after what is common ms_mask_present.
      putIcsInfo(bits.put(1, 1)).put(0, 2);
      putEmptyChannel(bits);
      putEmptyChannel(bits);
    } else putEmptyChannel(bits, putIcsInfo);
  }
  return bits.put(ELEMENT.end, 3).finish();
}

/** ics_info: a reserved bit, ONLY_LONG_SEQUENCE, the sine window, max_sfb 0, no prediction (Table 4.6). */
function putIcsInfo(bits: BitWriter): BitWriter {
  return bits.put(0, 1).put(0, 2).put(0, 1).put(0, 6).put(0, 1);
}

/** individual_channel_stream: a gain, its own ics_info if there is no common one, no pulse, TNS or gain control (Table 4.50). */
function putEmptyChannel(bits: BitWriter, putInfo: (bits: BitWriter) => BitWriter = (same) => same): void {
  putInfo(bits.put(0, 8)).put(0, 3);
}
