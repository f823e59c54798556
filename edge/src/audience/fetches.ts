import { BroadcastId, type ViewerReport } from '@sluice/contracts';
import { z } from 'zod';
import { ReportCounter, ReportSums } from '../figures/report-sums.ts';

/** Segments that one count may name, of each rendition. Viewers are at a few places: the live edge, and where they seek. */
const SEGMENTS_MAX = 256;
/** Renditions, muxed ones too. */
const RENDITIONS_MAX = 64;

/** How often something of a segment was fetched. A whole one or its parts: both are the segment, once. */
export const SegmentFetches = z.object({
  segments: z.int().nonnegative(),
  parts: z.int().nonnegative(),
});
export type SegmentFetches = z.infer<typeof SegmentFetches>;

/** What viewers fetched of one broadcast and told of it, from isolates to relays, from relays to the channel's object. */
export const Fetches = z.object({
  broadcastId: BroadcastId,
  /** How many began to watch. Absent from isolates and relays of a version before. */
  views: z.int().nonnegative().optional(),
  /** By rendition, then by msn; msn 0 is whatever is newest. */
  renditions: z.record(z.string(), z.record(z.string(), SegmentFetches)),
  /** Requests of all kinds that were answered for the channel. Absent as `views` is. */
  requests: z.int().nonnegative().optional(),
  /** How playing was, by what players say. Absent as `views` is. */
  reports: ReportSums.optional(),
});
export type Fetches = z.infer<typeof Fetches>;

/**
 * Counts fetches of one broadcast until they are taken. Bounded: of too many segments the two oldest become one, for what
 * lies far back is only added up.
 */
export class FetchCounter {
  readonly #broadcastId: BroadcastId;
  readonly #renditions = new Map<string, Map<number, { segments: number; parts: number }>>();
  readonly #reports = new ReportCounter();
  #views = 0;
  #requests = 0;

  constructor(broadcastId: BroadcastId) {
    this.#broadcastId = broadcastId;
  }

  get isEmpty(): boolean {
    return this.#renditions.size === 0 && this.#views === 0 && this.#requests === 0 && this.#reports.isEmpty;
  }

  /** So many began to watch. */
  viewed(views = 1): void {
    this.#views += views;
  }

  /** So many requests were answered. */
  answered(requests: number): void {
    this.#requests += requests;
  }

  /** A player reports. `reportsMax` of them are taken at a time; further ones are only counted. */
  reported(report: ViewerReport, reportsMax: number): void {
    if (this.#reports.sums.reports < reportsMax) this.#reports.report(report);
    else this.#reports.drop();
  }

  fetched(renditionId: string, msn: number, { segments, parts }: SegmentFetches): void {
    const segmentsOf = this.#renditions.get(renditionId) ?? new Map<number, { segments: number; parts: number }>();
    const counts = segmentsOf.get(msn) ?? { segments: 0, parts: 0 };
    if (this.#renditions.size >= RENDITIONS_MAX && !this.#renditions.has(renditionId)) return;
    counts.segments += segments;
    counts.parts += parts;
    segmentsOf.set(msn, counts);
    this.#renditions.set(renditionId, segmentsOf);
    if (segmentsOf.size > SEGMENTS_MAX) mergeOldest(segmentsOf);
  }

  /** What another one has taken. */
  add({ renditions, views = 0, requests = 0, reports }: Fetches): void {
    this.viewed(views);
    this.answered(requests);
    if (reports !== undefined) this.#reports.add(reports);
    for (const [renditionId, segments] of Object.entries(renditions)) {
      for (const [msn, counts] of Object.entries(segments)) this.fetched(renditionId, Number(msn), counts);
    }
  }

  /** Everything so far; it begins again from nothing. */
  take(): Fetches {
    const renditions = Object.fromEntries(
      [...this.#renditions].map(([renditionId, segments]) => [renditionId, Object.fromEntries(segments)]),
    );
    const [views, requests] = [this.#views, this.#requests];
    const reports = this.#reports.isEmpty ? undefined : this.#reports.take();
    this.#renditions.clear();
    this.#views = 0;
    this.#requests = 0;
    return {
      broadcastId: this.#broadcastId,
      renditions,
      ...(views > 0 && { views }),
      ...(requests > 0 && { requests }),
      ...(reports && { reports }),
    };
  }
}

function mergeOldest(segments: Map<number, { segments: number; parts: number }>): void {
  const [oldest, next] = [...segments.keys()].filter((msn) => msn !== 0).sort((a, b) => a - b);
  const [from, into] = [segments.get(oldest ?? -1), segments.get(next ?? -1)];
  if (oldest === undefined || from === undefined || into === undefined) return;
  segments.delete(oldest);
  into.segments += from.segments;
  into.parts += from.parts;
}
