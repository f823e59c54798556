import { type Box, theBox, u32At, writeBox } from './box.ts';
import { MuxError } from './mux-error.ts';

/** Of the `ftyp`: one track a file (ISO/IEC 23000-19 §7.3.2). A file with two is none. */
const CMAF_BRANDS: readonly string[] = ['cmfc', 'cmf2', 'cmfs', 'cmff', 'cmfl'];
/** Major brand and minor version (ISO/IEC 14496-12 §4.3). */
const FTYP_HEAD_BYTES = 8;
/** `mvhd` in its shorter version; next_track_ID is its last field in both (ISO/IEC 14496-12 §8.2.2). */
const MVHD_BYTES_MIN = 100;
const NEXT_TRACK_ID_BYTES = 4;

/** What a muxed init segment takes out of that of one track. */
interface Track {
  readonly trackId: number;
  readonly trak: Box;
  readonly trex: Box;
}

/**
 * The init segment of a picture and a sound (rfc8216bis §3.1.2) out of those of each: both `trak`, the picture's first,
 * and both `trex`. A part of each, one after the other, is a part under it, since their `tfhd` name different tracks.
 * Throws MuxError.
 */
export function muxedInit(video: Uint8Array, audio: Uint8Array): Uint8Array<ArrayBuffer> {
  const videoMoov = theBox(video, 'moov').body;
  const picture = readTrack(videoMoov, 'vide');
  const sound = readTrack(theBox(audio, 'moov').body, 'soun');
  if (picture.trackId === sound.trackId) throw new MuxError('track-id-shared', `both are track ${picture.trackId}`);
  const nextTrackId = Math.max(picture.trackId, sound.trackId) + 1;
  const ftyp = writeFtyp(theBox(video, 'ftyp'));
  const moov = writeBox(
    'moov',
    writeMvhd(theBox(videoMoov, 'mvhd'), nextTrackId),
    picture.trak.bytes,
    sound.trak.bytes,
    writeBox('mvex', picture.trex.bytes, sound.trex.bytes),
  );
  const bytes = new Uint8Array(ftyp.length + moov.length);
  bytes.set(ftyp);
  bytes.set(moov, ftyp.length);
  return bytes;
}

function readTrack(moov: Uint8Array, handlerType: 'vide' | 'soun'): Track {
  const trak = theBox(moov, 'trak');
  const trex = theBox(theBox(moov, 'mvex').body, 'trex');
  const hdlr = theBox(theBox(trak.body, 'mdia').body, 'hdlr');
  const handler = fourCharactersAt(hdlr.body, 8);
  if (handler !== handlerType) throw new MuxError('track-unexpected', `${handler} instead of ${handlerType}`);
  const trackId = trackIdOf(theBox(trak.body, 'tkhd'));
  // ISO/IEC 14496-12 §8.8.3.
  if (u32At(trex.body, 4) !== trackId) throw new MuxError('track-unexpected', `trex is not of track ${trackId}`);
  return { trackId, trak, trex };
}

/** track_ID follows two dates, of 32 or 64 bits each (ISO/IEC 14496-12 §8.3.2). */
function trackIdOf({ body }: Box): number {
  return u32At(body, body[0] === 1 ? 20 : 12);
}

/** Without the brands of files with one track. */
function writeFtyp({ body }: Box): Uint8Array {
  const brands: Uint8Array[] = [];
  for (let at = FTYP_HEAD_BYTES; at < body.length; at += 4) {
    if (!CMAF_BRANDS.includes(fourCharactersAt(body, at))) brands.push(body.subarray(at, at + 4));
  }
  return writeBox('ftyp', body.subarray(0, FTYP_HEAD_BYTES), ...brands);
}

function writeMvhd({ body }: Box, nextTrackId: number): Uint8Array {
  if (body.length < MVHD_BYTES_MIN) throw new MuxError('box-malformed', `mvhd of ${body.length} bytes`);
  const changed = writeBox('mvhd', body);
  new DataView(changed.buffer).setUint32(changed.length - NEXT_TRACK_ID_BYTES, nextTrackId);
  return changed;
}

function fourCharactersAt(bytes: Uint8Array, offsetBytes: number): string {
  const code = u32At(bytes, offsetBytes);
  return String.fromCharCode(code >>> 24, (code >>> 16) & 0xff, (code >>> 8) & 0xff, code & 0xff);
}
