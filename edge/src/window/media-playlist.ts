import {
  type BroadcastDescription,
  initFileName,
  partFileName,
  type Rendition,
  segmentFileName,
} from '@sluice/contracts';
import {
  discontinuitySequenceTag,
  endListTag,
  independentSegmentsTag,
  mediaSequenceTag,
  openingTags,
  partInfTag,
  serverControlTag,
  targetDurationTag,
} from './header-tags.ts';
import { partHintTag, renditionReportTag } from './live-edge-tags.ts';
import type { LiveWindow } from './live-window.ts';
import { cutUs, durationUs, partTargetUs } from './playlist-timing.ts';
import type { RenditionWindow } from './rendition-window.ts';
import { discontinuityTag, extInfTag, gapTag, mapTag, partTag, programDateTimeTag } from './segment-tags.ts';
import { isGapSegment, playlistTicks, type WindowSegment } from './window-segment.ts';

/** HLS-RULES.md A2.25: parts go once they are further than this many target durations from the end of the playlist. */
const PARTS_LISTED_TARGET_DURATIONS = 3;
/** Chromium cuts a frame's time and its duration: the end is less than 2 µs early. */
const SHORTER_US = 2;

/**
 * The media playlist of one rendition, as of now (rfc8216bis §4.4.3 to §4.4.5). Its URIs are relative to
 * `…/{broadcastId}/{rendition}.m3u8`, so whatever prefix a viewer came by stays on every request.
 */
export function mediaPlaylist(window: LiveWindow, own: RenditionWindow): string {
  const { timing } = window;
  const hint = timing.listsParts && !window.isEnded ? [partHintTag(partUri(own, own.hinted))] : [];
  const lines = [
    ...openingTags,
    targetDurationTag(timing),
    serverControlTag(timing),
    ...(timing.listsParts ? [partInfTag(partTargetUs(own.rendition))] : []),
    mediaSequenceTag(own.segments[0]?.msn ?? own.hinted.msn),
    discontinuitySequenceTag(own.discontinuitySequence),
    independentSegmentsTag,
    ...segmentLines(window, own),
    ...hint,
    ...reportLines(window, own),
    ...(window.isEnded ? [endListTag] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function segmentLines({ timing, description }: LiveWindow, own: RenditionWindow): string[] {
  const { timescaleHz } = own.rendition;
  const last = own.segments.at(-1);
  const partsTicks = PARTS_LISTED_TARGET_DURATIONS * timing.targetDurationS * timescaleHz;
  const partsFromTicks = last === undefined ? 0 : playlistTicks(last) + last.durationTicks - partsTicks;
  const lines: string[] = [];
  let mappedInit: number | undefined;
  for (const segment of own.segments) {
    const hasParts = timing.listsParts && playlistTicks(segment) >= partsFromTicks;
    if (!segment.isComplete && !hasParts) continue;
    if (segment.isDiscontinuity) lines.push(discontinuityTag);
    if (segment.initVersion !== mappedInit) lines.push(mapTag(initUri(own.rendition, segment.initVersion)));
    mappedInit = segment.initVersion;
    if (!hasParts) {
      lines.push(closedText(description, own.rendition, segment));
      continue;
    }
    lines.push(programDateTimeTag(startMs(description, segment, timescaleHz)), ...partLines(own, segment));
    if (segment.isComplete) lines.push(...wholeLines(own.rendition, segment));
  }
  return lines;
}

/** What is listed of a segment whose parts are not listed any more. It stays the same, and most of a long window is such. */
const closedTexts = new WeakMap<WindowSegment, string>();

function closedText(description: BroadcastDescription, rendition: Rendition, segment: WindowSegment): string {
  const written = closedTexts.get(segment);
  if (written !== undefined) return written;
  const date = programDateTimeTag(startMs(description, segment, rendition.timescaleHz));
  const text = [date, ...wholeLines(rendition, segment)].join('\n');
  closedTexts.set(segment, text);
  return text;
}

function partLines(own: RenditionWindow, segment: WindowSegment): string[] {
  return segment.parts.map((part, partIndex) =>
    partTag(part, {
      uri: partUri(own, { msn: segment.msn, partIndex }),
      durationUs: durationUs(part.durationTicks, own.rendition.timescaleHz),
    }),
  );
}

function wholeLines(rendition: Rendition, segment: WindowSegment): string[] {
  return [
    ...(isGapSegment(segment) ? [gapTag] : []),
    extInfTag(segmentUs(rendition, segment)),
    `${rendition.id}/${segmentFileName(segment.msn)}`,
  ];
}

/**
 * What its parts add up to, each cut to microseconds, less a hair. Browsers cut the ends of buffered ranges to whole
 * microseconds; a player that takes such an end for a place inside the segment, and finds that segment loaded, asks for
 * nothing more (docs/adr/0011-segments-are-printed-two-microseconds-short.md).
 */
function segmentUs({ timescaleHz }: Rendition, { parts }: WindowSegment): number {
  return parts.reduce((sum, part) => sum + cutUs(part.durationTicks, timescaleHz), -SHORTER_US);
}

/** rfc8216bis B.1: every other rendition is reported, as fresh as this playlist. */
function reportLines({ renditions, timing }: LiveWindow, own: RenditionWindow): string[] {
  return [...renditions.values()]
    .filter((other) => other !== own)
    .flatMap((other) => {
      const segment = timing.listsParts ? other.segments.at(-1) : other.lastComplete;
      if (segment === undefined) return [];
      const lastPart = timing.listsParts ? segment.parts.length - 1 : undefined;
      return renditionReportTag({ uri: `${other.rendition.id}.m3u8`, lastMsn: segment.msn, lastPart });
    });
}

/** From the media's own time and one epoch, never from a clock (HLS-RULES.md A1.17): it cannot change later. */
function startMs({ startedAtMs }: BroadcastDescription, segment: WindowSegment, timescaleHz: number): number {
  return startedAtMs + Math.round((playlistTicks(segment) * 1_000) / timescaleHz);
}

function partUri(own: RenditionWindow, { msn, partIndex }: { msn: number; partIndex: number }): string {
  return `${own.rendition.id}/${partFileName(msn, partIndex)}`;
}

function initUri(rendition: Rendition, initVersion: number): string {
  return `${rendition.id}/${initFileName(initVersion)}`;
}
