/**
 * At once in an isolate: the tables of three exports of twelve hours have 60 MB, and the isolate has 128 MB for them and for
 * everything else that it holds for viewers.
 */
const SEATS_MAX = 3;
/** The platform may end a request without a word, and no `finally` runs. Whoever takes nothing for so long has gone. */
const LOST_MS = 120_000;

/** Room for one export. */
export interface ExportSeat {
  lastMs: number;
}

/** How many exports may be under way in an isolate. Time is an argument. */
export class ExportSeats {
  readonly #taken = new Set<ExportSeat>();

  /** `undefined`: there is no room. Else to be given to `leave`, and its time to be kept. */
  take(nowMs: number): ExportSeat | undefined {
    for (const seat of this.#taken) if (seat.lastMs + LOST_MS <= nowMs) this.#taken.delete(seat);
    if (this.#taken.size === SEATS_MAX) return undefined;
    const seat = { lastMs: nowMs };
    this.#taken.add(seat);
    return seat;
  }

  leave(seat: ExportSeat): void {
    this.#taken.delete(seat);
  }
}
