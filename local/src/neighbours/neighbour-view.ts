import { type Spread, spreadOf } from '../browser/playback-summary.ts';
import type { SeenPart } from './part-watch.ts';

/** What a client saw of a channel in a span of time. */
export interface NeighbourView {
  /** How much later than usual parts were in a waiting client's hands. */
  readonly lateMs: Spread;
  /** The longest time between two parts. */
  readonly longestGapMs: number;
  /** How often a player that stays `holdBackMs` behind would have run out of parts. */
  readonly stallCount: number;
}

export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface NeighbourViewOptions {
  readonly span: Span;
  /** What is usual: the median of this span. */
  readonly usual: Span;
  readonly holdBackMs: number;
}

/** Sums up the parts that came in a span. Pure. */
export function neighbourView(
  parts: readonly SeenPart[],
  { span, usual, holdBackMs }: NeighbourViewOptions,
): NeighbourView {
  const { fromMs, untilMs } = span;
  const seen = within(parts, span);
  // Dates begin when the first picture came, which may have been late itself: only differences say something.
  const usualMs = spreadOf(within(parts, usual).map(delayMs)).p50;
  const latesMs = seen.map((part) => delayMs(part) - usualMs);
  const bounds = [...seen.map(({ receivedAtMs }) => receivedAtMs), untilMs];
  const gapsMs = bounds.map((atMs, index) => atMs - (bounds[index - 1] ?? fromMs));
  return {
    lateMs: spreadOf(latesMs),
    longestGapMs: Math.max(0, ...gapsMs),
    stallCount: latesMs.filter((lateMs, index) => lateMs > holdBackMs && (latesMs[index - 1] ?? 0) <= holdBackMs)
      .length,
  };
}

function within(parts: readonly SeenPart[], { fromMs, untilMs }: Span): SeenPart[] {
  return parts.filter(({ receivedAtMs }) => receivedAtMs >= fromMs && receivedAtMs < untilMs);
}

function delayMs({ receivedAtMs, endedAtMs }: SeenPart): number {
  return receivedAtMs - endedAtMs;
}
