/** Keys of one answer of S3's ListObjectsV2. */
export const KEYS_PER_PAGE_MAX = 1_000;

/** What lies below a prefix, page by page. */
export interface ObjectPage {
  /** In byte order. */
  readonly objects: readonly { readonly key: string; readonly sizeBytes: number }[];
  /** More may follow the last of them. */
  readonly isTruncated: boolean;
}

/** The bucket of the media, as far as the control API goes into it: it lists and removes, and never reads media. */
export interface MediaBucket {
  /** Those that follow `after`, KEYS_PER_PAGE_MAX at most. */
  list(prefix: string, after?: string): Promise<ObjectPage>;
  /** At most KEYS_PER_PAGE_MAX. What is not there is gone. Rejects when one of them could not be removed. */
  remove(keys: readonly string[]): Promise<void>;
}
