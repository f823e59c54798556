import { signal } from '@preact/signals';
import type { SeekablePlayer } from '../live/seekable-player.ts';
import type { Span } from './clip-selection.ts';
import { type TimelineView, VIEW_SPANS_MS, viewedSpan } from './timeline-view.ts';

/** What is to be seen and chosen of a broadcast, while somebody works on it. */
export class TimelineState {
  readonly view = signal<TimelineView>({ spanMs: VIEW_SPANS_MS[0] });
  readonly chosen = signal<Span | undefined>(undefined);
  /** The pointer is over it, at this moment of the broadcast. */
  readonly pointedMs = signal<number | undefined>(undefined);
  /** Nothing moves under the pointer while a piece is chosen. */
  readonly #held = signal<Span | undefined>(undefined);

  /** What is drawn. */
  viewed(whole: Span): Span {
    return this.#held.value ?? viewedSpan(this.view.value, whole);
  }

  hold(whole: Span): void {
    this.#held.value ??= viewedSpan(this.view.peek(), whole);
  }

  choose(span: Span, whole: Span): void {
    this.hold(whole);
    this.chosen.value = span;
  }

  show(view: TimelineView): void {
    this.#held.value = undefined;
    this.view.value = view;
  }

  /** Nothing is chosen any more, and time goes on. */
  letGo(): void {
    this.chosen.value = undefined;
    this.#held.value = undefined;
  }
}

/** What a broadcast has, and what of it the player can show. */
export interface BroadcastTime {
  /** What a clip can be cut out of. */
  readonly whole: Span;
  /** From where on the player can go. */
  readonly seekableFromMs: number;
  /** What is on screen; `undefined`: nothing is. */
  readonly playingMs: number | undefined;
}

interface TimedBroadcast {
  readonly startedAtMs: number;
  /** All of it is kept. */
  readonly isRecorded: boolean;
}

/** By the player where it says so, and else by the clock. */
export function broadcastTime(
  { startedAtMs, isRecorded }: TimedBroadcast,
  dvrWindowS: number,
  player: SeekablePlayer | undefined,
  nowMs: number,
): BroadcastTime {
  const told = player?.timeline();
  const liveMs = Math.max(startedAtMs + 1_000, told?.liveMs ?? nowMs);
  const seekableFromMs = Math.max(startedAtMs, told?.startMs ?? liveMs - dvrWindowS * 1_000);
  const fromMs = isRecorded ? startedAtMs : Math.min(seekableFromMs, liveMs - 1_000);
  return { whole: { fromMs, toMs: liveMs }, seekableFromMs, playingMs: told?.playingMs };
}
