import { CLIP_DURATION_MS } from '../api/clip.ts';

/** A piece of time, in epoch milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is chosen by dragging from one moment to another, either way: of what is there, and no longer than a clip may be. */
export function dragged(anchorMs: number, pointerMs: number, whole: Span): Span {
  const anchor = clamped(anchorMs, whole);
  const length = Math.min(CLIP_DURATION_MS.max, Math.abs(clamped(pointerMs, whole) - anchor));
  return pointerMs < anchor ? { fromMs: anchor - length, toMs: anchor } : { fromMs: anchor, toMs: anchor + length };
}

/** So long a clip is that is begun by its start alone. */
const FIRST_MS = 10_000;

/** With another start. An end that is then before it, or too far away, follows. */
export function withStart(span: Span | undefined, atMs: number, whole: Span): Span {
  const fromMs = Math.min(clamped(atMs, whole), whole.toMs - CLIP_DURATION_MS.min);
  const toMs = span === undefined || span.toMs <= fromMs ? fromMs + FIRST_MS : span.toMs;
  const length = clampedLength(toMs - fromMs);
  return { fromMs, toMs: Math.min(whole.toMs, fromMs + length) };
}

/** With another end; the same of its start. */
export function withEnd(span: Span | undefined, atMs: number, whole: Span): Span {
  const toMs = Math.max(clamped(atMs, whole), whole.fromMs + CLIP_DURATION_MS.min);
  const fromMs = span === undefined || span.fromMs >= toMs ? toMs - FIRST_MS : span.fromMs;
  const length = clampedLength(toMs - fromMs);
  return { fromMs: Math.max(whole.fromMs, toMs - length), toMs };
}

/** With one of its ends moved by so much, which does not pass the other one. */
export function nudged(span: Span, end: 'from' | 'to', byMs: number, whole: Span): Span {
  if (end === 'from') {
    const fromMs = Math.min(span.fromMs + byMs, span.toMs - CLIP_DURATION_MS.min);
    return { ...span, fromMs: Math.max(whole.fromMs, span.toMs - CLIP_DURATION_MS.max, fromMs) };
  }
  const toMs = Math.max(span.toMs + byMs, span.fromMs + CLIP_DURATION_MS.min);
  return { ...span, toMs: Math.min(whole.toMs, span.fromMs + CLIP_DURATION_MS.max, toMs) };
}

/** Why it cannot be a clip, as a sentence; `undefined`: it can. */
export function spanFault({ fromMs, toMs }: Span): string | undefined {
  const { min, max } = CLIP_DURATION_MS;
  if (toMs - fromMs < min) return `A clip lasts at least ${min / 1_000} second.`;
  if (toMs - fromMs > max) return `A clip lasts at most ${max / 60_000} minutes.`;
  return undefined;
}

function clamped(atMs: number, { fromMs, toMs }: Span): number {
  return Math.max(fromMs, Math.min(toMs, atMs));
}

function clampedLength(lengthMs: number): number {
  return Math.max(CLIP_DURATION_MS.min, Math.min(CLIP_DURATION_MS.max, lengthMs));
}
