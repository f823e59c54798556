import type { Span } from './clip-selection.ts';

/** How much of a broadcast is seen at once; `undefined`: all of it. */
export const VIEW_SPANS_MS = [120_000, 600_000, 3_600_000, undefined] as const;
export type ViewSpan = (typeof VIEW_SPANS_MS)[number];

/** What of the whole is seen. `endMs` absent: it goes along with the live edge. */
export interface TimelineView {
  readonly spanMs: ViewSpan;
  readonly endMs?: number;
}

/** The moments between which the strip is drawn: never outside of the whole, unless that is shorter than it. */
export function viewedSpan({ spanMs, endMs }: TimelineView, whole: Span): Span {
  if (spanMs === undefined || whole.toMs - whole.fromMs <= spanMs) return whole;
  const toMs = Math.max(whole.fromMs + spanMs, Math.min(whole.toMs, endMs ?? whole.toMs));
  return { fromMs: toMs - spanMs, toMs };
}

/** So much of the whole, around a moment. One that is near the live edge stays with it. */
export function zoomed(spanMs: ViewSpan, aroundMs: number, whole: Span): TimelineView {
  if (spanMs === undefined || aroundMs + spanMs / 2 >= whole.toMs) return { spanMs };
  return { spanMs, endMs: aroundMs + spanMs / 2 };
}

/** The same much, half of it earlier or later. */
export function panned(view: TimelineView, direction: -1 | 1, whole: Span): TimelineView {
  const { spanMs } = view;
  if (spanMs === undefined) return view;
  const endMs = viewedSpan(view, whole).toMs + (direction * spanMs) / 2;
  return endMs >= whole.toMs ? { spanMs } : { spanMs, endMs: Math.max(whole.fromMs + spanMs, endMs) };
}

/** What is as far into a span as a moment: 0 to 1 within it. */
export function shareOf(atMs: number, { fromMs, toMs }: Span): number {
  return toMs === fromMs ? 0 : (atMs - fromMs) / (toMs - fromMs);
}

const STEPS_MS = [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400].map((seconds) => seconds * 1_000);

/** Round times within a span, so many of them at most. `zoneMs`: what local time is ahead of UTC. */
export function ticksOf({ fromMs, toMs }: Span, max: number, zoneMs: number): readonly number[] {
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= max) ?? Number.POSITIVE_INFINITY;
  const ticks: number[] = [];
  for (let atMs = Math.ceil((fromMs + zoneMs) / stepMs) * stepMs - zoneMs; atMs < toMs; atMs += stepMs)
    ticks.push(atMs);
  return ticks;
}
