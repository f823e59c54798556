/** Which rungs of a ladder rest, segment by segment. An order counts from a segment's first slot on. Pure. */
export class LadderRests {
  readonly #rungCount: number;
  readonly #framesPerSegment: number;
  #resting: ReadonlySet<number> = new Set();
  /** The order whose segment has not begun. */
  #order: { readonly fromSlot: number; readonly resting: ReadonlySet<number> } | undefined;
  #scaledFrom: readonly number[];

  constructor({ rungCount, framesPerSegment }: { readonly rungCount: number; readonly framesPerSegment: number }) {
    this.#rungCount = rungCount;
    this.#framesPerSegment = framesPerSegment;
    this.#scaledFrom = this.#stepsAbove();
  }

  /**
   * These are to rest, all others not, from the first segment on that begins with `dueSlot` or later. Replaces an order
   * whose segment has not begun. The answer is that segment.
   */
  order(resting: ReadonlySet<number>, dueSlot: number): number {
    const segments = Math.ceil(dueSlot / this.#framesPerSegment);
    this.#order = { fromSlot: segments * this.#framesPerSegment, resting };
    return segments + 1;
  }

  /** A slot begins; each is told, in order. */
  begin(slot: number): void {
    if (this.#order === undefined || slot < this.#order.fromSlot) return;
    this.#resting = this.#order.resting;
    this.#order = undefined;
    this.#scaledFrom = this.#stepsAbove();
  }

  /** In the slot that began last. */
  isResting(rung: number): boolean {
    return this.#resting.has(rung);
  }

  /**
   * For each rung the one whose picture its own is scaled from: the next larger that is made anyway, or the top one, which
   * alone has the broadcast's shape and colours from the source. It is cheaper than by way of rungs that rest.
   */
  get scaledFrom(): readonly number[] {
    return this.#scaledFrom;
  }

  #stepsAbove(): number[] {
    let above = 0;
    return Array.from({ length: this.#rungCount }, (_, rung) => {
      const from = above;
      if (!this.#resting.has(rung)) above = rung;
      return from;
    });
  }
}
