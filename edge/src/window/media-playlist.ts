import { closedSegment } from './closed-segment.ts';
import { archiveLines, type ClosedContext, closedLines, segmentMap, wholeLines } from './closed-text.ts';
import {
  discontinuitySequenceTag,
  endListTag,
  independentSegmentsTag,
  mediaSequenceTag,
  openingTags,
  openingTagsWithoutDateRanges,
  partInfTag,
  serverControlTag,
  targetDurationTag,
} from './header-tags.ts';
import { mapHintTag, partHintTag, renditionReportTag, skipTag } from './live-edge-tags.ts';
import { type MediaUris, RELATIVE_URIS } from './media-uris.ts';
import { durationUs, partTargetUs, startDateMs } from './playlist-timing.ts';
import type { Skip } from './reload-directives.ts';
import type { Presentation, RenditionView } from './rendition-view.ts';
import { discontinuityTag, partTag, programDateTimeTag } from './segment-tags.ts';
import { skippedCount } from './skipped-segments.ts';
import { playlistEndTicks, playlistTicks, sourceId, type WindowSegment } from './window-segment.ts';

/** HLS-RULES.md A2.25: parts go once they are further than this many target durations from the end of the playlist. */
const PARTS_LISTED_TARGET_DURATIONS = 3;

export interface MediaPlaylistOptions {
  /** A delta update is wanted (rfc8216bis §6.2.5.1). */
  readonly skip?: Skip | undefined;
  /** Relative to `…/{broadcastId}/{rendition}.m3u8`, if absent. */
  readonly uris?: MediaUris;
}

/**
 * The media playlist of one rendition, as of now (rfc8216bis §4.4.3 to §4.4.5); or what of it a client needs that has
 * an earlier version, which is made of the recent segments alone.
 */
export function mediaPlaylist(window: Presentation, own: RenditionView, options: MediaPlaylistOptions = {}): string {
  const { timing } = window;
  const { skip, uris = RELATIVE_URIS } = options;
  const context: ClosedContext = { description: window.description, rendition: own.rendition, uris };
  const skipped = skippedOf(window, own, skip);
  const dateRanges = dateRangeLines(window, skipped?.skip);
  const isAfterSkip = skipped?.segmentCount === own.archive.count;
  const lines = [
    ...(dateRanges.isShort ? openingTagsWithoutDateRanges : openingTags),
    targetDurationTag(timing),
    serverControlTag(timing),
    ...(timing.listsParts ? [partInfTag(partTargetUs(own.rendition))] : []),
    mediaSequenceTag(own.firstMsn ?? own.hinted.msn),
    discontinuitySequenceTag(own.discontinuitySequence),
    independentSegmentsTag,
    ...dateRanges.lines,
    ...(skipped === undefined ? [] : [skipTagOf(window, skipped)]),
    ...(isAfterSkip ? [] : archiveLines(own.archive, context, skipped?.untilMsn)),
    ...recentLines(window, own, { context, isAfterSkip }),
    ...(timing.listsParts && !window.isEnded ? hintLines(own, uris) : []),
    ...reportLines(window, own),
    ...(window.isEnded ? [endListTag] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** `isShort`: there are more, but they are skipped. */
function dateRangeLines({ dateRanges, endMs }: Presentation, skip: Skip | undefined) {
  const all = dateRanges.tags();
  const lines = skip === 'v2' ? dateRanges.recentTags(endMs) : all;
  return { lines, isShort: lines.length < all.length };
}

/** What a delta update leaves out. */
interface SkippedSegments {
  readonly skip: Skip;
  readonly segmentCount: number;
  /** The first segment that it lists. */
  readonly untilMsn: number;
}

/** `undefined`: the playlist is to be whole. It always is when it has ended, or there is nothing to skip (§6.2.5.1). */
function skippedOf(window: Presentation, own: RenditionView, skip: Skip | undefined): SkippedSegments | undefined {
  const { firstMsn } = own;
  if (skip === undefined || window.isEnded || firstMsn === undefined) return undefined;
  const segmentCount = skippedCount(own, window.timing.skipUntilS * own.rendition.timescaleHz);
  return segmentCount === 0 ? undefined : { skip, segmentCount, untilMsn: firstMsn + segmentCount };
}

function skipTagOf({ dateRanges }: Presentation, { skip, segmentCount }: SkippedSegments): string {
  return skipTag({ segmentCount, removedDateRanges: skip === 'v2' ? dateRanges.removedIds : undefined });
}

/** The recent segments; with EXT-X-MAP first where a delta update begins with them, for Shaka looks no further. */
function recentLines(
  { timing }: Presentation,
  own: RenditionView,
  { context, isAfterSkip }: { readonly context: ClosedContext; readonly isAfterSkip: boolean },
): string[] {
  const { rendition } = own;
  const partsTicks = PARTS_LISTED_TARGET_DURATIONS * timing.targetDurationS * rendition.timescaleHz;
  const partsFromTicks = own.last === undefined ? 0 : playlistEndTicks(own.last) - partsTicks;
  const lines: string[] = [];
  const lastRun = isAfterSkip ? undefined : own.archive.runs.at(-1);
  let listedMap = lastRun && segmentMap(lastRun, context);
  for (const segment of own.recent) {
    const hasParts = timing.listsParts && playlistTicks(segment) >= partsFromTicks;
    if (!segment.isComplete && !hasParts) continue;
    if (segment.isDiscontinuity) lines.push(discontinuityTag);
    const map = segmentMap(segment, context);
    if (map !== listedMap) lines.push(map);
    listedMap = map;
    lines.push(...(hasParts ? linesWithParts(segment, context) : closedLines(closedSegment(segment), context)));
  }
  return lines;
}

function linesWithParts(segment: WindowSegment, context: ClosedContext): string[] {
  return [
    programDateTimeTag(startDateMs(context.description, context.rendition, segment)),
    ...partLines(segment, context),
    ...(segment.isComplete ? wholeLines(closedSegment(segment), context) : []),
  ];
}

function partLines(segment: WindowSegment, { rendition, uris }: ClosedContext): string[] {
  const { msn, parts } = segment;
  const id = sourceId(rendition, segment);
  return parts.map((part, partIndex) =>
    partTag(part, {
      uri: uris.part(id, { msn, partIndex }),
      durationUs: durationUs(part.durationTicks, rendition.timescaleHz),
    }),
  );
}

/** The part that comes next (rfc8216bis §4.4.5.3), and its init segment where that is another than the last one's. */
function hintLines({ rendition, hinted, hintedLentBy, last }: RenditionView, uris: MediaUris): string[] {
  const id = sourceId(rendition, { lentBy: hintedLentBy });
  const uri = uris.hint(id, hinted);
  if (uri === undefined) return [];
  const isUnderOtherMap = last !== undefined && hintedLentBy !== last.lentBy;
  return [...(isUnderOtherMap ? [mapHintTag(uris.init(id, last.initVersion))] : []), partHintTag(uri)];
}

/** rfc8216bis B.1: every other rendition is reported, as fresh as this playlist. */
function reportLines({ renditions, timing }: Presentation, own: RenditionView): string[] {
  return [...renditions.values()]
    .filter((other) => other !== own)
    .flatMap((other) => {
      const segment = timing.listsParts ? other.last : other.lastComplete;
      if (segment === undefined) return [];
      const lastPart = timing.listsParts ? segment.parts.length - 1 : undefined;
      return renditionReportTag({ uri: `${other.rendition.id}.m3u8`, lastMsn: segment.msn, lastPart });
    });
}
