import { attributeList, secondsOfMs, secondsOfUs } from './hls-values.ts';
import type { PlaylistTiming } from './playlist-timing.ts';

/** The tags that apply to a whole playlist (rfc8216bis §4.4.1, §4.4.2, §4.4.3). */

/**
 * EXT-X-MAP asks for 6 and EXT-X-SKIP for 9 (rfc8216bis §8). Playlists of one presentation that differ in version
 * have troubled players, so all of them say what the newest feature asks for.
 */
const VERSION = 9;
/** rfc8216bis §8: only an EXT-X-SKIP that stands for EXT-X-DATERANGE tags too asks for more. */
const DATE_RANGES_SKIPPED_VERSION = 10;

export const openingTags = ['#EXTM3U', versionTag(VERSION)] as const;
/** Of a delta update that lacks date ranges which the playlist has. */
export const openingTagsWithoutDateRanges = ['#EXTM3U', versionTag(DATE_RANGES_SKIPPED_VERSION)] as const;

function versionTag(version: number): string {
  return `#EXT-X-VERSION:${version}`;
}

/** rfc8216bis §4.4.2.1: every segment begins with a sync sample; the packager cuts them so. */
export const independentSegmentsTag = '#EXT-X-INDEPENDENT-SEGMENTS';

export const endListTag = '#EXT-X-ENDLIST';

/** rfc8216bis §4.4.3.5: nothing will change. */
export const vodTag = '#EXT-X-PLAYLIST-TYPE:VOD';

/** rfc8216bis §4.4.2.2: players begin exactly there. */
export function startTag(offsetMs: number): string {
  return `#EXT-X-START:${attributeList({ 'TIME-OFFSET': secondsOfMs(offsetMs), PRECISE: 'YES' })}`;
}

/** rfc8216bis §4.4.3.1. */
export function targetDurationTag(timing: PlaylistTiming): string {
  return `#EXT-X-TARGETDURATION:${timing.targetDurationS}`;
}

/** rfc8216bis §4.4.3.2. */
export function mediaSequenceTag(firstMsn: number): string {
  return `#EXT-X-MEDIA-SEQUENCE:${firstMsn}`;
}

/** rfc8216bis §4.4.3.3. */
export function discontinuitySequenceTag(discontinuitySequence: number): string {
  return `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`;
}

/** rfc8216bis §4.4.3.7. */
export function partInfTag(partTargetUs: number): string {
  return `#EXT-X-PART-INF:${attributeList({ 'PART-TARGET': secondsOfUs(partTargetUs) })}`;
}

/** rfc8216bis §4.4.3.8. A function of the broadcast alone: it must be the same in all media playlists (§6.2.4). */
export function serverControlTag(timing: PlaylistTiming): string {
  const attributes = attributeList({
    'CAN-BLOCK-RELOAD': 'YES',
    'CAN-SKIP-UNTIL': secondsOfMs(timing.skipUntilS * 1_000),
    'CAN-SKIP-DATERANGES': 'YES',
    'PART-HOLD-BACK': timing.listsParts ? secondsOfMs(timing.partHoldBackMs) : undefined,
    'HOLD-BACK': secondsOfMs(timing.holdBackS * 1_000),
  });
  return `#EXT-X-SERVER-CONTROL:${attributes}`;
}
