/**
 * What can be sought of a broadcast or a recording, in epoch milliseconds, as PROGRAM-DATE-TIME dates it. Of a recording
 * `liveMs` is its end.
 */
export interface Timeline {
  readonly startMs: number;
  /** What a viewer at the live edge sees now. */
  readonly liveMs: number;
  readonly playingMs: number;
}

/** Less than this to go back to is not worth a slider. */
export const TIMELINE_MS_MIN = 20_000;
