import type { Recording } from '../recording/recording.ts';
import { archiveLines } from '../window/closed-text.ts';
import { DateRanges } from '../window/date-ranges.ts';
import {
  discontinuitySequenceTag,
  endListTag,
  independentSegmentsTag,
  mediaSequenceTag,
  openingTags,
  startTag,
  targetDurationTag,
  vodTag,
} from '../window/header-tags.ts';
import type { MediaUris } from '../window/media-uris.ts';
import type { ListedRendition } from '../window/rendition-view.ts';
import type { SegmentArchive } from '../window/segment-archive.ts';

/** A rendition of a recording as it is listed: as it was encoded, or two that are muxed. */
export interface ListedRecording {
  readonly rendition: ListedRendition;
  readonly archive: SegmentArchive;
  readonly uris: MediaUris;
}

/**
 * The media playlist of one rendition of a recording (rfc8216bis §4.4.3): all its segments, as the live playlist listed
 * them once their parts were gone.
 */
export function recordedPlaylist(
  recording: Recording,
  { rendition, archive, uris }: ListedRecording,
  startOffsetMs?: number,
): string {
  const { timing, description, dateRanges } = recording;
  const { skipUntilS } = timing;
  const lines = [
    ...openingTags,
    targetDurationTag(timing),
    vodTag,
    mediaSequenceTag(archive.first?.msn ?? 1),
    discontinuitySequenceTag(0),
    independentSegmentsTag,
    ...(startOffsetMs === undefined || startOffsetMs === 0 ? [] : [startTag(startOffsetMs)]),
    ...new DateRanges({ skipUntilS, state: { listed: [...dateRanges], removed: [] } }).tags(),
    ...archiveLines(archive, { description, rendition, uris }),
    endListTag,
  ];
  return `${lines.join('\n')}\n`;
}
