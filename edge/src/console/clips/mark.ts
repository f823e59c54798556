import { formatDuration } from '../format/times.ts';
import { announce } from '../parts/announcer.tsx';
import { withEnd, withStart } from './clip-selection.ts';
import { clockTime } from './clock-time.ts';
import type { BroadcastTime, TimelineState } from './timeline-state.ts';

/** The start or the end of a clip, at what is on screen now. */
export function mark(state: TimelineState, { whole, playingMs }: BroadcastTime, which: 'start' | 'end'): void {
  const atMs = playingMs ?? whole.toMs;
  const before = state.chosen.peek();
  const span = which === 'start' ? withStart(before, atMs, whole) : withEnd(before, atMs, whole);
  state.choose(span, whole);
  announce(
    `Clip ${which === 'start' ? 'begins' : 'ends'} at ${clockTime(which === 'start' ? span.fromMs : span.toMs)}, ${formatDuration(span.toMs - span.fromMs)} long`,
  );
}
