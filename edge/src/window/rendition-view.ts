import type { NextPart, Rendition } from '@sluice/contracts';
import type { ListedId } from '../mux/muxed-id.ts';
import type { LiveWindow } from './live-window.ts';
import type { SegmentArchive } from './segment-archive.ts';
import type { WindowSegment } from './window-segment.ts';

/**
 * What a media playlist lists: the window of a rendition as it is encoded, or of two that are muxed. Both satisfy it, so
 * playlists and the reload gate know no difference.
 */
export interface RenditionView {
  readonly rendition: ListedRendition;
  /** Whole segments beyond the Skip Boundary: those that a delta update skips. */
  readonly archive: SegmentArchive;
  /** The segments after the archive. The last may still grow. */
  readonly recent: readonly WindowSegment[];
  /** The newest segment, whole or not. */
  readonly last: WindowSegment | undefined;
  /** Of the oldest segment; `undefined` before there is one. */
  readonly firstMsn: number | undefined;
  /** The segment that still grows. */
  readonly openSegment: WindowSegment | undefined;
  /** The newest whole segment. */
  readonly lastComplete: WindowSegment | undefined;
  /** The first part that it does not list. */
  readonly hinted: NextPart;
  /** Who is to lend that part; `undefined`: it will be its own. */
  readonly hintedLentBy: ListedId | undefined;
  /** Of the first segment in the window (rfc8216bis §4.4.3.3). */
  readonly discontinuitySequence: number;
}

/** As much of a rendition as its playlist tells. */
export interface ListedRendition extends Pick<Rendition, 'timescaleHz' | 'partTargetTicks'> {
  /** In URIs: `v720`, `v720+a128`. */
  readonly id: string;
}

/** The renditions between which a player changes, and what all of their playlists say. */
export interface Presentation
  extends Pick<LiveWindow, 'timing' | 'description' | 'version' | 'isEnded' | 'endMs' | 'dateRanges'> {
  readonly renditions: ReadonlyMap<string, RenditionView>;
}
