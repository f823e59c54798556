import { type BroadcastPlace, thumbnailKey } from '@sluice/contracts';
import type { MediaStore } from '../media/media-store.ts';

/**
 * The first of some slots whose thumbnail is in the bucket; `undefined`: none is. Each is one request. Throws StoreError.
 *
 * @param slots the best first.
 */
export async function storedPicture(
  store: MediaStore,
  place: BroadcastPlace,
  slots: readonly number[],
): Promise<number | undefined> {
  for (const slot of slots) {
    const stored = await store.read(thumbnailKey(place, slot), { isHead: true, range: undefined });
    if (stored?.kind === 'bytes') return slot;
  }
  return undefined;
}
