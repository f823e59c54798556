import { attributeList, quoted } from './hls-values.ts';

/** What comes next, and how far the other renditions are (rfc8216bis §4.4.5). */

/** rfc8216bis §4.4.5.3. The URI is the one that the part will be listed with. */
export function partHintTag(uri: string): string {
  return `#EXT-X-PRELOAD-HINT:${attributeList({ TYPE: 'PART', URI: quoted(uri) })}`;
}

export interface RenditionReport {
  /** Relative to the reporting playlist (rfc8216bis §4.4.5.4). */
  readonly uri: string;
  readonly lastMsn: number;
  /** Absent where playlists list no parts. */
  readonly lastPart: number | undefined;
}

/** rfc8216bis §4.4.5.4. */
export function renditionReportTag({ uri, lastMsn, lastPart }: RenditionReport): string {
  return `#EXT-X-RENDITION-REPORT:${attributeList({ URI: quoted(uri), 'LAST-MSN': lastMsn, 'LAST-PART': lastPart })}`;
}
