import { box, bytes, sizeBytes } from './box.ts';
import { writeBoxes } from './box-writer.ts';
import { mfhd } from './boxes/mfhd.ts';
import { prft } from './boxes/prft.ts';
import { tfdt } from './boxes/tfdt.ts';
import { tfhd } from './boxes/tfhd.ts';
import { trun } from './boxes/trun.ts';

const MDAT_HEADER_BYTES = 8;

export interface Sample {
  readonly isSync: boolean;
  readonly payload: Uint8Array;
}

export interface Fragment {
  readonly trackId: number;
  readonly sequenceNumber: number;
  readonly startTicks: number;
  readonly sampleDurationTicks: number;
  readonly samples: readonly Sample[];
  /** What samples mostly are: sync for sound, not for pictures. */
  readonly isSyncByDefault: boolean;
  /** Now: the bytes leave with the return. */
  readonly finishedAtMs: number;
}

/**
 * One CMAF chunk, `prft moof mdat` (ISO/IEC 23000-19 §7.3.2.3): one traf, one trun, and an mdat that its samples fill.
 * No `styp`: its brands would be the init segment's own, and a segment made of parts would repeat it.
 */
export function fragment(content: Fragment): Uint8Array {
  const { trackId, startTicks, samples, finishedAtMs } = content;
  // The offset's own value does not change the size that it is made of.
  const moofBytes = sizeBytes(moof(content, 0));
  return writeBoxes([
    prft({ trackId, finishedAtMs, mediaTicks: startTicks }),
    moof(content, moofBytes + MDAT_HEADER_BYTES),
    box('mdat', ...samples.map(({ payload }) => bytes(payload))),
  ]);
}

function moof(content: Fragment, dataOffsetBytes: number) {
  const { trackId, sequenceNumber, startTicks, sampleDurationTicks, isSyncByDefault } = content;
  const samples = content.samples.map(({ isSync, payload }) => ({ isSync, sizeBytes: payload.length }));
  const header = tfhd({ trackId, sampleDurationTicks, isSync: isSyncByDefault });
  const run = trun({ samples, dataOffsetBytes, isSyncByDefault });
  return box('moof', mfhd(sequenceNumber), box('traf', header, tfdt(startTicks), run));
}
