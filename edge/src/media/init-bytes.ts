import { initKey, type RenditionPlace } from '@sluice/contracts';
import { type Refused, refused } from '../channel/channel-replies.ts';
import { log } from '../log.ts';
import { type MediaBytes, type MediaWish, type OpenBytes, WHOLE } from './media-bytes.ts';
import type { MediaAddress } from './media-source.ts';

/** Ours have seven hundred bytes. What is longer is no init segment. */
const INIT_BYTES_MAX = 64 * 1024;
/** In one isolate: what many viewers at a time watch. The one that was read first goes, and is read again. */
const KEPT_MAX = 64;

/** Each DASH segment needs one, and keys are never rewritten. */
const kept = new Map<string, Uint8Array<ArrayBuffer>>();

/** Reads a file of one track. */
export type ReadTrackFile = (address: MediaAddress, wish: MediaWish) => Promise<MediaBytes | OpenBytes | Refused>;

/** All bytes of an init segment, or why there are none. */
export async function readInit(
  read: ReadTrackFile,
  place: RenditionPlace,
  initVersion: number,
): Promise<Uint8Array<ArrayBuffer> | Refused> {
  const key = initKey(place, initVersion);
  const known = kept.get(key);
  if (known !== undefined) return known;
  const file = await read({ place, file: { kind: 'init', initVersion } }, WHOLE);
  if (file.kind === 'refused') return file;
  if (file.kind !== 'bytes' || file.sizeBytes > INIT_BYTES_MAX) {
    log('error', 'an init segment is too large', { key });
    if (file.kind === 'bytes' && file.body instanceof ReadableStream) await file.body.cancel();
    return refused('no-such-media');
  }
  const bytes = new Uint8Array(await new Response(file.body).arrayBuffer());
  for (const oldest of kept.keys()) {
    if (kept.size < KEPT_MAX) break;
    kept.delete(oldest);
  }
  kept.set(key, bytes);
  return bytes;
}
