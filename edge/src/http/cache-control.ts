/** What an answer is, as far as caches are concerned. */
export type CacheClass =
  | { readonly kind: 'media' }
  | { readonly kind: 'multivariant' }
  | { readonly kind: 'plain-playlist' }
  | { readonly kind: 'blocked-playlist'; readonly targetDurationS: number }
  | { readonly kind: 'ended-playlist'; readonly targetDurationS: number }
  | { readonly kind: 'thumbnail' }
  | { readonly kind: 'storyboard' }
  | { readonly kind: 'recorded-playlist' }
  | { readonly kind: 'oembed' }
  | { readonly kind: 'never' };

/** Long enough for every client of a part to share one answer, short enough that it is never stale (rfc8216bis B.1). */
const BLOCKED_TARGET_DURATIONS = 6;

/**
 * What is recorded never changes, but its owner may delete it, and then it must be gone within a minute: caches may be so
 * old, and so may what an isolate remembers before them (vod/recording-shelf.ts). A viewer asks once or twice in all.
 */
export const RECORDED_MAX_AGE_S = 30;

/**
 * The one table of Cache-Control values (rfc8216bis B.1; HLS-RULES.md A7.57). Ages are whole seconds, for CDNs cut
 * fractions off. Cloudflare serves stale answers on errors for ever unless told not to, and a stale playlist is a
 * stopped picture: hence `stale-if-error=0`.
 */
export function cacheControl(answer: CacheClass): string {
  switch (answer.kind) {
    // Keys are never rewritten, so what a URL once answered it always will.
    case 'media':
      return 'public, max-age=31536000, immutable';
    // Bandwidths are measured as the broadcast goes.
    case 'multivariant':
      return 'public, max-age=2, stale-if-error=0';
    // A new viewer starts at most this much behind; its first blocking reload puts that right.
    case 'plain-playlist':
      return 'public, max-age=1, stale-if-error=0';
    // "The first version that has this part" stays true; late clients walk forward through hits.
    case 'blocked-playlist':
    // It will not change any more, but goes when the broadcast is forgotten.
    case 'ended-playlist':
      return `public, max-age=${BLOCKED_TARGET_DURATIONS * answer.targetDurationS}, stale-if-error=0`;
    // There is a newer one every five seconds.
    case 'thumbnail':
      return 'public, max-age=5, stale-if-error=0';
    // It grows by two minutes at once.
    case 'storyboard':
      return 'public, max-age=30, stale-if-error=0';
    case 'recorded-playlist':
      return `public, max-age=${RECORDED_MAX_AGE_S}, stale-if-error=0`;
    // As long as it tells those who ask to keep it (OEMBED_AGE_S).
    case 'oembed':
      return 'public, max-age=300, stale-if-error=0';
    // Errors too: a 404 or 400 of now is often a 200 of the next second.
    case 'never':
      return 'no-store';
    default:
      return answer satisfies never;
  }
}
