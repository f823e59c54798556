/** What the probe in the page tells; the page and the reader of its records share these. No imports. */

/** A picture that the page showed. */
export interface ShownFrame {
  /** Wall time at which it was to be on the screen, in ms. */
  readonly shownAtMs: number;
  /** Wall time burned into it when it was drawn; absent where no clock could be read (a slate, another picture). */
  readonly drawnAtMs?: number;
  /** The publisher's frame counter, modulo 65536. */
  readonly frameCount?: number;
  /** Position in the media, in seconds. */
  readonly mediaTimeS: number;
  /** The browser's own count of shown frames: where it rises by more than one, the probe came too late for some. */
  readonly presentedFrames: number;
  readonly heightPx: number;
}

export type PlayerEventName = 'playing' | 'waiting' | 'stalled' | 'seeking' | 'pause' | 'emptied' | 'error' | 'ended';

/** Something that the video element said. */
export interface PlayerEvent {
  readonly name: PlayerEventName;
  readonly atMs: number;
  readonly mediaTimeS: number;
}

/** What was seen since the page was opened, or since it was asked last. */
export interface ProbeRecord {
  /** When the page began to load. */
  readonly openedAtMs: number;
  readonly frames: readonly ShownFrame[];
  readonly events: readonly PlayerEvent[];
  /** Records beyond the cap that were thrown away. */
  readonly lostCount: number;
}

/** What the page's probe offers, under `window.sluiceProbe`. */
export interface ProbeInPage {
  /** Hands over what was seen since the last call. */
  take(): ProbeRecord;
}
