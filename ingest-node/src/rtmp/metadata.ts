import type { SourceMetadata } from '../media/source.ts';
import { type AmfValue, amfMembers } from './amf-value.ts';
import { writeAmf0 } from './amf0-writer.ts';
import type { RtmpData } from './command.ts';

/** Longer is no encoder's name. */
const ENCODER_CHARACTERS_MAX = 128;
/** Above any of them it is a mistake, and a hint that is wrong is worse than none. */
const SIZE_PX_MAX = 16_384;
const FRAME_RATE_MAX = 1_000;
const BITRATE_KBPS_MAX = 1_000_000;

/** `onMetaData`, sent as it is or behind `@setDataFrame`; `undefined` for any other data message. */
export function readMetadata(data: RtmpData): SourceMetadata | undefined {
  const [name, value] = data.name === '@setDataFrame' ? data.args : [data.name, data.args[0]];
  const members = name === 'onMetaData' ? amfMembers(value) : undefined;
  if (members === undefined) return undefined;
  const widthPx = positive(members.get('width'), SIZE_PX_MAX);
  const heightPx = positive(members.get('height'), SIZE_PX_MAX);
  const frameRate = positive(members.get('framerate'), FRAME_RATE_MAX);
  const videoKbps = positive(members.get('videodatarate'), BITRATE_KBPS_MAX);
  const audioKbps = positive(members.get('audiodatarate'), BITRATE_KBPS_MAX);
  const encoder = readEncoder(members.get('encoder'));
  return {
    kind: 'metadata',
    ...(widthPx !== undefined && { widthPx: Math.round(widthPx) }),
    ...(heightPx !== undefined && { heightPx: Math.round(heightPx) }),
    ...(frameRate !== undefined && { frameRate }),
    ...(videoKbps !== undefined && { videoBitrateBps: Math.round(videoKbps * 1_000) }),
    ...(audioKbps !== undefined && { audioBitrateBps: Math.round(audioKbps * 1_000) }),
    ...(encoder !== undefined && { encoder }),
  };
}

/** `onMetaData` for a player: what the publisher said of itself, and by which numbers FLV knows its codecs. */
export function writeMetadata(
  source: SourceMetadata | undefined,
  codecIds: { readonly video: number | undefined; readonly audio: number | undefined },
): Uint8Array {
  const members: Readonly<Record<string, AmfValue>> = {
    width: source?.widthPx,
    height: source?.heightPx,
    framerate: source?.frameRate,
    videodatarate: kilobits(source?.videoBitrateBps),
    audiodatarate: kilobits(source?.audioBitrateBps),
    encoder: source?.encoder,
    videocodecid: codecIds.video,
    audiocodecid: codecIds.audio,
  };
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return writeAmf0('onMetaData', { kind: 'ecma-array', members: new Map(known) });
}

function kilobits(bitrateBps: number | undefined): number | undefined {
  return bitrateBps === undefined ? undefined : bitrateBps / 1_000;
}

function positive(value: AmfValue, max: number): number | undefined {
  return typeof value === 'number' && value > 0 && value <= max ? value : undefined;
}

function readEncoder(value: AmfValue): string | undefined {
  // Control characters would let a publisher write lines of its own into a log.
  return typeof value === 'string' && value !== ''
    ? value.replace(/\p{Cc}/gu, ' ').slice(0, ENCODER_CHARACTERS_MAX)
    : undefined;
}
