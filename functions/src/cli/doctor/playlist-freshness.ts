import { durationText } from '../text/quantities.ts';
import type { Finding } from './check.ts';

/** What a media playlist says of its end. */
export interface PlaylistEnd {
  /** Wall time of the end of its last part or segment. */
  readonly endsAtMs: number;
  readonly targetDurationS: number;
  readonly hasEnded: boolean;
}

/** Segments after which a playlist that does not grow has stopped. */
const TARGETS_LATE = { warn: 3, fail: 8 } as const;
/** Of the clocks of a node and of the edge. */
const AHEAD_MS_MAX = 2_000;
const SECOND_MS = 1_000;

/** Where a media playlist ends; `undefined`: it has no dates, or nothing in it. */
export function playlistEnd(text: string): PlaylistEnd | undefined {
  let atMs: number | undefined;
  let partsMs = 0;
  let targetDurationS = 0;
  for (const line of text.split('\n')) {
    const [, target] = /^#EXT-X-TARGETDURATION:(\d+)/.exec(line) ?? [];
    const [, date = ''] = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/.exec(line) ?? [];
    const [, segmentS] = /^#EXTINF:([\d.]+)/.exec(line) ?? [];
    const [, partS] = /^#EXT-X-PART:(?:.*,)?DURATION=([\d.]+)/.exec(line) ?? [];
    if (target !== undefined) targetDurationS = Number(target);
    if (date !== '') atMs = Date.parse(date);
    if (partS !== undefined) partsMs += Number(partS) * 1_000;
    if (segmentS === undefined) continue;
    if (atMs !== undefined) atMs += Number(segmentS) * 1_000;
    // They were parts of this one.
    partsMs = 0;
  }
  if (atMs === undefined || Number.isNaN(atMs)) return undefined;
  return { endsAtMs: atMs + partsMs, targetDurationS, hasEnded: /^#EXT-X-ENDLIST/m.test(text) };
}

/** The first media playlist that a multivariant one names. */
export function firstVariant(text: string): string | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith('#EXT-X-STREAM-INF:'));
  return at < 0 ? undefined : lines.slice(at + 1).find((line) => line !== '' && !line.startsWith('#'));
}

/** A live playlist that a cache has kept: every viewer is late by its age. `undefined`: it has not, or not for long. */
export function judgeCached(end: PlaylistEnd | undefined, ageMs: number): Finding | undefined {
  if (end === undefined || end.hasEnded || ageMs <= TARGETS_LATE.warn * end.targetDurationS * 1_000) return undefined;
  const says = `is ${durationText(ageMs)} old: a cache before the Worker keeps playlists`;
  const advice = 'Let that cache go by cache-control as the Worker sends it (a cache rule, a proxy).';
  return { point: 'playlist', verdict: 'fail', says, advice };
}

/** Whether a live playlist grows, by the edge's clock. */
export function judgeFreshness(end: PlaylistEnd | undefined, edgeNowMs: number): Finding {
  const point = 'playlist';
  if (end === undefined) {
    return { point, verdict: 'fail', says: 'lists nothing', advice: 'Look at the log of the ingest node.' };
  }
  if (end.hasEnded) {
    return { point, verdict: 'fail', says: 'has ended', advice: 'Publish to it, and look again.' };
  }
  const lateMs = edgeNowMs - end.endsAtMs;
  const says = `ends ${(Math.abs(lateMs) / 1_000).toFixed(0)} s ${lateMs < 0 ? 'after' : 'before'} now`;
  if (lateMs < -AHEAD_MS_MAX) {
    const advice = 'The clock of the ingest node is ahead of that of the edge: keep it by NTP.';
    return { point, verdict: 'warn', says, advice };
  }
  const lateTargets = lateMs / (end.targetDurationS * 1_000);
  const advice =
    'Is the publisher away (sluice live)? Else look at sluice_ingest_put_seconds and the encode lag of its node.';
  if (lateTargets > TARGETS_LATE.fail) return { point, verdict: 'fail', says: `${says}: it has stopped`, advice };
  if (lateTargets > TARGETS_LATE.warn) return { point, verdict: 'warn', says: `${says}: it is late`, advice };
  // The edge's clock is told in seconds.
  return { point, verdict: 'ok', says: Math.abs(lateMs) < SECOND_MS ? 'ends now' : says };
}
