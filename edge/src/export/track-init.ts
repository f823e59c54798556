import { AAC_FRAME_SAMPLES } from '@sluice/contracts';
import { type Box, readBoxes, theBox, u32At } from '../mux/box.ts';
import { MuxError } from '../mux/mux-error.ts';
import { readAacConfig } from './aac-config.ts';
import { silentAacFrame } from './aac-silence.ts';
import { avcParameterSets } from './avc-parameter-sets.ts';
import { ExportError } from './export-error.ts';
import type { TrackKind } from './export-steps.ts';

/** What `trex` says of samples of which their fragment says nothing (ISO/IEC 14496-12 §8.8.3). */
export interface SampleDefaults {
  readonly durationTicks: number;
  readonly sizeBytes: number;
  readonly flags: number;
}

/** A frame without sound, to be put where there is none. */
export interface Silence {
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly frameTicks: number;
}

/** What an export takes out of an init segment of one track. Boxes are whole, header and all. */
export interface TrackInit {
  readonly trackId: number;
  readonly timescaleHz: number;
  /** Three letters of five bits (ISO/IEC 14496-12 §8.4.2). */
  readonly language: number;
  /** As the track header has them, 16.16 bits. */
  readonly widthFixed: number;
  readonly heightFixed: number;
  readonly hdlr: Uint8Array;
  readonly mediaHeader: Uint8Array;
  readonly dinf: Uint8Array;
  readonly sampleEntry: Uint8Array;
  readonly defaults: SampleDefaults;
  /** Its edit list begins there: what of the media's time is before the presentation's. */
  readonly mediaTimeTicks: number;
  /** Of H.264: what is in its sample entry, as it would stand in a sample. Empty for anything else. */
  readonly parameterSets: Uint8Array<ArrayBuffer>;
  /** Of sound. */
  readonly silence: Silence | undefined;
}

const KINDS = {
  video: { handler: 'vide', mediaHeader: 'vmhd' },
  audio: { handler: 'soun', mediaHeader: 'smhd' },
} as const;
/** Of a VisualSampleEntry, before the boxes in it (ISO/IEC 14496-12 §12.1.3). */
const PICTURE_ENTRY_BYTES = 78;
/** Version, flags and a count, before the entries of `stsd` and `elst`. */
const LIST_HEAD_BYTES = 8;

/** Reads an init segment of a picture or of sound. Throws ExportError where it is not one that an export can go by. */
export function readTrackInit(init: Uint8Array, kind: TrackKind): TrackInit {
  try {
    return readMoov(theBox(init, 'moov').body, kind);
  } catch (cause) {
    if (!(cause instanceof MuxError)) throw cause;
    throw new ExportError('init-unsupported', cause.message, { cause });
  }
}

function readMoov(moov: Uint8Array, kind: TrackKind): TrackInit {
  const trak = theBox(moov, 'trak').body;
  const mdia = theBox(trak, 'mdia').body;
  const minf = theBox(mdia, 'minf').body;
  const hdlr = theBox(mdia, 'hdlr');
  const { handler, mediaHeader } = KINDS[kind];
  if (characters(hdlr.body.subarray(8, 12)) !== handler) throw unsupported(`it is not of ${kind}`);
  const [entry, second] = readBoxes(theBox(theBox(minf, 'stbl').body, 'stsd').body.subarray(LIST_HEAD_BYTES));
  if (entry === undefined || second !== undefined) throw unsupported('there is not exactly one sample entry');
  const { timescaleHz, language } = readMdhd(theBox(mdia, 'mdhd'));
  return {
    ...readTkhd(theBox(trak, 'tkhd')),
    timescaleHz,
    language,
    hdlr: hdlr.bytes,
    mediaHeader: theBox(minf, mediaHeader).bytes,
    dinf: theBox(minf, 'dinf').bytes,
    sampleEntry: entry.bytes,
    defaults: readTrex(theBox(theBox(moov, 'mvex').body, 'trex')),
    mediaTimeTicks: readMediaTime(trak),
    parameterSets: parameterSetsOf(entry),
    silence: kind === 'audio' ? silenceOf(entry, timescaleHz) : undefined,
  };
}

/** ISO/IEC 14496-12 §8.3.2: the sizes are its last fields in both versions. */
function readTkhd({ body }: Box): Pick<TrackInit, 'trackId' | 'widthFixed' | 'heightFixed'> {
  return {
    trackId: u32At(body, body[0] === 1 ? 20 : 12),
    widthFixed: u32At(body, body.length - 8),
    heightFixed: u32At(body, body.length - 4),
  };
}

/** ISO/IEC 14496-12 §8.4.2. */
function readMdhd({ body }: Box): Pick<TrackInit, 'timescaleHz' | 'language'> {
  const timescaleHz = u32At(body, body[0] === 1 ? 20 : 12);
  if (timescaleHz === 0) throw unsupported('its clock stands');
  return { timescaleHz, language: u32At(body, body.length - 4) >>> 16 };
}

/** ISO/IEC 14496-12 §8.8.3. */
function readTrex({ body }: Box): SampleDefaults {
  return { durationTicks: u32At(body, 12), sizeBytes: u32At(body, 16), flags: u32At(body, 20) };
}

/** The first edit that is not empty (ISO/IEC 14496-12 §8.6.6); 0 where there is no list. */
function readMediaTime(trak: Uint8Array): number {
  const edts = readBoxes(trak).find(({ type }) => type === 'edts');
  if (edts === undefined) return 0;
  const { body } = theBox(edts.body, 'elst');
  const [entryBytes, timeAt] = body[0] === 1 ? [20, 12] : [12, 4];
  for (let at = LIST_HEAD_BYTES; at < body.length; at += entryBytes) {
    // The upper half of a time of 64 bits is all ones in an empty edit, and 0 in any other that there could be.
    if (u32At(body, at + timeAt - (body[0] === 1 ? 4 : 0)) !== 0xffff_ffff) return u32At(body, at + timeAt);
  }
  return 0;
}

function parameterSetsOf({ type, body }: Box): Uint8Array<ArrayBuffer> {
  if (type !== 'avc1') return new Uint8Array(0);
  return avcParameterSets(theBox(body.subarray(PICTURE_ENTRY_BYTES), 'avcC').body);
}

function silenceOf({ type, body }: Box, timescaleHz: number): Silence {
  if (type !== 'mp4a') throw unsupported(`sound is ${type}`);
  const config = readAacConfig(body);
  if (config.sampleRateHz !== timescaleHz)
    throw unsupported(`its clock is not its sample rate, ${config.sampleRateHz}`);
  return { frame: silentAacFrame(config), frameTicks: AAC_FRAME_SAMPLES };
}

function characters(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function unsupported(detail: string): ExportError {
  return new ExportError('init-unsupported', detail);
}
