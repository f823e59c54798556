import { initKey, type MediaFile, partKey, type RenditionPlace, segmentKey } from '@sluice/contracts';
import { askChannel } from '../channel/ask-channel.ts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import type { EdgeBindings } from '../environment.ts';
import { log } from '../log.ts';
import type { MediaBytes, MediaWish } from './media-bytes.ts';
import { readSegmentOfParts } from './segment-of-parts.ts';
import { readStoredObject } from './stored-object.ts';

export interface MediaAddress {
  readonly place: RenditionPlace;
  readonly file: MediaFile;
}

/** Where a media file lies in the bucket. */
export function mediaKey({ place, file }: MediaAddress): string {
  switch (file.kind) {
    case 'init':
      return initKey(place, file.initVersion);
    case 'part':
      return partKey(place, file.msn, file.partIndex);
    case 'segment':
      return segmentKey(place, file.msn);
    default:
      return file satisfies never;
  }
}

/**
 * A media file's bytes. Nearly always they are in the bucket, so that is looked at first and the channel's object is
 * left alone. Only for what is not there it is asked: whether to wait (a hinted part), to put a segment together, or
 * to say no.
 */
export async function readMedia(
  bindings: Pick<EdgeBindings, 'CHANNEL' | 'MEDIA'>,
  address: MediaAddress,
  wish: MediaWish,
): Promise<MediaBytes | Refused> {
  const key = mediaKey(address);
  const stored = await readStoredObject(bindings.MEDIA, key, wish);
  if (stored !== undefined) return stored;
  const { place, file } = address;
  const { channelId, broadcastId, renditionId } = place;
  const reply = await askChannel(bindings, { channelId, isRepeatable: true }, (channel) =>
    channel.media({ broadcastId, renditionId, file }),
  );
  if (reply.kind === 'refused') return reply;
  const announced =
    reply.kind === 'in-parts' && file.kind === 'segment'
      ? await readSegmentOfParts(bindings.MEDIA, { place, msn: file.msn, ...reply }, wish)
      : await readStoredObject(bindings.MEDIA, key, wish);
  if (announced !== undefined) return announced;
  log('warn', 'announced media is not in the bucket', { key });
  return refused('no-such-media');
}
