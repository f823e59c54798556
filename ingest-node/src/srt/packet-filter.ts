import { swapWords } from './extension-words.ts';
import { SrtError } from './srt-error.ts';

/**
 * libsrt, docs/features/packet-filtering-and-fec.md: the only filter that it brings is `fec`, whose matrix the receiver
 * keeps in memory, some 3 kB for each column and row. A caller may ask for millions; SMPTE 2022-5 has at most 1,020,
 * and what people set is about ten.
 */
const SIDE_MAX = 256;
/** `-2` rows and fewer: columns only. */
const SIDE = /^-?\d{1,3}$/;

/** Throws SrtError for a filter that a receiver should not be asked for. `content` is that of an extension. */
export function checkPacketFilter(content: Uint8Array): void {
  const [name, ...fields] = Buffer.from(swapWords(content)).toString('latin1').replace(/\0+$/, '').split(',');
  if (name !== 'fec') throw new SrtError('filter-above-limit', 'no filter that there is');
  for (const field of fields) {
    const [key = '', value = ''] = field.split(':', 2).map((word) => word.trim());
    const isSide = key === 'cols' || key === 'rows';
    if (isSide && !(SIDE.test(value) && Math.abs(Number(value)) <= SIDE_MAX)) {
      throw new SrtError('filter-above-limit', `${key} beyond ${SIDE_MAX}`);
    }
  }
}
