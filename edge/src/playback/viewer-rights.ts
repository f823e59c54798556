/**
 * What a viewer may see, as far as answers differ by it: the whole of what a playback token becomes once it was cut off
 * and checked. Plain data, and the same for all viewers of the same rights, so it may stand in what objects are asked
 * and in keys of caches.
 */
export interface ViewerRights {
  /** A private broadcast too. */
  readonly seesPrivate: boolean;
  /** No rendition above this; absent: all. */
  readonly heightPxMax?: number | undefined;
  /** A whole recording as one file. No playlist differs by it. */
  readonly mayExport?: boolean | undefined;
}

/** As a `heightPxMax`: no picture is that low, so nothing but sound is listed. */
export const NO_PICTURE_PX = 0;

/** Who brings no token. */
export const ANYBODY: ViewerRights = { seesPrivate: false };

/** Tells answers for different rights apart, in topics and in keys. */
export function rightsKey({ seesPrivate, heightPxMax }: ViewerRights): string {
  return `${seesPrivate ? 'private' : 'open'}-${heightPxMax ?? 'all'}`;
}
