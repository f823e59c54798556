import type { ClosedSegment } from '../window/closed-segment.ts';
import { sumTicks } from '../window/closed-segment.ts';
import type { WindowPart, WindowSegment } from '../window/window-segment.ts';
import type { MuxedInitVersions } from './muxed-file.ts';
import type { ListedId } from './muxed-id.ts';

/** contracts, InitVersion: each fits in 16 bits. */
const INIT_VERSIONS = 0x10000;

/** The versions of both init segments as the one that a window knows. */
export function muxedInitVersion({ videoVersion, audioVersion }: MuxedInitVersions): number {
  return videoVersion * INIT_VERSIONS + audioVersion;
}

/** And back. */
export function initVersionsOf(initVersion: number): MuxedInitVersions {
  return { videoVersion: Math.floor(initVersion / INIT_VERSIONS), audioVersion: initVersion % INIT_VERSIONS };
}

/** Names the muxed rendition that the lender of a picture is part of, with the same sound; `undefined`: nobody lends it. */
export type LenderOf = (videoLentBy: ListedId | undefined) => ListedId | undefined;

/**
 * The segment of both: the parts that both have, with the picture's times. Sound differs from them by less than one AAC
 * frame. Parts that sound will not have any more are gaps, so that the picture's time goes on. `undefined`: they have no
 * part in common yet.
 */
export function muxedSegment(
  video: WindowSegment,
  audio: WindowSegment,
  lenderOf: LenderOf,
): WindowSegment | undefined {
  const there = audio.isComplete ? video.parts : video.parts.slice(0, audio.parts.length);
  const parts = there.map((part, index) => muxedPart(part, audio.parts[index]));
  if (parts.length === 0) return undefined;
  return {
    ...video,
    durationTicks: sumTicks(parts.map(({ durationTicks }) => durationTicks)),
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    initVersion: muxedInitVersion({ videoVersion: video.initVersion, audioVersion: audio.initVersion }),
    lentBy: lenderOf(video.lentBy),
    nextLentBy: lenderOf(video.nextLentBy),
    isComplete: video.isComplete && audio.isComplete,
    parts,
  };
}

/** What is missing of either cannot be had of both (rfc8216bis §4.4.4.9, GAP). */
function muxedPart(video: WindowPart, audio: WindowPart | undefined): WindowPart {
  const isGap = video.isGap || audio === undefined || audio.isGap;
  return { ...video, sizeBytes: isGap ? 0 : video.sizeBytes + audio.sizeBytes, isGap };
}

/** A segment out of the archive, as one with parts. Its sizes are not known any more, and nobody asks for them. */
export function segmentOfClosed({ partTicks, gapParts, ...closed }: ClosedSegment): WindowSegment {
  const parts = partTicks.map((durationTicks, index) => {
    const isGap = gapParts.includes(index);
    // HLS-RULES.md A1.15.
    return { durationTicks, sizeBytes: 0, isIndependent: index === 0 && !isGap, isGap };
  });
  return { ...closed, durationTicks: sumTicks(partTicks), sizeBytes: 0, isComplete: true, parts };
}
