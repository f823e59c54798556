import type { Rendition } from '@sluice/contracts';
import { type Box, box } from './box.ts';
import { writeBoxes } from './box-writer.ts';
import { avc1 } from './boxes/avc1.ts';
import { dinf } from './boxes/dinf.ts';
import { ftyp } from './boxes/ftyp.ts';
import { hdlr } from './boxes/hdlr.ts';
import { mdhd } from './boxes/mdhd.ts';
import { mp4a } from './boxes/mp4a.ts';
import { mvex } from './boxes/mvex.ts';
import { mvhd } from './boxes/mvhd.ts';
import { smhd } from './boxes/smhd.ts';
import { stbl } from './boxes/stbl.ts';
import { tkhd } from './boxes/tkhd.ts';
import { TRACK_ID } from './boxes/track-id.ts';
import { vmhd } from './boxes/vmhd.ts';
import { PackageError } from './package-error.ts';

/**
 * The init segment of a rendition (rfc8216bis §3.1.2, ISO/IEC 23000-19 §7.3.1). There is no edit list: the first video
 * frame is shown at tick 0, and the encoder leaves AAC's run-up out.
 */
export function initSegment(rendition: Rendition, configuration: Uint8Array): Uint8Array {
  const { kind, timescaleHz } = rendition;
  const mediaHeader = kind === 'video' ? vmhd() : smhd();
  const minf = box('minf', mediaHeader, dinf(), stbl(sampleEntry(rendition, configuration)));
  const mdia = box('mdia', mdhd(timescaleHz), hdlr(kind), minf);
  const trackId = TRACK_ID[kind];
  const trak = box('trak', tkhd(trackId, kind === 'video' ? rendition : undefined), mdia);
  return writeBoxes([ftyp(), box('moov', mvhd({ timescaleHz, trackId }), trak, mvex(trackId))]);
}

function sampleEntry(rendition: Rendition, configuration: Uint8Array): Box {
  const { codecs, id } = rendition;
  if (rendition.kind === 'video' && codecs.startsWith('avc1.')) return avc1({ ...rendition, configuration });
  if (rendition.kind === 'audio' && codecs.startsWith('mp4a.40.')) return mp4a({ ...rendition, configuration });
  throw new PackageError('codec-unsupported', `${id} is ${codecs}`);
}
