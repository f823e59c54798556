import { attributeList, quoted, secondsOfUs, yes } from './hls-values.ts';
import type { WindowPart } from './window-segment.ts';

/** The tags of one segment and its parts (rfc8216bis §4.4.4). URIs are relative to the media playlist. */

export const discontinuityTag = '#EXT-X-DISCONTINUITY';
export const gapTag = '#EXT-X-GAP';

/** rfc8216bis §4.4.4.5. */
export function mapTag(uri: string): string {
  return `#EXT-X-MAP:${attributeList({ URI: quoted(uri) })}`;
}

/** rfc8216bis §4.4.4.6. */
export function programDateTimeTag(atMs: number): string {
  return `#EXT-X-PROGRAM-DATE-TIME:${new Date(atMs).toISOString()}`;
}

/** rfc8216bis §4.4.4.9. */
export function partTag(part: WindowPart, { uri, durationUs }: { uri: string; durationUs: number }): string {
  const attributes = attributeList({
    DURATION: secondsOfUs(durationUs),
    URI: quoted(uri),
    INDEPENDENT: yes(part.isIndependent && !part.isGap),
    GAP: yes(part.isGap),
  });
  return `#EXT-X-PART:${attributes}`;
}

/** rfc8216bis §4.4.4.1. */
export function extInfTag(durationUs: number): string {
  return `#EXTINF:${secondsOfUs(durationUs)},`;
}
