import type { RenditionId } from '@sluice/contracts';

/** rfc8216bis §4. */
export const PLAYLIST_CONTENT_TYPE = 'application/vnd.apple.mpegurl';
/** ISO/IEC 23009-1 annex C. */
export const MPD_CONTENT_TYPE = 'application/dash+xml';
/** WebVTT §7.1: always UTF-8. */
export const VTT_CONTENT_TYPE = 'text/vtt';
export const JSON_CONTENT_TYPE = 'application/json; charset=utf-8';

/** A rendition's id says what is in it: `v720`, `a128`. */
export function mediaContentType(renditionId: RenditionId): string {
  return renditionId.startsWith('a') ? 'audio/mp4' : 'video/mp4';
}
