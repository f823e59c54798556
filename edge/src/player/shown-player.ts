import type { RecordedState } from './recorded-life.ts';
import type { Snapshot } from './snapshot.ts';
import type { Timeline } from './timeline.ts';
import type { ViewerState } from './viewer-life.ts';

/** What a player does, of a channel or of a recording. */
export type PlayerState = ViewerState | RecordedState;

/** A player in its shadow tree, whatever it plays. */
export interface ShownPlayer {
  readonly state: PlayerState;
  play(): void;
  pause(): void;
  /** To the live edge; of a recording to its beginning. Plays. */
  goLive(): void;
  /** To what was shown at that time, in epoch milliseconds. */
  seekTo(dateMs: number): void;
  readonly timeline: Timeline | undefined;
  toggleHelp(): void;
  snapshot(): Snapshot;
  /** Nothing of it goes on. */
  close(): void;
}
