import { type BroadcastDescription, type BroadcastEndReason, BroadcastId, isPrivateBroadcast } from '@sluice/contracts';
import { z } from 'zod';
import { type AudienceFigures, AudienceTally, TallyRecord } from './audience-tally.ts';
import { type EventDraft, renditionSummaries } from './event-draft.ts';
import { type BroadcastSight, type LifeStep, lifeInputs, lifeStep, type ToldLifeState } from './told-life.ts';

/** What is kept of what a broadcast's owner was told. */
export const ToldRecord = TallyRecord.extend({
  broadcastId: BroadcastId,
  state: z.enum(['unstarted', 'live', 'absent', 'ended']),
  absentSinceMs: z.int().positive().optional(),
});
export type ToldRecord = z.infer<typeof ToldRecord>;

/** A broadcast as it is seen, with what its events say of it. */
export interface SeenBroadcast extends BroadcastSight, AudienceFigures {
  /** There where it is playable. */
  readonly description: BroadcastDescription | undefined;
  readonly isRecorded: boolean;
  /** Why it is over, if it is. */
  readonly endReason: BroadcastEndReason;
}

/** What the owner of one broadcast was told, and is to be told next. Time is an argument. */
export class ToldBroadcast {
  readonly broadcastId: BroadcastId;
  readonly #tally: AudienceTally;
  #state: ToldLifeState;
  #absentSinceMs: number | undefined;

  constructor(kept: Pick<ToldRecord, 'broadcastId'> & Partial<ToldRecord>) {
    this.broadcastId = kept.broadcastId;
    this.#state = kept.state ?? 'unstarted';
    this.#absentSinceMs = kept.absentSinceMs;
    this.#tally = new AudienceTally(kept.totals && { totals: kept.totals, told: kept.told });
  }

  get state(): ToldLifeState {
    return this.#state;
  }

  get record(): ToldRecord {
    const { broadcastId } = this;
    return { broadcastId, state: this.#state, absentSinceMs: this.#absentSinceMs, ...this.#tally.record };
  }

  /** What there is to tell of what is seen now. */
  see(seen: SeenBroadcast, nowMs: number): EventDraft[] {
    return lifeInputs(seen).flatMap((input) => {
      const step = lifeStep(this.#state, input);
      return step === undefined ? [] : this.#take(step, seen, nowMs);
    });
  }

  /** Adds its audience up, and says who watches, when that is due. */
  count(figures: AudienceFigures, nowMs: number): EventDraft[] {
    if (this.#state !== 'live' && this.#state !== 'absent') return [];
    this.#tally.add(figures);
    const { viewers } = figures;
    if (viewers === undefined || !this.#tally.takeIsDue(viewers, nowMs)) return [];
    const { broadcastId } = this;
    return [{ kind: 'audience', broadcastId, atMs: nowMs, viewers, totals: this.#tally.totals }];
  }

  #take({ state, tells }: LifeStep, seen: SeenBroadcast, nowMs: number): EventDraft[] {
    const absentSinceMs = this.#absentSinceMs ?? nowMs;
    this.#state = state;
    this.#absentSinceMs = state === 'absent' ? nowMs : undefined;
    const common = { broadcastId: this.broadcastId, atMs: nowMs };
    switch (tells) {
      case 'broadcast-started':
        return this.#started(seen, nowMs);
      case 'publisher-absent':
        return [{ kind: tells, ...common }];
      case 'publisher-back':
        return [{ kind: tells, ...common, absentMs: Math.max(0, nowMs - absentSinceMs) }];
      case 'broadcast-ended':
        this.#tally.add(seen);
        return [{ kind: tells, ...common, reason: seen.endReason, totals: this.#tally.totals }];
      case undefined:
        return [];
      default:
        return tells satisfies never;
    }
  }

  #started({ description, isRecorded }: SeenBroadcast, nowMs: number): EventDraft[] {
    if (description === undefined) throw new Error('what is playable was described');
    const { startedAtMs, profile } = description;
    const { broadcastId } = this;
    const isPrivate = isPrivateBroadcast(broadcastId);
    const renditions = renditionSummaries(description);
    const facts = { startedAtMs, profile, isPrivate, isRecorded, renditions };
    return [{ kind: 'broadcast-started', broadcastId, atMs: nowMs, ...facts }];
  }
}
