import { AUDIO_SAMPLE_RATE_HZ } from '@sluice/contracts';
import type { EncodedPictureTrack, EncodedSoundTrack, EncodedTrack } from '../media/encoded-track.ts';
import { readAacShape } from '../rtmp/audio-config.ts';
import { AvcError, avcConfiguration } from '../transcode/avc.ts';
import { BoxFields, childBody, childBoxes, type WholeBox } from './box-fields.ts';
import { CmafError } from './cmaf-error.ts';
import { readElementaryStream } from './elementary-stream.ts';
import { printable } from './printable.ts';
import { divided, TrackClock } from './track-clock.ts';

/** What fragments leave out (ISO/IEC 14496-12 §8.8.3). */
export interface SampleDefaults {
  readonly durationTicks: number;
  readonly sizeBytes: number;
}

/** What an init segment says of its one track (ISO/IEC 23000-19 §7.3.1). */
export interface TrackInit {
  /** Its times are told by `clock`. */
  readonly track: EncodedTrack;
  readonly clock: TrackClock;
  /** From a sample's composition time to when it is shown, in its own ticks: what an edit list says (§8.6.6). */
  readonly shiftOwnTicks: bigint;
  readonly defaults: SampleDefaults;
}

/** ISO/IEC 14496-12 §12.1.3, §12.2.3: the fields of a sample entry before the boxes in it. */
const VISUAL_SIZE_AT = 24;
const VISUAL_REST_BYTES = 50;
const AUDIO_FIELDS_BYTES = 28;
/** ISO/IEC 14496-3 §1.5.1.1. */
const AAC_LC = 2;
const PIXELS_MAX = 16_384;
const TIMESCALE_HZ_MAX = 10_000_000;
/** Elementary streams of H.264, with the parameter sets in the init segment, or with them in the samples as well. */
const AVC_ENTRIES: readonly string[] = ['avc1', 'avc3'];

/** Reads a `moov`. Throws CmafError: `codec-unsupported` for what is right and not for us. */
export function readTrackInit(moov: Uint8Array): TrackInit {
  const boxes = childBoxes(moov);
  const [trak, second] = boxes.filter(({ type }) => type === 'trak');
  if (trak === undefined) throw new CmafError('init-malformed', 'no track');
  // ISO/IEC 23000-19 §7.3.1: one track a file.
  if (second !== undefined) throw new CmafError('tracks-above-one', 'a file has one track');
  const track = childBoxes(trak.body);
  const media = childBoxes(needed(track, 'mdia'));
  const timescaleHz = readTimescale(needed(media, 'mdhd'));
  const movieTimescaleHz = readTimescale(needed(boxes, 'mvhd'));
  const edits = childBody(track, 'edts');
  const clock = new TrackClock(timescaleHz);
  return {
    track: { ...readSampleEntry(media), timescaleHz: clock.timescaleHz },
    clock,
    shiftOwnTicks: edits === undefined ? 0n : readShift(childBoxes(edits), { timescaleHz, movieTimescaleHz }),
    defaults: readDefaults(childBody(boxes, 'mvex')),
  };
}

function needed(boxes: readonly WholeBox[], type: string): Uint8Array {
  const body = childBody(boxes, type);
  if (body === undefined) throw new CmafError('init-malformed', `no ${type}`);
  return body;
}

/** Of `mvhd` and `mdhd`: dates come before it (§8.2.2, §8.4.2). */
function readTimescale(body: Uint8Array): number {
  const fields = new BoxFields(body);
  const { version } = fields.versionAndFlags();
  fields.skip(version === 0 ? 8 : 16);
  const timescaleHz = fields.u32();
  if (timescaleHz === 0 || timescaleHz > TIMESCALE_HZ_MAX) throw new CmafError('init-malformed', 'a timescale');
  return timescaleHz;
}

/** Empty edits come first and delay the track; the first other one says which of its media begins (§8.6.6). */
function readShift(
  edits: readonly WholeBox[],
  { timescaleHz, movieTimescaleHz }: { readonly timescaleHz: number; readonly movieTimescaleHz: number },
): bigint {
  const list = childBody(edits, 'elst');
  if (list === undefined) return 0n;
  const fields = new BoxFields(list);
  const { version } = fields.versionAndFlags();
  let delay = 0n;
  for (let left = fields.u32(); left > 0; left -= 1) {
    const duration = fields.time(version);
    const mediaTime = fields.signedTime(version);
    fields.skip(4);
    if (mediaTime >= 0n) return divided(delay * BigInt(timescaleHz), BigInt(movieTimescaleHz)) - mediaTime;
    delay += duration;
  }
  return 0n;
}

