import { AudienceTotals } from '@sluice/contracts';
import { z } from 'zod';

/** Figures of a broadcast's audience are told this often. */
const TOLD_EVERY_MS = 60_000;

/** What is kept of a tally. */
export const TallyRecord = z.object({
  totals: AudienceTotals,
  /** What was told last, and when. */
  told: z.object({ viewers: z.int().nonnegative(), atMs: z.int().nonnegative() }).optional(),
});
export type TallyRecord = z.infer<typeof TallyRecord>;

/** What is known of a broadcast's audience at one time. */
export interface AudienceFigures {
  /** `undefined`: not counted for long enough, as after a restart. */
  readonly viewers: number | undefined;
  /** How many began to watch since the object started. */
  readonly views: number;
  /** What was watched since then. */
  readonly watchedMs: number;
  readonly liveMs: number;
}

const NOTHING: TallyRecord = { totals: { viewersPeak: 0, views: 0, viewerMs: 0, liveMs: 0 } };

/** The audience of one broadcast, added up. No total ever falls. Time is an argument. */
export class AudienceTally {
  #record: TallyRecord;
  /** Of what was seen since the object started, what is in the totals. */
  #added = { views: 0, watchedMs: 0 };

  constructor(kept: TallyRecord = NOTHING) {
    this.#record = kept;
  }

  get record(): TallyRecord {
    return this.#record;
  }

  get totals(): AudienceTotals {
    return this.#record.totals;
  }

  add({ viewers, views, watchedMs, liveMs }: AudienceFigures): void {
    const { totals } = this.#record;
    const added = {
      views: Math.max(this.#added.views, views),
      watchedMs: Math.max(this.#added.watchedMs, Math.round(watchedMs)),
    };
    this.#record = {
      ...this.#record,
      totals: {
        viewersPeak: Math.max(totals.viewersPeak, viewers ?? 0),
        views: totals.views + added.views - this.#added.views,
        viewerMs: totals.viewerMs + added.watchedMs - this.#added.watchedMs,
        liveMs: Math.max(totals.liveMs, Math.round(liveMs)),
      },
    };
    this.#added = added;
  }

  /** Whether that many viewers are to be told now; asked once, it is taken as done. */
  takeIsDue(viewers: number, nowMs: number): boolean {
    const { told } = this.#record;
    const isNews = viewers > 0 || viewers !== (told?.viewers ?? 0);
    // A clock that was set back must not silence it.
    const isDue = told === undefined || Math.abs(nowMs - told.atMs) >= TOLD_EVERY_MS;
    if (!isNews || !isDue) return false;
    this.#record = { ...this.#record, told: { viewers, atMs: nowMs } };
    return true;
  }
}
