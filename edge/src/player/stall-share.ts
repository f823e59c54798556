/** What of a step of time was what. Of a stall's beginning, which shows only later, the first step may take back. */
export interface StepTimes {
  readonly playedMs: number;
  readonly stalledMs: number;
  readonly stalls: number;
}

/** What the stall watch counts, since the page was opened; `stalledMs` is of stalls that are over. */
export interface StallCounts {
  readonly stallCount: number;
  readonly stalledMs: number;
}

/**
 * Divides time into what was played and what was stalled, while a stall goes on and not only when it is over: who leaves
 * out of a stall has seen it, too. Pure.
 */
export class StallShare {
  #last: StallCounts | undefined;
  #isStalled = false;
  /** Of the stall that goes on, what was told already. */
  #toldMs = 0;

  /** @param isMoving the viewer wanted it to move all the while. */
  step(elapsedMs: number, isMoving: boolean, { stallCount, stalledMs }: StallCounts): StepTimes {
    const last = this.#last;
    this.#last = { stallCount, stalledMs };
    // The first step, or another player's counts.
    if (last === undefined || stallCount < last.stallCount || stalledMs < last.stalledMs) return this.#anew();
    const stalls = stallCount - last.stallCount;
    if (this.#isStalled && stalledMs > last.stalledMs) return this.#over(stalledMs - last.stalledMs, elapsedMs, stalls);
    if (stalls > 0) this.#isStalled = true;
    if (!this.#isStalled) return { playedMs: isMoving ? elapsedMs : 0, stalledMs: 0, stalls };
    this.#toldMs += elapsedMs;
    return { playedMs: 0, stalledMs: elapsedMs, stalls };
  }

  /** It is seen to be a stall after a quarter of a second, which was told as played. */
  #over(wholeMs: number, elapsedMs: number, stalls: number): StepTimes {
    const untoldMs = wholeMs - this.#toldMs;
    this.#anew();
    return { playedMs: Math.min(0, elapsedMs - untoldMs), stalledMs: untoldMs, stalls };
  }

  #anew(): StepTimes {
    this.#isStalled = false;
    this.#toldMs = 0;
    return { playedMs: 0, stalledMs: 0, stalls: 0 };
  }
}