function readDefaults(mvex: Uint8Array | undefined): SampleDefaults {
  const trex = mvex && childBody(childBoxes(mvex), 'trex');
  if (trex === undefined) return { durationTicks: 0, sizeBytes: 0 };
  const fields = new BoxFields(trex);
  fields.skip(4 + 4 + 4);
  return { durationTicks: fields.u32(), sizeBytes: fields.u32() };
}

type OfEntry<T> = Omit<T, 'timescaleHz'>;

function readSampleEntry(media: readonly WholeBox[]): OfEntry<EncodedPictureTrack> | OfEntry<EncodedSoundTrack> {
  const table = childBoxes(needed(childBoxes(needed(media, 'minf')), 'stbl'));
  const fields = new BoxFields(needed(table, 'stsd'));
  fields.skip(4 + 4);
  const [entry] = childBoxes(fields.rest());
  if (entry === undefined) throw new CmafError('init-malformed', 'no sample entry');
  if (AVC_ENTRIES.includes(entry.type)) return readAvc(entry.body);
  if (entry.type === 'mp4a') return readAac(entry.body);
  throw new CmafError('codec-unsupported', `a track of ${printable(entry.type)}`);
}

function readAvc(body: Uint8Array): OfEntry<EncodedPictureTrack> {
  const fields = new BoxFields(body);
  fields.skip(VISUAL_SIZE_AT);
  const widthPx = fields.u16();
  const heightPx = fields.u16();
  if (widthPx === 0 || heightPx === 0 || widthPx > PIXELS_MAX || heightPx > PIXELS_MAX) {
    throw new CmafError('init-malformed', `a picture of ${widthPx}x${heightPx}`);
  }
  fields.skip(VISUAL_REST_BYTES);
  const boxes = childBoxes(fields.rest());
  const configuration = readAvcConfiguration(needed(boxes, 'avcC'));
  return { kind: 'video', widthPx, heightPx, configuration, bitrateBps: readBitrate(boxes) };
}

const CONFIGURATION_BYTES_MAX = 1_024;
/** ISO/IEC 14496-15 §5.3.3.1: lengthSizeMinusOne, and how many SPS and PPS follow. */
const LENGTH_SIZE_AT = 4;
const SPS_COUNT_AT = 5;

function readAvcConfiguration(record: Uint8Array): Uint8Array {
  if (record.length > CONFIGURATION_BYTES_MAX) throw new CmafError('init-malformed', `${record.length} bytes in avcC`);
  const configuration = checkedAvc(record);
  if (((configuration[LENGTH_SIZE_AT] ?? 0) & 3) !== 3) {
    throw new CmafError('codec-unsupported', 'H.264 whose lengths are not of four bytes');
  }
  // An init segment of ours has to say everything: it is what viewers begin with.
  if (((configuration[SPS_COUNT_AT] ?? 0) & 0x1f) === 0) {
    throw new CmafError('codec-unsupported', 'H.264 without its parameter sets in the init segment');
  }
  return configuration;
}

function checkedAvc(record: Uint8Array): Uint8Array {
  try {
    return avcConfiguration(record);
  } catch (cause) {
    if (cause instanceof AvcError) throw new CmafError('init-malformed', cause.message, { cause });
    throw cause;
  }
}

function readAac(body: Uint8Array): OfEntry<EncodedSoundTrack> {
  const fields = new BoxFields(body);
  fields.skip(AUDIO_FIELDS_BYTES);
  const boxes = childBoxes(fields.rest());
  const { configuration, averageBps, peakBps } = readElementaryStream(needed(boxes, 'esds'));
  const { sampleRateHz, channelCount } = readAacShape(configuration);
  const isLowComplexity = (configuration[0] ?? 0) >> 3 === AAC_LC;
  if (!isLowComplexity || sampleRateHz !== AUDIO_SAMPLE_RATE_HZ || channelCount === 0) {
    throw new CmafError('codec-unsupported', 'sound that is not AAC-LC of 48 kHz');
  }
  const bitrateBps = averageBps || peakBps || readBitrate(boxes);
  return { kind: 'audio', configuration, channelCount, bitrateBps };
}

/** `btrt` (§8.5.2.2): the peak, or the average where that is all. */
function readBitrate(boxes: readonly WholeBox[]): number {
  const body = childBody(boxes, 'btrt');
  if (body === undefined) return 0;
  const fields = new BoxFields(body);
  fields.skip(4);
  return Math.max(fields.u32(), fields.u32());
}
