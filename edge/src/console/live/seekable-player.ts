/** Where the player is in the broadcast, in epoch milliseconds of the broadcast's clock. */
export interface PlayerTimeline {
  /** The oldest moment that it can go to. */
  readonly startMs: number;
  /** The newest one. */
  readonly liveMs: number;
  /** What is on screen. */
  readonly playingMs: number;
}

/** What the timeline needs of `<sluice-player>`. */
export interface SeekablePlayer {
  /** `undefined` until something plays. */
  timeline(): PlayerTimeline | undefined;
  seekTo(dateMs: number): void;
  goLive(): void;
}

/** Whether a player can be asked where it is: those of before could not. */
export function isSeekable(player: unknown): player is SeekablePlayer {
  if (typeof player !== 'object' || player === null) return false;
  return 'timeline' in player && 'seekTo' in player && 'goLive' in player;
}
