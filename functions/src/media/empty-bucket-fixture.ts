import type { MediaBucket } from './media-bucket.ts';

/** A bucket that nothing was ever put into. What is removed from a real one is tested with a real one. */
export const EMPTY_BUCKET: MediaBucket = {
  list: async () => ({ objects: [], isTruncated: false }),
  remove: async () => {},
};
