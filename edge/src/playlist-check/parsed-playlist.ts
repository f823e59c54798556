import type { Attributes } from './attribute-list.ts';

export interface ParsedPart {
  readonly line: number;
  readonly uri: string;
  readonly durationS: number;
  readonly isIndependent: boolean;
  readonly isGap: boolean;
}

export interface ParsedSegment {
  readonly line: number;
  readonly msn: number;
  /** `undefined`: still open, only parts of it are listed. */
  readonly uri: string | undefined;
  readonly durationS: number;
  readonly programDateTimeMs: number | undefined;
  readonly mapUri: string | undefined;
  readonly discontinuityNumber: number;
  readonly isGap: boolean;
  readonly parts: readonly ParsedPart[];
}

export interface ParsedReport {
  readonly line: number;
  readonly uri: string;
  readonly lastMsn: number | undefined;
  readonly lastPart: number | undefined;
}

/** EXT-X-SKIP: the playlist is a delta update. */
export interface ParsedSkip {
  readonly line: number;
  readonly segmentCount: number;
  /** IDs; `undefined`: date ranges are not skipped. */
  readonly removedDateRanges: readonly string[] | undefined;
}

/** One EXT-X-DATERANGE tag. A date range may have more than one. */
export interface ParsedDateRange {
  readonly line: number;
  readonly id: string;
  readonly attributes: Attributes;
}

/** A media playlist, as far as its syntax let it be read. */
export interface ParsedMediaPlaylist {
  readonly version: number | undefined;
  readonly targetDurationS: number | undefined;
  readonly mediaSequence: number;
  readonly discontinuitySequence: number | undefined;
  readonly partTargetS: number | undefined;
  readonly serverControl: Attributes | undefined;
  readonly isIndependentSegments: boolean;
  readonly playlistType: string | undefined;
  readonly skip: ParsedSkip | undefined;
  readonly dateRanges: readonly ParsedDateRange[];
  /** Without those that are skipped. The last one has no `uri` while it is open. */
  readonly segments: readonly ParsedSegment[];
  readonly hints: readonly { readonly line: number; readonly type: string; readonly uri: string }[];
  readonly reports: readonly ParsedReport[];
  readonly isEnded: boolean;
}
