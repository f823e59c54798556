import { type Refused, refused } from '../channel/channel-replies.ts';
import { Collapse } from '../collapse/collapse.ts';
import { VIEWER_LIMITS } from '../collapse/viewer-limits.ts';
import { log } from '../log.ts';
import { ColoCache } from './colo-cache.ts';
import { entityTag } from './entity-tag.ts';
import { heldFile } from './held-file.ts';
import { holdBytes } from './hold-bytes.ts';
import { type MediaBytes, type MediaWish, WHOLE } from './media-bytes.ts';
import { mediaSettings } from './media-settings.ts';
import type { MediaScope } from './read-media.ts';
import { StoreError } from './store-error.ts';

/** What ingest nodes make (ingest-node/src/media/broadcast-image.ts). */
export const IMAGE_CONTENT_TYPE = 'image/jpeg';
/** Of those that were read a moment ago: some hundred thumbnails. The oldest goes. */
const RECENT_BYTES_MAX = 4 * 1024 * 1024;
/** The newest thumbnail of a channel is asked for by all who look at a list of channels. */
const RECENT_MS = 10_000;
/** Larger than any that a node stores. */
const IMAGE_BYTES_MAX = 2 * 1024 * 1024;

type ImageFile = { readonly kind: 'file'; readonly bytes: Uint8Array<ArrayBuffer> } | Refused;

const images = new Collapse<ImageFile>({
  ...VIEWER_LIMITS,
  recent: {
    bytesMax: RECENT_BYTES_MAX,
    sizeBytes: (file) => (file.kind === 'file' ? file.bytes.byteLength : 0),
    keepMs: (file) => (file.kind === 'file' ? RECENT_MS : 0),
  },
});

export type ImageScope = Pick<MediaScope, 'bindings' | 'life' | 'origin'>;

/** An image of a broadcast, out of the isolate's memory, the data centre's cache or the bucket. Nobody waits for one. */
export async function readImage(scope: ImageScope, key: string, wish: MediaWish): Promise<MediaBytes | Refused> {
  const { isCollapsed } = mediaSettings(scope.bindings);
  const file = isCollapsed
    ? await images.run(key, scope.life, () => imageFile(scope, key))
    : await imageFile(scope, key);
  return file.kind === 'file' ? heldFile(file.bytes, wish) : file;
}

async function imageFile({ bindings, life, origin }: ImageScope, key: string): Promise<ImageFile> {
  const { store, isCached } = mediaSettings(bindings);
  const cache = isCached ? new ColoCache(caches.default, origin) : undefined;
  try {
    const cached = await cache?.read(key, WHOLE);
    const read = cached ?? (await store.read(key, WHOLE));
    if (read?.kind !== 'bytes' || read.sizeBytes > IMAGE_BYTES_MAX) return refused('no-such-media');
    const bytes = await holdBytes(read.body, read.sizeBytes);
    const file = {
      key,
      contentType: IMAGE_CONTENT_TYPE,
      etag: entityTag(key),
      sizeBytes: bytes.byteLength,
      body: bytes,
    };
    if (cached === undefined && cache !== undefined) life.waitUntil(cache.put(file));
    return { kind: 'file', bytes };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    log('error', 'the bucket could not be read', { key, code: error.code, reason: error.message });
    return refused('unavailable');
  }
}
