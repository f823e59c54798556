import { attributeList, quoted } from './hls-values.ts';

/** What is left out, what comes next, and how far the other renditions are (rfc8216bis §4.4.5). */

export interface Skipped {
  readonly segmentCount: number;
  /** IDs of date ranges that were removed of late; `undefined`: date ranges are not skipped. */
  readonly removedDateRanges: readonly string[] | undefined;
}

/** rfc8216bis §4.4.5.2. */
export function skipTag({ segmentCount, removedDateRanges }: Skipped): string {
  const attributes = attributeList({
    'SKIPPED-SEGMENTS': segmentCount,
    'RECENTLY-REMOVED-DATERANGES': removedDateRanges && quoted(removedDateRanges.join('\t')),
  });
  return `#EXT-X-SKIP:${attributes}`;
}

/** rfc8216bis §4.4.5.3. The URI is the one that the part will be listed with. */
export function partHintTag(uri: string): string {
  return `#EXT-X-PRELOAD-HINT:${attributeList({ TYPE: 'PART', URI: quoted(uri) })}`;
}

/** rfc8216bis §4.4.5.3: the EXT-X-MAP that the hinted part will be under. */
export function mapHintTag(uri: string): string {
  return `#EXT-X-PRELOAD-HINT:${attributeList({ TYPE: 'MAP', URI: quoted(uri) })}`;
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
