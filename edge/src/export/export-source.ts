import type { RenditionId } from '@sluice/contracts';
import type { MediaBody } from '../media/media-bytes.ts';

/** A segment of a recording, as far as an export has to know it. */
export interface ExportSegment {
  readonly msn: number;
  /** Whose media it is: that of the rendition that is exported, or of another that lent it. */
  readonly renditionId: RenditionId;
  readonly initVersion: number;
  /** tfdt of its first sample, in its track's ticks from the broadcast's start. It may jump at a seam. */
  readonly startTicks: number;
  /** What it takes of the playlist's time, whether there is media of it or not. */
  readonly durationTicks: number;
  /** There is no media of it, or not all of it. */
  readonly isGap: boolean;
  /** In how many parts it was made: it is read out of these where it has no object of its own. Absent: it has one. */
  readonly partCount?: number | undefined;
}

/** A rendition of a recording: its segments in the order of their msn. */
export interface ExportTrack {
  readonly timescaleHz: number;
  /** Walked once. */
  readonly segments: Iterable<ExportSegment>;
}

/** A segment's file that has been opened. */
export interface OpenedSegment {
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** From the byte on that was asked for. */
  readonly body: MediaBody;
}

/** Where an export's media comes from. Both throw ExportError `media-missing` for what is not there. */
export interface ExportReader {
  readInit(renditionId: RenditionId, initVersion: number): Promise<Uint8Array>;
  openSegment(segment: ExportSegment, fromByte: number): Promise<OpenedSegment>;
}

/** What is exported: a picture, a sound, or both. */
export interface ExportSource {
  /** Wall time of its first picture: what the file says of its own date. */
  readonly startedAtMs: number;
  readonly video: ExportTrack | undefined;
  readonly audio: ExportTrack | undefined;
  readonly reader: ExportReader;
}
