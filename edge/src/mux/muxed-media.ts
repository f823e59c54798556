import type { BroadcastId, ChannelId, MediaFile, RenditionId } from '@sluice/contracts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import { log } from '../log.ts';
import { rangeWithin } from '../media/byte-range.ts';
import { type MediaBytes, type MediaWish, WHOLE } from '../media/media-bytes.ts';
import type { MediaAddress } from '../media/media-source.ts';
import { type ReadFile, readJoined } from './joined-media.ts';
import { MuxError } from './mux-error.ts';
import { type MuxedFile, muxedFileName } from './muxed-file.ts';
import { type MuxedTracks, muxedId } from './muxed-id.ts';
import { muxedInit } from './muxed-init.ts';

/** Ours have seven hundred bytes. What is longer is no init segment. */
const INIT_BYTES_MAX = 64 * 1024;

export interface MuxedAddress {
  readonly channelId: ChannelId;
  readonly broadcastId: BroadcastId;
  readonly tracks: MuxedTracks;
  readonly file: MuxedFile;
}

/** Reads a file of one track: waits for it where it is hinted, puts it together where it is in parts. */
export type ReadTrack = (address: MediaAddress, wish: MediaWish) => Promise<MediaBytes | Refused>;

/** Where it would lie in the bucket, were it an object: what entity tags are made of. */
export function muxedKey({ channelId, broadcastId, tracks, file }: MuxedAddress): string {
  return `${channelId}/${broadcastId}/${muxedId(tracks)}/${muxedFileName(file)}`;
}

/**
 * A muxed rendition's file out of those of its tracks, as they are stored. A part is the picture's and then the sound's;
 * a segment likewise, so the samples of its parts in another order (rfc8216bis §3.2). An init segment has both tracks.
 */
export async function readMuxed(
  readTrack: ReadTrack,
  { channelId, broadcastId, tracks, file }: MuxedAddress,
  wish: MediaWish,
): Promise<MediaBytes | Refused> {
  const reader = (renditionId: RenditionId, ownFile: MediaFile): ReadFile => {
    const address = { place: { channelId, broadcastId, renditionId }, file: ownFile };
    return (ownWish) => readTrack(address, ownWish);
  };
  const { videoId, audioId } = tracks;
  if (file.kind !== 'init') return readJoined([reader(videoId, file), reader(audioId, file)], wish);
  const [video, audio] = await Promise.all([
    readInit(reader(videoId, { kind: 'init', initVersion: file.videoVersion })),
    readInit(reader(audioId, { kind: 'init', initVersion: file.audioVersion })),
  ]);
  if (!(video instanceof Uint8Array)) return video;
  if (!(audio instanceof Uint8Array)) return audio;
  return joinedInit([video, audio], wish);
}

/** All bytes of an init segment, or why there are none. */
async function readInit(read: ReadFile): Promise<Uint8Array | Exclude<MediaBytes | Refused, { kind: 'bytes' }>> {
  const file = await read(WHOLE);
  if (file.kind !== 'bytes') return file;
  const { sizeBytes, body } = file;
  if (sizeBytes <= INIT_BYTES_MAX) return new Uint8Array(await new Response(body).arrayBuffer());
  if (body instanceof ReadableStream) await body.cancel();
  log('error', 'an init segment is too large', { sizeBytes });
  return refused('no-such-media');
}

function joinedInit([video, audio]: readonly [Uint8Array, Uint8Array], wish: MediaWish): MediaBytes | Refused {
  try {
    return wished(muxedInit(video, audio), wish);
  } catch (error) {
    if (!(error instanceof MuxError)) throw error;
    log('error', 'two init segments cannot be one', { code: error.code, reason: error.message });
    return refused('no-such-media', 'Its picture and its sound cannot be in one file.');
  }
}

function wished(bytes: Uint8Array<ArrayBuffer>, { isHead, range }: MediaWish): MediaBytes {
  const sizeBytes = bytes.length;
  if (isHead) return { kind: 'bytes', sizeBytes, range: undefined, body: null };
  if (range === undefined) return { kind: 'bytes', sizeBytes, range, body: bytes };
  const within = rangeWithin(range, sizeBytes);
  if (within === undefined) return { kind: 'out-of-range', sizeBytes };
  const { offsetBytes, lengthBytes } = within;
  return { kind: 'bytes', sizeBytes, range: within, body: bytes.slice(offsetBytes, offsetBytes + lengthBytes) };
}
