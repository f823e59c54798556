import type { BroadcastId, ChannelId, RenditionId } from '@sluice/contracts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import { log } from '../log.ts';
import { heldFile } from '../media/held-file.ts';
import { readInit } from '../media/init-bytes.ts';
import { type ReadFile, readJoined } from '../media/joined-media.ts';
import type { MediaBytes, MediaWish } from '../media/media-bytes.ts';
import type { MediaAddress } from '../media/media-source.ts';
import { MuxError } from './mux-error.ts';
import { type MuxedFile, muxedFileName } from './muxed-file.ts';
import { type MuxedTracks, muxedId } from './muxed-id.ts';
import { muxedInit } from './muxed-init.ts';

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
  const placeOf = (renditionId: RenditionId) => ({ channelId, broadcastId, renditionId });
  const { videoId, audioId } = tracks;
  if (file.kind !== 'init') {
    const reader = (renditionId: RenditionId): ReadFile => {
      return (ownWish) => readTrack({ place: placeOf(renditionId), file }, ownWish);
    };
    return readJoined([reader(videoId), reader(audioId)], wish);
  }
  const [video, audio] = await Promise.all([
    readInit(readTrack, placeOf(videoId), file.videoVersion),
    readInit(readTrack, placeOf(audioId), file.audioVersion),
  ]);
  if (!(video instanceof Uint8Array)) return video;
  if (!(audio instanceof Uint8Array)) return audio;
  return joinedInit([video, audio], wish);
}

function joinedInit([video, audio]: readonly [Uint8Array, Uint8Array], wish: MediaWish): MediaBytes | Refused {
  try {
    return heldFile(muxedInit(video, audio), wish);
  } catch (error) {
    if (!(error instanceof MuxError)) throw error;
    log('error', 'two init segments cannot be one', { code: error.code, reason: error.message });
    return refused('no-such-media', 'Its picture and its sound cannot be in one file.');
  }
}
