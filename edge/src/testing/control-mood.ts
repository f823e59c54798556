/** What the control API makes of a channel's events, as a test wants it to. */
export interface ControlMood {
  /** This status, and nothing is taken. */
  readonly status?: number;
  /** Never answers. */
  readonly isSilent?: boolean;
  /** Takes them, and the answer is lost on the way. */
  readonly losesAnswer?: boolean;
  /** 400 for every batch with an event of this kind, of which the rest would be good. */
  readonly refusesKind?: string;
  /** 413 for every batch with more. */
  readonly countMax?: number;
  /** Takes so many of a batch, and says so. */
  readonly takesCount?: number;
  /** Says that it took all up to this one, whatever it was sent. */
  readonly saysThrough?: number;
  /** Answers 200 and something else. */
  readonly isStrange?: boolean;
}
